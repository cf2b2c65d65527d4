"""Of many cases those about which there is something to do tonight, found from their rows read together. Changes nothing.

One by one a case costs a dozen statements, and of a hundred that are looked at in a night one has changed. What is found
here is looked at again in full, with locks, before anything is written (nightly.py).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

import structlog

from kessos_case.aid.rules import Line, MonthOfAid, months_of_aid
from kessos_case.aid.service import unit_consumption_of
from kessos_case.cases.casework import Assessment
from kessos_case.cases.models import Case
from kessos_case.clients.models import Client
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.months import Month, month_of
from kessos_case.graduation import fact_queries, queries
from kessos_case.graduation.fact_queries import Rows
from kessos_case.graduation.models import GraduationReview
from kessos_case.graduation.rules import AfterGraduation, ReviewState, Verdict, evaluate, relapses_of
from kessos_case.graduation.service.deciding import fails, may_begin, was_doubted
from kessos_case.graduation.service.facts import assesses, facts_in, placements_in, region_of
from kessos_case.graduation.service.reading import Reading, graduation_policy

log = structlog.get_logger()


@dataclass(frozen=True)
class Pile:
    """Everything on record about some cases, each of another person: by case, and aid and other cases by person."""

    session: Session
    today: date
    clients: Mapping[UUID, Client]
    rows: Mapping[UUID, Rows]
    finished: Mapping[UUID, Sequence[Assessment]]
    reviews: Mapping[UUID, Sequence[GraduationReview]]
    counted: Mapping[UUID, frozenset[str]]
    aid: Mapping[UUID, Sequence[Line]]
    new_cases: Mapping[UUID, Sequence[Case]]


def worth_a_look(session: Session, cases: Sequence[Case], broken: tuple[type[Exception], ...]) -> list[Case]:
    """Of these cases those of which a full look may change something, in their order.

    Whoever cannot be weighed (`broken` is raised, he is here twice, or comes from another UPT with what it found out) is
    worth one.
    """
    often = Counter(case.client_id for case in cases)
    alone = [case for case in cases if often[case.client_id] == 1 and case.previous_case_id is None]
    pile = _pile(session, alone)
    still = {case.id for case in alone if not _says_something(pile, case, broken)}
    return [case for case in cases if case.id not in still]


def _pile(session: Session, cases: Sequence[Case]) -> Pile:
    today, ids = office_day(session.now), [case.id for case in cases]
    people = [case.client_id for case in cases]
    clients = fact_queries.clients_by_id(session, people)
    reviews = queries.reviews_of_cases(session, ids)
    begun = [review.provisional_on for found in reviews.values() for review in found if review.provisional_on]
    longest = max(graduation_policy().off_aid.months, graduation_policy().off_aid.share_months)
    first = month_of(min([today, *begun])) - longest
    regions = {client.id: region_of(client) for client in clients.values()}
    return Pile(
        session=session,
        today=today,
        clients=clients,
        rows=fact_queries.rows_of_many(session, cases, regions),
        finished=fact_queries.finished_of_many(session, [case.id for case in cases if assesses(case.pathway)]),
        reviews=reviews,
        counted=queries.relapse_kinds(session, [each.id for found in reviews.values() for each in found]),
        aid=unit_consumption_of(session, people, first, month_of(today), known_by=today),
        new_cases=queries.new_cases_of_many(session, cases),
    )


def _says_something(pile: Pile, case: Case, broken: tuple[type[Exception], ...]) -> bool:
    """Would the night open a review, withdraw one or count a relapse?"""
    try:
        return _may_change(pile, case)
    except broken as error:
        log.warning("graduation_not_weighed", case_id=str(case.id), error_class=type(error).__name__)
        return True


def _may_change(pile: Pile, case: Case) -> bool:
    reviews = pile.reviews.get(case.id, ())
    if any(_is_shaken(pile, case, review) for review in reviews):
        return True
    client, last = pile.clients[case.client_id], reviews[0] if reviews else None
    if not may_begin(case, client, last, pile.today) or any(review.state in _STANDING for review in reviews):
        return False
    verdict = _verdict(pile, case, pile.today)
    return verdict.is_met and not was_doubted(last, verdict)


# With one of these no other begins. A confirmed one may have been undone by a relapse: then the full look decides.
_STANDING = frozenset({ReviewState.ELIGIBLE, ReviewState.RECOMMENDED, ReviewState.PROVISIONAL})


def _is_shaken(pile: Pile, case: Case, review: GraduationReview) -> bool:
    """Does a review no longer hold, or has a graduate fallen back in a way that is not counted yet?"""
    if review.state not in (*_STANDING, ReviewState.CONFIRMED):
        return False
    if review.state != ReviewState.CONFIRMED and fails(
        review, _verdict(pile, case, review.provisional_on or pile.today)
    ):
        return True
    begun = review.provisional_on
    if begun is None or pile.clients[case.client_id].died_on is not None:
        return False
    known = pile.counted.get(review.id, frozenset())
    return any(kind not in known for kind in relapses_of(_after(pile, case, begun), graduation_policy()))


def _verdict(pile: Pile, case: Case, as_of: date) -> Verdict:
    consumption = partial(_months, pile.aid.get(case.client_id, ()))
    reading = Reading(
        pile.session, case, pile.clients[case.client_id], as_of, pile.today, graduation_policy(), pile.rows[case.id],
        tuple(pile.finished.get(case.id, ())), consumption,
    )  # fmt: skip
    return evaluate(facts_in(reading), graduation_policy())


def _months(lines: Iterable[Line], first: Month, last: Month) -> dict[Month, MonthOfAid]:
    touching = [line for line in lines if line.last >= first and line.first <= last]
    return months_of_aid(touching, first, last)


def _after(pile: Pile, case: Case, begun: date) -> AfterGraduation:
    rows = pile.rows[case.id]
    months = _months(pile.aid.get(case.client_id, ()), month_of(begun) + 1, month_of(pile.today))
    return AfterGraduation(
        begun,
        pile.today,
        {month: found.amount for month, found in months.items()},
        tuple(office_day(other.opened_at) for other in pile.new_cases.get(case.client_id, ())),
        placements_in(rows.placements, rows.checks, pile.today),
        tuple(visit.visited_on for visit in rows.visits if visit.is_on_street),
    )
