"""People of a course beside people who were like them and in none: with how alike they are, or not at all."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound, RuleBroken
from kessos_case.employment.rules import CHECK_OPENS_BEFORE
from kessos_case.reports import comparison_queries as queries
from kessos_case.reports.life_queries import Drawing
from kessos_case.reports.rules import LEAST_TOLD, matching
from kessos_case.reports.rules.matching import Balance, Difference, Person
from kessos_case.reports.service.lives import read_lives
from kessos_case.reports.service.sight import report_offices
from kessos_case.training.models import Course

# Half a year after the course began; the other outcome is a year after it.
WORK_AFTER = timedelta(days=180)
OUTCOMES = ("in_work_180", "graduated_365")


@dataclass(frozen=True)
class Outcome:
    """What happened of the pairs; None where so few would tell of single people."""

    code: str
    difference: Difference | None


@dataclass(frozen=True)
class Comparison:
    """The comparison of a course: pairs, who found no partner, how alike they are, and what happened."""

    course_id: UUID
    title: str
    as_of: date
    pairs: int
    # None where so few would tell of single people.
    without_partner: int | None
    balance: list[Balance]
    outcomes: list[Outcome]

    @property
    def is_good(self) -> bool:
        """Do all that was measured lie within a tenth of a standard deviation?"""
        return all(abs(each.after) <= matching.GOOD_BALANCE for each in self.balance)


def compare_course(session: Session, course_id: UUID) -> Comparison:
    """Who was in this course beside partners of the same office, pathway, category, age band, sex and quarter.

    Of the offices that the actor leads, else of the province. Raises NotFound for an unknown course, RuleBroken where there
    are fewer than 20 pairs (`too_few`) or they are not alike (`unbalanced`, one for each trait), Conflict `not_counted` where
    no night has counted yet.
    """
    course = session.get(Course, course_id)
    if course is None:
        raise NotFound("There is no such course.")
    offices = report_offices(session)
    record(session, "read", "report", report="comparison", course=str(course_id))
    return read_lives(session, lambda drawing: _compared(session, course, offices, drawing))


def _compared(session: Session, course: Course, offices: list[UUID], drawing: Drawing) -> Comparison:
    rows = {row.id: row for row in queries.people(session, course.id, drawing, offices)}
    people = [_person(row) for row in rows.values()]
    inside = [person for person in people if person.starts is not None]
    others = [person for person in people if person.starts is None]
    # Whoever could be watched for a year after the day that would have been his.
    pairs = _watched(matching.matched(inside, others), rows)
    balance = matching.balance(inside, others, pairs)
    _check(pairs, balance)
    work = _work(session, [rows[each.id].client_id for pair in pairs for each in pair], drawing.as_of)
    alone = len(inside) - len(pairs)
    is_told = offices or alone >= LEAST_TOLD or not alone
    return Comparison(
        course.id, course.name, drawing.as_of, len(pairs), alone if is_told else None, balance,
        [_outcome(code, pairs, rows, work, is_exact=bool(offices)) for code in OUTCOMES],
    )  # fmt: skip


def compared_courses(session: Session) -> list[tuple[UUID, str, str]]:
    """(id, course, office) of the courses that somebody was in, by name."""
    return [(row.id, row.name, row.office) for row in session.execute(queries.courses())]


def _person(row: Any) -> Person:
    traits = (row.years, row.confidence, row.skill, row.income, row.disability == "yes")
    known = tuple(None if trait is None else float(trait) for trait in traits)
    return Person(row.id, tuple(getattr(row, name) for name in queries.ALIKE), known, row.starts, row.stays)


def _watched(pairs: Sequence[tuple[Person, Person]], rows: dict[UUID, Any]) -> list[tuple[Person, Person]]:
    return [
        (one, two) for one, two in pairs if rows[two.id].seen_days - (one.starts or 0) >= queries.WATCHED
    ]  # fmt: skip


def _check(pairs: Sequence[tuple[Person, Person]], balance: Sequence[Balance]) -> None:
    if len(pairs) < matching.LEAST_PAIRS:
        wrong = [{"code": "too_few", "detail": f"At least {matching.LEAST_PAIRS} pairs are needed, fewer were found."}]
        raise RuleBroken("There are too few who are alike to compare.", errors=wrong)
    apart = [each for each in balance if abs(each.after) > matching.WORST_BALANCE]
    if apart:
        limit = matching.WORST_BALANCE
        wrong = [
            {"code": "unbalanced", "field": each.trait,
             "detail": f"{each.trait}: {abs(each.after):.2f} standard deviations apart, more than {limit}."}
            for each in apart
        ]  # fmt: skip
        raise RuleBroken("The two sides are not alike enough to compare.", errors=wrong)


def _work(session: Session, client_ids: Sequence[UUID], as_of: date) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in queries.work(session, client_ids, as_of):
        found[row.client_id].append(row)
    return found


def _outcome(
    code: str, pairs: Sequence[tuple[Person, Person]], rows: dict[UUID, Any], work: dict[UUID, list[Any]], *, is_exact: bool
) -> Outcome:  # fmt: skip
    happened = _in_work if code == "in_work_180" else _graduated
    found = matching.difference([
        (happened(rows[one.id], one.starts or 0, work), happened(rows[two.id], one.starts or 0, work)) for one, two in pairs
    ])  # fmt: skip
    counts = (found.course, found.others, found.pairs - found.course, found.pairs - found.others)
    is_few = any(0 < count < LEAST_TOLD for count in counts)
    return Outcome(code, found if is_exact or not is_few else None)


def _in_work(row: Any, starts: int, work: dict[UUID, list[Any]]) -> bool:
    """Is he known to have worked on that day? As kept work is counted everywhere."""
    day = row.intake_on + timedelta(days=starts) + WORK_AFTER
    return any(
        each.starts_on <= day
        and (each.ended_on >= day if each.ended_on else each.seen_on and each.seen_on >= day - CHECK_OPENS_BEFORE)
        for each in work[row.client_id]
    )


def _graduated(row: Any, starts: int, _work: dict[UUID, list[Any]]) -> bool:
    """By own strength or back in a safe home, within a year from then on; natural is no success."""
    return row.kind in ("empowered", "reunified") and 0 <= row.graduation_days - starts <= queries.WATCHED
