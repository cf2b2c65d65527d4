"""What a verdict means for a review: whether one may begin, and whether one that stands still holds. Asks no database."""

from collections.abc import Iterable, Iterator
from datetime import date

from kessos_case.cases.models import Case
from kessos_case.clients.models import Client
from kessos_case.graduation.models import GraduationReview
from kessos_case.graduation.rules import Criterion, CriterionCode, ReviewState, StepReason, Verdict

# What is dated, and so can be judged again as of the day of a provisional verdict with what is known now. Of the others
# only the present is on record: a newer assessment or plan says nothing about that day.
_DATED = frozenset(
    {
        CriterionCode.INCOME,
        CriterionCode.WORK_LASTS,
        CriterionCode.OFF_AID,
        CriterionCode.STABILITY,
        CriterionCode.SAFE_HOME,
        CriterionCode.VISITS_PASSED,
        CriterionCode.SCHOOL,
        CriterionCode.TREATMENT,
    }
)
# Why the program itself withdraws a review.
_NOT_BY_A_PERSON = (StepReason.LATE_FACTS, StepReason.CASE_CLOSED)


def last_day_lived(today: date, client: Client) -> date:
    """The last day of which it is asked whether the person fell back; what was paid for the dead is another question."""
    return min(today, client.died_on or today)


def may_begin(case: Case, client: Client, last: GraduationReview | None, today: date) -> bool:
    """As on demand: of an open case of somebody who lives, and after a deferral. Whether one stands is asked elsewhere."""
    is_deferred = last is not None and last.deferred_until is not None and last.deferred_until > today
    return case.closed_at is None and client.died_on is None and not is_deferred


def was_doubted(last: GraduationReview | None, verdict: Verdict) -> bool:
    """Has a supervisor taken back what rests on the very same rows? The night does not say again what he has heard."""
    if last is None or last.state != ReviewState.WITHDRAWN or last.reason in _NOT_BY_A_PERSON:
        return False
    return bool(last.verdict["evidence"] == verdict.as_json()["evidence"])


def can_fail(review: GraduationReview, mandatory: Iterable[CriterionCode]) -> list[CriterionCode]:
    """Of what is mandatory what can speak against a live review."""
    return [code for code in mandatory if review.provisional_on is None or code in _DATED]


def fails(review: GraduationReview, criteria: Iterable[Criterion]) -> bool:
    """Does one of these criteria, of today or of the day of the provisional verdict, speak against a live review?"""
    return any(True for _ in speaking_against(review, criteria))


def speaking_against(review: GraduationReview, criteria: Iterable[Criterion]) -> Iterator[Criterion]:
    """Of these criteria those that speak against a live review, one after the other.

    Before it is signed a fact that is merely lacking, such as the income of a month that has just ended, withdraws
    nothing: the next step asks for it. Of a day that is past nothing but a late fact can be lacking.
    """
    for criterion in criteria:
        if criterion.is_met:
            continue
        if criterion.code in _DATED if review.provisional_on else not criterion.is_unknown:
            yield criterion
