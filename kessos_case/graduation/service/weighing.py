"""Of many cases those about which there is something to do tonight, found from their rows read together. Changes nothing.

One by one a case costs a dozen statements, and of a hundred that are looked at in a night one has changed. What is found
here is looked at again in full, with locks, before anything is written (nightly.py). Of each case only as much is read and
reckoned as it takes to know that nothing has changed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from kessos_case.aid.rules import Line, MonthOfAid, months_of_aid
from kessos_case.aid.service import unit_consumption_of
from kessos_case.cases.models import Case
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.months import Month, month_of
from kessos_case.graduation import fact_queries, queries
from kessos_case.graduation.fact_queries import Rows
from kessos_case.graduation.models import GraduationReview
from kessos_case.graduation.rules import (
    AfterGraduation,
    CriterionCode,
    ReviewState,
    criteria_of,
    evaluate,
    relapses_of,
)
from kessos_case.graduation.service.deciding import can_fail, fails, last_day_lived, may_begin, was_doubted
from kessos_case.graduation.service.facts import (
    FUNCTIONING,
    assesses,
    facts_for,
    facts_in,
    parts_for,
    parts_of,
    placements_in,
    region_of,
)
from kessos_case.graduation.service.reading import Reading, graduation_policy

log = structlog.get_logger()

# With one of these no other begins. A confirmed one may have been undone by a relapse: then the full look decides.
_STANDING = frozenset({ReviewState.ELIGIBLE, ReviewState.RECOMMENDED, ReviewState.PROVISIONAL})
_SPOKEN = _STANDING | {ReviewState.CONFIRMED}
# What takes the least to read and to reckon: of those who lack one of these nothing else is read.
_FIRST = frozenset({CriterionCode.PLAN, CriterionCode.FUNCTIONING, CriterionCode.STABILITY, CriterionCode.OWN_VOICE})


@dataclass(frozen=True)
class Night:
    """Who is weighed tonight: cases, each of another person, with the people and with the reviews of each, newest first.

    `broken` is what a row that cannot be read may raise.
    """

    session: Session
    today: date
    clients: Mapping[UUID, Any]
    reviews: Mapping[UUID, Sequence[GraduationReview]]
    broken: tuple[type[Exception], ...]

    def those(self, cases: Iterable[Case], asked: Callable[[Case], bool]) -> list[Case]:
        """Of these cases those of which it is so, or of which it cannot be said."""
        return [case for case in cases if self._is_so(case, asked)]

    def _is_so(self, case: Case, asked: Callable[[Case], bool]) -> bool:
        try:
            return asked(case)
        except self.broken as error:
            log.warning("graduation_not_weighed", case_id=str(case.id), error_class=type(error).__name__)
            return True


@dataclass(frozen=True)
class Pile:
    """What was read of some cases: rows and completed assessments by case, lines of aid by person."""

    night: Night
    rows: Mapping[UUID, Rows]
    finished: Mapping[UUID, Sequence[Any]] = field(default_factory=dict)
    aid: Mapping[UUID, Sequence[Line]] = field(default_factory=dict)

    def reading(self, case: Case, as_of: date) -> Reading:
        """One look at one of the cases, of a day, as of all that is known now."""
        night, consumption = self.night, partial(_months, self.aid.get(case.client_id, ()))
        return Reading(
            night.session, case, night.clients[case.client_id], as_of, night.today, graduation_policy(),
            self.rows[case.id], tuple(self.finished.get(case.id, ())), consumption,
        )  # fmt: skip


def worth_a_look(session: Session, cases: Sequence[Case], broken: tuple[type[Exception], ...]) -> list[Case]:
    """Of these cases those of which a full look may change something, in their order.

    Whoever cannot be weighed (`broken` is raised, he is here twice, or comes from another UPT with what it found out) is
    worth one.
    """
    often = Counter(case.client_id for case in cases)
    alone = [case for case in cases if often[case.client_id] == 1 and case.previous_case_id is None]
    night = Night(
        session=session,
        today=office_day(session.now),
        clients=fact_queries.clients_by_id(session, [case.client_id for case in alone]),
        reviews=queries.reviews_of_cases(session, [case.id for case in alone]),
        broken=broken,
    )
    shaken = {case.id for case in _shaken(night, [case for case in alone if _spoken(night, case)])}
    may = night.those([case for case in alone if case.id not in shaken], partial(_may_begin, night))
    said = shaken | {case.id for case in _ready(night, may)}
    still = {case.id for case in alone if case.id not in said}
    return [case for case in cases if case.id not in still]


def _spoken(night: Night, case: Case) -> list[GraduationReview]:
    return [review for review in night.reviews.get(case.id, ()) if review.state in _SPOKEN]


def _shaken(night: Night, cases: Sequence[Case]) -> list[Case]:
    """Of whom does a review no longer hold, or who has fallen back in a way that is not counted yet?"""
    if not cases:
        return []
    reviews = [review for case in cases for review in _spoken(night, case)]
    counted = queries.relapse_kinds(night.session, [review.id for review in reviews])
    new_cases = queries.new_cases_of_many(night.session, cases)
    begun = [review.provisional_on for review in reviews if review.provisional_on]
    against = {case.id: _against(night, case) for case in cases}
    # Whether he fell back is seen in his work too.
    parts = parts_of({CriterionCode.WORK_LASTS}.union(*against.values()))
    assessed = [case.id for case in cases if CriterionCode.FUNCTIONING in against[case.id]]
    pile = _aided(night, cases, parts, assessed, begun)

    def is_shaken(case: Case, review: GraduationReview) -> bool:
        if review.state != ReviewState.CONFIRMED and _fails(pile, case, review):
            return True
        begun = review.provisional_on
        if begun is None or last_day_lived(night.today, night.clients[case.client_id]) < begun:
            return False
        after = _after(pile, case, begun, new_cases.get(case.client_id, ()))
        return not counted.get(review.id, frozenset()).issuperset(relapses_of(after, graduation_policy()))

    return night.those(cases, lambda case: any(is_shaken(case, review) for review in _spoken(night, case)))


def _mandatory(case: Case) -> tuple[CriterionCode, ...]:
    rule = graduation_policy().pathways.get(case.pathway)
    return rule.mandatory if rule else ()


def _against(night: Night, case: Case) -> set[CriterionCode]:
    """What can speak against any of his reviews."""
    return {code for review in _spoken(night, case) for code in can_fail(review, _mandatory(case))}


def _fails(pile: Pile, case: Case, review: GraduationReview) -> bool:
    if case.pathway not in graduation_policy().pathways:
        return True  # outside graduation nothing holds
    codes = can_fail(review, _mandatory(case))
    facts = facts_for(pile.reading(case, review.provisional_on or pile.night.today), codes)
    return fails(review, criteria_of(facts, graduation_policy(), codes))


def _may_begin(night: Night, case: Case) -> bool:
    reviews = night.reviews.get(case.id, ())
    last = reviews[0] if reviews else None
    is_free = not any(review.state in _STANDING for review in reviews)
    return is_free and may_begin(case, night.clients[case.client_id], last, night.today)


def _ready(night: Night, cases: Sequence[Case]) -> list[Case]:
    """Who has come to meet everything, and not by what a supervisor has doubted?"""
    rows = _rows(night, cases, parts_of(_FIRST))
    finished = fact_queries.finished_of_many(night.session, [case.id for case in cases], FUNCTIONING)
    first = Pile(night, rows, finished)
    left = night.those(cases, lambda case: _meets(first, case, [code for code in _mandatory(case) if code in _FIRST]))
    if not left:
        return []
    parts = frozenset().union(*(parts_for(case.pathway) for case in left))
    pile = _aided(night, left, parts, [case.id for case in left if assesses(case.pathway)])
    return night.those(left, partial(_is_ready, pile))


def _is_ready(pile: Pile, case: Case) -> bool:
    if not _meets(pile, case, [code for code in _mandatory(case) if code not in _FIRST]):
        return False
    verdict = evaluate(facts_in(pile.reading(case, pile.night.today)), graduation_policy())
    reviews = pile.night.reviews.get(case.id, ())
    return verdict.is_met and not was_doubted(reviews[0] if reviews else None, verdict)


def _meets(pile: Pile, case: Case, codes: Sequence[CriterionCode]) -> bool:
    facts = facts_for(pile.reading(case, pile.night.today), codes)
    return all(criterion.is_met for criterion in criteria_of(facts, graduation_policy(), codes))


def _rows(night: Night, cases: Sequence[Case], parts: frozenset[str]) -> dict[UUID, Rows]:
    regions = {client.id: region_of(client) for client in night.clients.values()}
    return fact_queries.rows_of_many(night.session, cases, regions, parts)


def _aided(
    night: Night, cases: Sequence[Case], parts: frozenset[str], assessed: Sequence[UUID], begun: Sequence[date] = ()
) -> Pile:
    """A pile with the assessments of the cases in `assessed`, and with aid of as many months as any look at it goes back from
    today or from a day in `begun`."""
    rule, people = graduation_policy().off_aid, [case.client_id for case in cases]
    first = month_of(min([night.today, *begun])) - max(rule.months, rule.share_months)
    return Pile(
        night,
        _rows(night, cases, parts),
        fact_queries.finished_of_many(night.session, assessed) if assessed else {},
        unit_consumption_of(night.session, people, first, month_of(night.today), known_by=night.today),
    )


def _months(lines: Iterable[Line], first: Month, last: Month) -> dict[Month, MonthOfAid]:
    touching = [line for line in lines if line.last >= first and line.first <= last]
    return months_of_aid(touching, first, last)


def _after(pile: Pile, case: Case, begun: date, new_cases: Iterable[Case]) -> AfterGraduation:
    rows, today = pile.rows[case.id], pile.night.today
    until = last_day_lived(today, pile.night.clients[case.client_id])
    months = _months(pile.aid.get(case.client_id, ()), month_of(begun) + 1, month_of(until))
    opened = [office_day(other.opened_at) for other in new_cases]
    return AfterGraduation(
        begun,
        until,
        {month: found.amount for month, found in months.items()},
        tuple(day for day in opened if day <= until),
        placements_in(rows.placements, rows.checks, today),
        tuple(visit.visited_on for visit in rows.visits if visit.is_on_street and visit.visited_on <= until),
    )
