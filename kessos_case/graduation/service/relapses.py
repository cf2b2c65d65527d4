"""Relapse after a provisional or confirmed verdict: counted once, told to the caseworker by a task, never hidden.

What follows (aftercare again, a linked case) people decide with the verbs of cases.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.aid.service import unit_consumption
from kessos_case.cases.models import Case
from kessos_case.cases.service import case_for, visits_of
from kessos_case.clients.service import client_for, give_access, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system, table_of
from kessos_case.core.errors import Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.months import month_of
from kessos_case.graduation import queries
from kessos_case.graduation.models import GraduationReview, Relapse
from kessos_case.graduation.rules import AfterGraduation, RelapseKind, ReviewState, relapse_days
from kessos_case.graduation.service.deciding import last_day_lived
from kessos_case.graduation.service.facts import placement_facts
from kessos_case.graduation.service.reading import graduation_policy
from kessos_case.graduation.service.reviews import is_own, review_for
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_task

# A kind of row and its id.
Rows = list[dict[str, str]]

# How long the caseworker has for an answer; the spec names no clock.
ANSWER_WITHIN = timedelta(days=7)
# An office whose case has ended sees the person again for so long: to look for him, and to open a case if he wants one.
SEEN_AGAIN = timedelta(days=60)
GRADUATED = (ReviewState.PROVISIONAL, ReviewState.CONFIRMED)

_RELAPSE = table_of(Relapse)
_ADD = (
    postgresql.insert(_RELAPSE)
    .on_conflict_do_nothing(index_elements=["review_id", "kind", "happened_on"])
    .returning(_RELAPSE.c.id)
)


@dataclass(frozen=True)
class RelapseCard:
    """A relapse as shown, with the rows that show it; none where a person said it."""

    id: UUID
    review_id: UUID
    case_id: UUID
    client_id: UUID
    kind: str
    happened_on: date
    evidence: Rows
    recorded_at: datetime
    recorded_by: UUID | None


def record_relapse(session: Session, *, review_id: UUID, kind: str, happened_on: date) -> tuple[RelapseCard, bool]:
    """Write down a relapse that only a person knows of; True when it is new, else the same one of that day.

    Raises NotFound, RuleBroken unless the review is provisional or confirmed, Invalid for a day in the future or not
    after the provisional verdict.
    """
    review = review_for(session, review_id, lock=True)
    if not is_own(session, review):
        raise NotFound("There is no such review.")
    client_for(session, review.client_id)
    _check(session, review, happened_on)
    is_new = add_relapse(session, review, RelapseKind(kind), happened_on, [])
    found = queries.relapse_like(session, review.id, kind, happened_on)
    assert found is not None
    return relapse_card(found), is_new


def read_relapse(session: Session, relapse_id: UUID) -> RelapseCard:
    """One relapse; the look is in the audit trail. Raises NotFound, also for one of a person beyond reach."""
    found = session.get(Relapse, relapse_id)
    if found is None:
        raise NotFound("There is no such relapse.")
    record(session, "read", "relapse", found.id, clients=[found.client_id])
    return relapse_card(found)


def listed_relapses(session: Session, relapses: Iterable[Relapse]) -> list[RelapseCard]:
    """The cards of a list; one row of the trail names everyone on it."""
    found = list(relapses)
    record(session, "list", "relapse", clients=list(dict.fromkeys(relapse.client_id for relapse in found)))
    return [relapse_card(relapse) for relapse in found]


def find_relapses(session: Session, review: GraduationReview, case: Case) -> int:
    """Count what the rows of every office show as of today. What was counted of a kind before is not counted again.

    Aid that goes on for a year is one relapse and not twelve. Of whoever has died since what happened while he lived, be it
    heard of later. For the program: a person's own office sees less.
    """
    until = last_day_lived(office_day(session.now), client_for(session, review.client_id))
    if review.provisional_on is None or until < review.provisional_on:
        return 0
    known = {relapse.kind for relapse in queries.relapses_after(session, review.id)}
    after, rows = _after(session, review, case, review.provisional_on, until)
    new = [
        add_relapse(session, review, kind, day, [row for row, on in rows[kind] if on >= day])
        for kind, day in relapse_days(after, graduation_policy()).items()
        if kind not in known
    ]
    return sum(new)


def add_relapse(session: Session, review: GraduationReview, kind: RelapseKind, happened_on: date, rows: Rows) -> bool:
    """Write one relapse with its task and its entry in the timeline; False when it was there before.

    Of the dead nobody is asked for an answer, nor of whom a new case serves already after his own has ended.
    """
    case = case_for(session, review.case_id)
    row = {
        "id": new_id(), "review_id": review.id, "case_id": case.id, "client_id": review.client_id,
        "organisation_id": review.organisation_id, "kind": kind, "happened_on": happened_on,
        "evidence": {"rows": rows}, "recorded_at": session.now, "recorded_by": session.actor.user_id,
    }  # fmt: skip
    made: UUID | None = session.connection().scalar(_ADD, row)
    if made is None:
        return False
    is_over = case.closed_at is not None
    if client_for(session, review.client_id).died_on is None and not (is_over and _is_served(session, case)):
        raise_task(
            session, TaskKind.ANSWER_RELAPSE, subject_kind="relapse", subject_id=made, client_id=review.client_id,
            organisation_id=review.organisation_id, role=Role.CASEWORKER, user_id=case.caseworker_id,
            due_at=end_of(office_day(session.now) + ANSWER_WITHIN),
        )  # fmt: skip
        if is_over:
            _see_again(session, case)
    happened_at = min(end_of(happened_on), session.now)
    write_timeline(session, review.client_id, "relapse_recorded", made, happened_at=happened_at)
    record(session, "record", "relapse", made, clients=[review.client_id], kind=kind)
    return True


def _is_served(session: Session, case: Case) -> bool:
    """Has the person a case that goes on, at whichever office?"""
    with as_system(session, "graduation.is_served"):
        return any(other.closed_at is None for other in queries.new_cases_of(session, case.client_id, but=case.id))


def _see_again(session: Session, case: Case) -> None:
    """Who is asked to help a person must reach him."""
    with as_system(session, "graduation.see_again"):
        until = end_of(office_day(session.now) + SEEN_AGAIN)
        give_access(session, case.client_id, "aftercare", organisation_id=case.organisation_id, until=until)


def relapse_card(relapse: Relapse) -> RelapseCard:
    """The relapse as shown."""
    shown = {name: getattr(relapse, name) for name in RelapseCard.__dataclass_fields__ if name != "evidence"}
    return RelapseCard(evidence=relapse.evidence.get("rows", []), **shown)


def _check(session: Session, review: GraduationReview, happened_on: date) -> None:
    if review.state not in GRADUATED or review.provisional_on is None:
        detail = f"The review is {review.state}; nobody falls back before a provisional verdict."
        raise RuleBroken("There is nothing to fall back from.", errors=[{"code": "wrong_state", "detail": detail}])
    if happened_on > office_day(session.now):
        wrong = field_error("happened_on", "in_future", "The day is after today.")
    elif happened_on <= review.provisional_on:
        wrong = field_error("happened_on", "too_early", f"The verdict was given on {review.provisional_on}.")
    else:
        return
    raise Invalid("The relapse has mistakes.", errors=[wrong])


def _after(
    session: Session, review: GraduationReview, case: Case, graduated_on: date, until: date
) -> tuple[AfterGraduation, dict[RelapseKind, list[tuple[dict[str, str], date]]]]:
    """What happened since, and of each kind the rows that could show it, each with its day."""
    client_id = review.client_id
    months = unit_consumption(session, client_id, month_of(graduated_on) + 1, month_of(until))
    cases = [
        other for other in queries.new_cases_of(session, client_id, but=case.id) if office_day(other.opened_at) <= until
    ]
    placements = placement_facts(session, client_id, office_day(session.now))
    street = [visit for visit in visits_of(session, client_id) if visit.is_on_street and visit.visited_on <= until]
    after = AfterGraduation(
        graduated_on,
        until,
        {month: found.amount for month, found in months.items()},
        tuple(office_day(other.opened_at) for other in cases),
        placements,
        tuple(visit.visited_on for visit in street),
    )
    return after, {
        RelapseKind.AID: [(_row("disbursement", line), until) for found in months.values() for line in found.ids],
        RelapseKind.NEW_CASE: [(_row("case", other.id), office_day(other.opened_at)) for other in cases],
        RelapseKind.WORK_LOST: [(_row("placement", each.id), each.ended_on) for each in placements if each.ended_on],
        RelapseKind.STREET: [(_row("visit", visit.id), visit.visited_on) for visit in street],
    }


def _row(kind: str, row_id: Any) -> dict[str, str]:
    return {"kind": kind, "id": str(row_id)}
