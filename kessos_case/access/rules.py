"""The permission table: role x resource x action x scope, as data. Pages, API, search and row-level security read it.

Source: spec mission.md "Who uses it" and privacy.md. The table is copied into the database at every migration, where
`enter_as` turns it into the scopes that the policies compare with.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is for, by one grant."""

    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    TKSK = "tksk"
    PARTNER = "partner"
    TRIAGE = "triage"
    ANALYST = "analyst"
    DPO = "dpo"
    ADMINISTRATOR = "administrator"
    CO_SIGNER = "co_signer"


class Scope(StrEnum):
    """How far a permission reaches. `own` = what the user made or was given by name."""

    OWN = "own"
    ORGANISATION = "organisation"
    REGION = "region"
    ALL = "all"


class OrganisationKind(StrEnum):
    """The kinds of domain.md."""

    UPT = "upt"
    DINSOS = "dinsos"
    OPD = "opd"
    LKS = "lks"
    COMPANY = "company"
    UNIVERSITY = "university"
    HOSPITAL = "hospital"


@dataclass(frozen=True)
class Permission:
    """One line of the table."""

    role: Role
    resource: str
    action: str
    scope: Scope


def _lines(role: Role, text: str) -> list[Permission]:
    """Read lines of `resource: action action @ scope`."""
    found = []
    for line in text.strip().splitlines():
        head, scope = line.split("@")
        resource, actions = head.split(":")
        found += [Permission(role, resource.strip(), action, Scope(scope.strip())) for action in actions.split()]
    return found


# A sender may answer and withdraw what he sent; a desk may decide about what lies in its region. Nobody may do both to
# the same referral by one grant. Whoever recommends a graduation does not sign it: the two verbs are on different lines.
# A co-signer sees the one verdict that he is asked to sign. Administrators and the data-protection officer see no case
# content at all.
PERMISSIONS: tuple[Permission, ...] = tuple(
    _lines(
        Role.CASEWORKER,
        """
        client: read create change search reveal @ organisation
        consent: read record withdraw @ organisation
        alert: read record end @ organisation
        referral: read @ organisation
        referral: create move resubmit withdraw @ own
        offer: read answer @ organisation
        timeline: read @ organisation
        task: read create complete change @ organisation
        case: read open move record @ organisation
        assessment: read write @ organisation
        plan: read write @ organisation
        note: read write @ organisation
        residence: read record @ organisation
        visit: read record @ organisation
        course: manage @ organisation
        training: read write enrol @ organisation
        placement: read record @ organisation
        vacancy: manage @ organisation
        application: read record @ organisation
        income: read record @ organisation
        aid: read record @ organisation
        household: read record @ organisation
        dependency: read record @ organisation
        graduation: read evaluate record recommend @ organisation
        mentor: read record @ organisation
        letter: read issue revoke @ organisation
        """,
    )
    + _lines(
        Role.SUPERVISOR,
        """
        client: read create change search reveal @ organisation
        consent: read record withdraw @ organisation
        alert: read record end @ organisation
        referral: read @ organisation
        referral: create move resubmit withdraw @ own
        offer: read answer @ organisation
        timeline: read @ organisation
        task: read create complete change @ organisation
        case: read move record assign transfer @ organisation
        assessment: read @ organisation
        plan: read decide @ organisation
        note: read write @ organisation
        confidential: read @ organisation
        residence: read record manage @ organisation
        visit: read record @ organisation
        course: manage @ organisation
        training: read write enrol waive @ organisation
        placement: read record @ organisation
        vacancy: manage @ organisation
        application: read record @ organisation
        income: read record @ organisation
        aid: read record @ organisation
        aid_import: read create apply settle @ organisation
        household: read record @ organisation
        dependency: read record review @ organisation
        graduation: read evaluate record decide confirm @ organisation
        mentor: read record @ organisation
        letter: read issue revoke @ organisation
        partner: manage confirm @ organisation
        webhook: read manage @ organisation
        scorecard: read @ organisation
        report: read @ organisation
        """,
    )
    + _lines(
        Role.TKSK,
        """
        client: read @ own
        alert: read @ own
        referral: read create move resubmit withdraw @ own
        visit: read record @ own
        task: read complete @ own
        """,
    )
    + _lines(
        Role.PARTNER,
        """
        referral: read create move resubmit withdraw @ own
        offer: read answer @ organisation
        partner: manage confirm @ organisation
        course: manage @ organisation
        vacancy: manage @ organisation
        webhook: read manage @ organisation
        task: read complete @ organisation
        scorecard: read @ organisation
        """,
    )
    + _lines(
        Role.TRIAGE,
        """
        client: read create change search reveal @ organisation
        consent: read record withdraw @ organisation
        alert: read record end @ organisation
        referral: read match move return reject triage withdraw retry @ region
        referral: create move resubmit withdraw @ own
        offer: read make revoke @ region
        timeline: read @ organisation
        task: read create complete change @ organisation
        household: read record @ organisation
        aid_import: read create apply settle @ organisation
        case: open @ organisation
        letter: read issue revoke @ organisation
        partner: confirm @ region
        scorecard: read @ region
        report: read @ region
        """,
    )
    + _lines(
        Role.CO_SIGNER,
        """
        graduation: read confirm @ own
        """,
    )
    + _lines(
        Role.DPO,
        """
        audit: read verify @ all
        night: read @ all
        """,
    )
    + _lines(
        Role.ANALYST,
        """
        report: read @ all
        research: export @ all
        """,
    )
    + _lines(
        Role.ADMINISTRATOR,
        """
        organisation: create change @ all
        user: read create change @ all
        grant: create change @ all
        partner: manage confirm @ all
        night: read @ all
        scorecard: read @ all
        report: read @ all
        """,
    )
)

# Open to whoever has signed in: places, offices and categories, the directory, courses and vacancies, the own account and jobs.
EVERYONE: frozenset[tuple[str, str]] = frozenset(
    {
        ("reference", "read"),
        ("organisation", "read"),
        ("partner", "read"),
        ("course", "read"),
        ("vacancy", "read"),
        ("self", "read"),
        ("self", "change"),
        ("job", "read"),
    }
)

# Two hats that one head may not wear: who looks after privacy may not hand out rights, and who recommends a graduation
# may not sign those of others for a living.
NOT_TOGETHER: tuple[frozenset[Role], ...] = (
    frozenset({Role.DPO, Role.ADMINISTRATOR}),
    frozenset({Role.CASEWORKER, Role.CO_SIGNER}),
)

# The lists that a user may keep views of, by address, with the filters of each. Codes, days and ids only: a name that
# was searched for must not stay behind in a saved view.
FILTERS_OF: dict[str, frozenset[str]] = {
    "/": frozenset({"show", "kind"}),
    "/cases": frozenset({"view", "show", "worker", "stage", "pathway"}),
    "/batches": frozenset({"view", "course", "office"}),
    "/placements": frozenset({"view", "kind", "days"}),
    "/graduation": frozenset({"view", "mine"}),
    "/partners": frozenset({"service", "place", "kind", "free", "open"}),
    "/inbox": frozenset({"view", "urgency", "late"}),
    "/referrals": frozenset({"view", "urgency", "state", "place", "service", "late", "holder"}),
}
# Of one list and user; more than these nobody finds again.
MOST_FILTERS = 20

# Characters; length is what counts against guessing. NIST asks for 8, we for 12 because a desk in a UPT is shared.
LEAST_PASSWORD = 12

# Roles whose grant names a region; the others act within an organisation or everywhere.
REGIONAL_ROLES = frozenset({Role.TKSK, Role.TRIAGE})
WIDE_ROLES = frozenset({Role.ANALYST, Role.DPO, Role.ADMINISTRATOR})


def may(roles: frozenset[str], resource: str, action: str) -> bool:
    """Is there any scope in which one of these roles may do this? The object itself is checked by its door."""
    return (resource, action) in EVERYONE or any(
        line.role in roles and line.resource == resource and line.action == action for line in PERMISSIONS
    )


def sees_beyond_the_office(roles: frozenset[str]) -> bool:
    """Do these roles see more than the own organisation? Then a stolen password alone must not open them."""
    return any(line.role in roles and line.scope in (Scope.REGION, Scope.ALL) for line in PERMISSIONS)


def password_weakness(password: str, username: str, common: frozenset[str]) -> str | None:
    """Why a password is too weak: `short`, `has_username` or `common`; None when it will do.

    `common` are words; one of them with digits, signs or doubled letters is still that word (NIST SP 800-63B, 5.1.1.2).
    """
    if len(password) < LEAST_PASSWORD:
        return "short"
    if username in password.lower():
        return "has_username"
    words = {_bare(word) for word in common}
    letters = _bare(password)
    half = letters[: len(letters) // 2]
    is_common = letters in words or (half + half == letters and half in words)
    return "common" if is_common or len(set(password)) < 5 else None


def _bare(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^a-z]", "", text.lower()))


def clashing_roles(roles: frozenset[str]) -> list[frozenset[Role]]:
    """The pairs among these roles that one person may not hold together."""
    return [pair for pair in NOT_TOGETHER if pair <= roles]


def grant_scope_error(role: Role, organisation: bool, region: bool) -> str | None:
    """Why a grant of this role with this scope makes no sense; None when it does."""
    if role in REGIONAL_ROLES and not region:
        return "region_needed"
    if role in WIDE_ROLES and (organisation or region):
        return "no_scope_allowed"
    if role not in REGIONAL_ROLES | WIDE_ROLES and not organisation:
        return "organisation_needed"
    return None


def regions_for(grants: Iterable[tuple[str, str | None]], resource: str, action: str) -> frozenset[str]:
    """The region codes within which grants of (role, region code) allow this action."""
    regional = {
        line.role.value
        for line in PERMISSIONS
        if (line.resource, line.action, line.scope) == (resource, action, Scope.REGION)
    }
    return frozenset(code for role, code in grants if role in regional and code)


# A triage officer registers people for his office, so his grant names both: the region he watches over and the office.
def reaches_region(scope_codes: frozenset[str], region_code: str) -> bool:
    """Does one of the granted region codes hold this place? `35.09` holds `35.09.12`, not `35.091`."""
    return any(region_code == code or region_code.startswith(code + ".") for code in scope_codes)
