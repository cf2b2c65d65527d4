"""The review's machine as data, and who may take which step of it. Source: spec graduation.md "The gate", journey.md.

Deferred and withdrawn end a review; when the facts speak again, a new review begins. A relapse is a row of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from kessos_case.core.months import months_later
from kessos_case.graduation.rules.criterion import Missing
from kessos_case.graduation.rules.facts import GraduationPolicy

# The program itself, when facts arrive late.
SYSTEM = "system"
# A second pair of eyes from the Dinsos or another UPT, where the own office is too small.
CO_SIGNER = "co_signer"


class ReviewState(StrEnum):
    """Where a graduation review stands."""

    ELIGIBLE = "eligible"
    RECOMMENDED = "recommended"
    PROVISIONAL = "provisional"
    CONFIRMED = "confirmed"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"


# A review that can still go on.
LIVE = (ReviewState.ELIGIBLE, ReviewState.RECOMMENDED, ReviewState.PROVISIONAL)


class ReviewVerb(StrEnum):
    """What can be done to a graduation review."""

    RECOMMEND = "recommend"
    PROVISIONAL = "provisional"
    CONFIRM = "confirm"
    DEFER = "defer"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class ReviewTransition:
    """One line of the machine. `by` are roles; `needs` are names of NEEDS, all of which are asked at once."""

    verb: ReviewVerb
    sources: frozenset[ReviewState]
    target: ReviewState
    by: frozenset[str]
    needs: tuple[str, ...]


_OPEN = frozenset({ReviewState.ELIGIBLE, ReviewState.RECOMMENDED, ReviewState.PROVISIONAL})
_SUPERVISOR = frozenset({"supervisor"})
_INDEPENDENT = ("criteria", "other_than_recommender", "other_than_author", "agreement_or_reason")

# verb, from, to, who, needs
REVIEW_TRANSITIONS: tuple[ReviewTransition, ...] = (
    ReviewTransition(
        ReviewVerb.RECOMMEND,
        frozenset({ReviewState.ELIGIBLE}),
        ReviewState.RECOMMENDED,
        frozenset({"caseworker"}),
        ("criteria",),
    ),
    ReviewTransition(
        ReviewVerb.PROVISIONAL,
        frozenset({ReviewState.RECOMMENDED}),
        ReviewState.PROVISIONAL,
        _SUPERVISOR,
        _INDEPENDENT,
    ),
    # Reached by the last of the signatures; whoever gave the provisional verdict may give one of them.
    ReviewTransition(
        ReviewVerb.CONFIRM,
        frozenset({ReviewState.PROVISIONAL}),
        ReviewState.CONFIRMED,
        _SUPERVISOR | {CO_SIGNER},
        (*_INDEPENDENT, "other_than_signers", "aftercare_over", "visits_done", "holds_still"),
    ),
    ReviewTransition(ReviewVerb.DEFER, _OPEN, ReviewState.DEFERRED, _SUPERVISOR, ("reason", "until")),
    ReviewTransition(ReviewVerb.WITHDRAW, _OPEN, ReviewState.WITHDRAWN, _SUPERVISOR | {SYSTEM}, ("reason",)),
)


@dataclass(frozen=True)
class ReviewFacts:
    """A review as it stands: who did what so far, for which office's case, and the aftercare months already visited.

    `confirmations` are (user, office) of each signature; `lapsed` those of them whose signature counts no more;
    `evidence_authors` whoever wrote a part of the evidence; `late` what speaks against the day of the provisional verdict
    by all that is known now.
    """

    state: str
    organisation_id: UUID
    recommended_by: UUID | None = None
    provisional_by: UUID | None = None
    provisional_on: date | None = None
    confirmations: tuple[tuple[UUID, UUID], ...] = ()
    evidence_authors: frozenset[UUID] = frozenset()
    visits_done: frozenset[int] = frozenset()
    lapsed: frozenset[UUID] = frozenset()
    late: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Confirmation:
    """A signature under the confirmation: whose, of which day, and whether it was given without the person's agreement."""

    user_id: UUID
    on: date
    against_the_word: bool


@dataclass(frozen=True)
class Signer:
    """Who wants to take a step, the office he acts for, and his roles there. The program is no user and has no office."""

    user_id: UUID | None
    organisation_id: UUID | None
    roles: frozenset[str]


@dataclass(frozen=True)
class Signing:
    """One attempt at a step: everything that a need may look at. `agrees` is the person's answer, None without one."""

    review: ReviewFacts
    signer: Signer
    unmet: tuple[Missing, ...]
    today: date
    policy: GraduationPolicy
    agrees: bool | None
    reason: str | None
    until: date | None


def visit_days(provisional_on: date, policy: GraduationPolicy) -> dict[int, date]:
    """The day on which the aftercare visit of each month is due."""
    return {month: months_later(provisional_on, month) for month in policy.aftercare.visit_months}


def _criteria(signing: Signing) -> list[Missing]:
    return list(signing.unmet)


def _other_than_recommender(signing: Signing) -> list[Missing]:
    if signing.signer.user_id != signing.review.recommended_by:
        return []
    way = "Ask someone who did not recommend."
    return [Missing("recommended_by_you", "a signature of someone else: you recommended this", way)]


def _other_than_author(signing: Signing) -> list[Missing]:
    if signing.signer.user_id not in signing.review.evidence_authors:
        return []
    way = "Ask someone who wrote no part of the evidence, or a co-signer of another office."
    return [Missing("evidence_by_you", "a signature of someone else: you wrote a part of the evidence", way)]


def _other_than_signers(signing: Signing) -> list[Missing]:
    if signing.signer.user_id not in {user_id for user_id, _office in signing.review.confirmations}:
        return []
    way = "Ask another supervisor, or a co-signer of another office."
    return [Missing("signed_before", "a signature of someone else: you have signed", way)]


def _agreement_or_reason(signing: Signing) -> list[Missing]:
    return [] if signing.agrees else _reason(signing)


def _aftercare_over(signing: Signing) -> list[Missing]:
    begun, months = signing.review.provisional_on, signing.policy.aftercare.months
    ends = months_later(begun, months) if begun else None
    if ends and signing.today >= ends:
        return []
    way = f"Confirm from {ends} on." if ends else "Give a provisional verdict first."
    return [Missing("aftercare_not_over", f"{months} months of aftercare", way)]


def _visits_done(signing: Signing) -> list[Missing]:
    return [
        Missing("visit_missing", f"the aftercare visit of month {month}", f"Do the aftercare visit of month {month}.")
        for month in signing.policy.aftercare.visit_months
        if month not in signing.review.visits_done
    ]


def _holds_still(signing: Signing) -> list[Missing]:
    return list(signing.review.late)


def _reason(signing: Signing) -> list[Missing]:
    if signing.reason and signing.reason.strip():
        return []
    return [Missing("reason_missing", "a reason", "Say why in `reason`.")]


def _until(signing: Signing) -> list[Missing]:
    if signing.until and signing.until > signing.today:
        return []
    return [Missing("until_missing", "a day to look again", f"Name a day after {signing.today} in `until`.")]


NEEDS: dict[str, Callable[[Signing], list[Missing]]] = {
    "criteria": _criteria,
    "other_than_recommender": _other_than_recommender,
    "other_than_author": _other_than_author,
    "other_than_signers": _other_than_signers,
    "agreement_or_reason": _agreement_or_reason,
    "aftercare_over": _aftercare_over,
    "visits_done": _visits_done,
    "holds_still": _holds_still,
    "reason": _reason,
    "until": _until,
}


def transition_for(verb: str) -> ReviewTransition:
    """The machine's line for this verb. Raises KeyError when there is none."""
    return {line.verb.value: line for line in REVIEW_TRANSITIONS}[verb]


def missing_to_sign(
    step: ReviewTransition,
    review: ReviewFacts,
    signer: Signer,
    *,
    unmet: tuple[Missing, ...],
    today: date,
    policy: GraduationPolicy,
    agrees: bool | None = None,
    reason: str | None = None,
    until: date | None = None,
) -> list[Missing]:
    """Everything that stands between this signer and this step, all at once; empty when it may be taken.

    `unmet` is Verdict.unmet of a verdict reached today, for every step evaluates again. `agrees` is the person's own answer
    (a child's guardian's); whoever signs without it gives a reason.
    """
    signing = Signing(review, signer, unmet, today, policy, agrees, reason, until)
    found = _wrong_state(step, review) + _wrong_actor(step, review, signer)
    return found + [entry for need in step.needs for entry in NEEDS[need](signing)]


def state_after(step: ReviewTransition, review: ReviewFacts, policy: GraduationPolicy) -> ReviewState:
    """Where the review stands after this step: a confirmation that is not the last one leaves it where it is.

    A signature that counts no more is none of them.
    """
    signed = sum(user_id not in review.lapsed for user_id, _office in review.confirmations) + 1
    is_waiting = step.verb is ReviewVerb.CONFIRM and signed < policy.gate.signatures
    return ReviewState(review.state) if is_waiting else step.target


def lapsed(
    confirmations: Iterable[Confirmation],
    *,
    evidence_authors: frozenset[UUID],
    agrees: bool | None,
    fell_back_on: Sequence[date],
) -> frozenset[UUID]:
    """Whose signature counts no more, for it was given under what has changed before the last one came.

    Who has written a part of the evidence since is not independent any more; who signed in the person's agreement gave no
    reason for the no that he says now; and a relapse since was seen by nobody who signed before it.
    """
    return frozenset(
        signed.user_id
        for signed in confirmations
        if signed.user_id in evidence_authors
        or (not agrees and not signed.against_the_word)
        or any(day > signed.on for day in fell_back_on)
    )


def _wrong_state(step: ReviewTransition, review: ReviewFacts) -> list[Missing]:
    if review.state in step.sources:
        return []
    sources = " or ".join(sorted(step.sources))
    detail = f"The review is {review.state}; this needs {sources}."
    return [Missing("wrong_state", detail, f"Do this while the review is {sources}.")]


def _wrong_actor(step: ReviewTransition, review: ReviewFacts, signer: Signer) -> list[Missing]:
    """Roles count in the office of the case, but a co-signer's only in another: the second pair of eyes is not the same."""
    roles, is_own = step.by & signer.roles, signer.organisation_id == review.organisation_id
    if SYSTEM in roles or (CO_SIGNER in roles and not is_own) or (roles - {CO_SIGNER} and is_own):
        return []
    if CO_SIGNER in roles:
        detail = "a co-signer of another office than the case's"
        return [Missing("same_office", detail, "Ask a co-signer of the Dinsos or of another UPT.")]
    who = " or ".join(sorted(step.by - {SYSTEM, CO_SIGNER}))
    where = "of the case's office" + (", or a co-signer of another" if CO_SIGNER in step.by else "")
    return [Missing("wrong_actor", f"Only a {who} {where} may do this.", f"Ask a {who} {where}.")]
