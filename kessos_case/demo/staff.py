"""Who works in the made-up world, with one sign-in printed for each role."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kessos_case.access.models import Organisation, RoleGrant, User
from kessos_case.access.rules import OrganisationKind, Role
from kessos_case.access.service.signin import hasher
from kessos_case.core.months import first_day
from kessos_case.demo import words
from kessos_case.demo.ground import Ground, Office

# Whose TKSK and desk are shown when the demo is done.
SHOWN_DISTRICT = "35.09.01"
# TKSK: every second to third kecamatan of these regencies has one, so that unmanned places exist too.
_TKSK_REGENCIES = ("35.09", "35.11", "35.78", "35.73", "35.14", "35.23", "35.06", "35.15")


@dataclass(frozen=True)
class SignIn:
    """A line of what is printed."""

    username: str
    role: str
    office: str
    code: str


@dataclass
class Team:
    """Of one UPT."""

    supervisor: UUID
    caseworkers: list[UUID]


@dataclass
class Staff:
    """Everybody by what the world needs them for."""

    teams: dict[UUID, Team] = field(default_factory=dict)
    triage: dict[str, UUID] = field(default_factory=dict)
    tksk: dict[str, UUID] = field(default_factory=dict)
    partners: dict[UUID, UUID] = field(default_factory=dict)
    co_signer: UUID | None = None
    administrator: UUID | None = None
    sign_ins: list[SignIn] = field(default_factory=list)

    def desk(self, region_code: str) -> UUID:
        """Who triages for the place: of the regency, else of the province."""
        return self.triage.get(region_code[:5], self.triage["35"])


class Personnel:
    """Writes users with their grants; all have the one password of the demo, hashed once."""

    def __init__(self, ground: Ground, password: str) -> None:
        self._ground, self._hash = ground, hasher().hash(password)
        self._dice = ground.dice("staff")
        self._since = datetime(*first_day(ground.first).timetuple()[:3], 1, tzinfo=UTC)
        self.staff = Staff()

    def hire(self) -> Staff:
        """The offices' people: UPTs, desks, field workers, province."""
        ground, staff = self._ground, self.staff
        province = ground.province
        staff.administrator = self._add("demo.admin", Role.ADMINISTRATOR, province, shown=True)
        self._add("demo.dpo", Role.DPO, province, shown=True)
        self._add("demo.analis", Role.ANALYST, province, shown=True)
        staff.co_signer = self._add("demo.penandatangan", Role.CO_SIGNER, province, shown=True)
        staff.triage["35"] = self._add("demo.triase.35", Role.TRIAGE, province, region="35", shown=True)
        for code in ground.regencies:
            shown = code == SHOWN_DISTRICT[:5]
            name = f"demo.triase.{code[3:]}"
            staff.triage[code] = self._add(name, Role.TRIAGE, ground.dinsos[code], region=code, shown=shown)
        for upt in ground.upts:
            self._staff_upt(upt)
        for regency in _TKSK_REGENCIES:
            for code in [code for code in ground.districts if code.startswith(regency)][::3]:
                name = f"demo.tksk.{code[3:].replace('.', '')}"
                shown = code == SHOWN_DISTRICT
                staff.tksk[code] = self._add(name, Role.TKSK, ground.dinsos[regency], region=code, shown=shown)
        return staff

    def partner(self, office: Office, *, shown: bool = False) -> UUID:
        """Who answers for a partner organisation."""
        name = f"demo.mitra.{office.code.lower().removeprefix('contoh-')}"
        made = self.staff.partners[office.id] = self._add(name, Role.PARTNER, office, shown=shown)
        return made

    def _staff_upt(self, upt: Office) -> None:
        short = upt.code.lower().replace("-", ".")
        shown = upt.code == "PRSPMKS-SIDOARJO"
        team = Team(self._add(f"demo.kepala.{short}", Role.SUPERVISOR, upt, shown=shown), [])
        for number in range(1, self._dice.randint(2, 4) + 1):
            name = f"demo.peksos{number}.{short}"
            team.caseworkers.append(self._add(name, Role.CASEWORKER, upt, shown=shown and number == 1))
        self.staff.teams[upt.id] = team

    def _add(
        self, username: str, role: Role, office: Office, *, region: str | None = None, shown: bool = False
    ) -> UUID:
        book, moment = self._ground.book, self._since + timedelta(seconds=len(self.staff.sign_ins))
        user_id = self._ground.ids.at(moment)
        spoken = self._dice.choice(words.WOMEN + words.MEN)
        book.add(
            User, id=user_id, username=username, name=f"{words.FAMILY} {spoken} ({words.ROLES[role]})", email=None,
            password_hash=self._hash, organisation_id=office.id, is_active=True, created_at=moment, version=1,
        )  # fmt: skip
        is_wide = role in (Role.ADMINISTRATOR, Role.DPO, Role.ANALYST)
        book.add(
            RoleGrant, id=self._ground.ids.at(moment), user_id=user_id, role=str(role),
            organisation_id=None if is_wide or region else office.id, region_code=region, valid_until=None,
            granted_at=moment, granted_by=None,
        )  # fmt: skip
        if shown:
            self.staff.sign_ins.append(SignIn(username, str(role), office.name, office.code))
        return user_id


def add_organisation(ground: Ground, kind: OrganisationKind, code: str, name: str, region_code: str) -> Office:
    """A partner organisation, marked as an example by code and name."""
    moment = datetime(*first_day(ground.first).timetuple()[:3], 1, tzinfo=UTC)
    made = Office(ground.ids.at(moment), f"CONTOH-{code}", f"Contoh {name}", region_code)
    ground.book.add(
        Organisation, id=made.id, kind=str(kind), code=made.code, name=made.name, region_code=region_code,
        is_active=True, version=1,
    )  # fmt: skip
    return made
