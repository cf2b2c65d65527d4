"""Enrolments: a place or the line, and leaving. One lock follows another: case, batch, enrolment."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Missing, StepKind
from kessos_case.cases.service import case_for, close_step, own_case_for, start_step, step_for
from kessos_case.clients.service import client_for, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, is_broken
from kessos_case.core.errors import Conflict, Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.training import queries
from kessos_case.training.models import Batch, Enrolment
from kessos_case.training.rules import (
    PLACED_STATES,
    DropReason,
    EnrolmentState,
    EnrolmentVerb,
    missing_for,
    missing_to_enrol,
    transition_for,
)
from kessos_case.training.service.asks import settle_asks, settle_recorded
from kessos_case.training.service.cards import EnrolmentCard, card
from kessos_case.training.service.courses import batch_for
from kessos_case.training.service.places import NO_CLASH, clash, give_back, take_place
from kessos_case.training.service.requirements import admit
from kessos_case.training.service.scope import is_partner, must_be_own

# What a step of a plan and an enrolment are linked by.
LINK = "enrolment"


def enrolment_for(session: Session, enrolment_id: UUID) -> Enrolment:
    """The one door to an enrolment: of a person whom the actor reaches. Raises NotFound."""
    found = session.get(Enrolment, enrolment_id)
    if found is None:
        raise NotFound("There is no such enrolment.")
    return found


def read_enrolment(session: Session, enrolment_id: UUID) -> EnrolmentCard:
    """Look at an enrolment; the look is in the audit trail."""
    enrolment = enrolment_for(session, enrolment_id)
    record(session, "read", "enrolment", enrolment.id, clients=[enrolment.client_id])
    return card(session, enrolment)


def enrol(
    session: Session,
    *,
    batch_id: UUID,
    case_id: UUID,
    plan_step_id: UUID | None = None,
    wait: bool = False,
    documents: Collection[str] = (),
    waiver_reason: str | None = None,
) -> EnrolmentCard:
    """Give the person of a case a place in a batch of the own office or of a partner; with `wait` in its line.

    A step of the plan that is named goes on with it. `documents` are the papers that the actor has seen; for
    `waiver_reason` a supervisor lets somebody in who lacks what the course asks for. Raises NotFound for what is beyond
    reach, Invalid for a step of another case or kind, RuleBroken with everything about the case, or of what the course
    asks for, that is missing, Forbidden, Conflict: `other_organisation` for another UPT's, `case_closed`, `batch_ended`,
    `already_enrolled`, `clash` with the days of the other course, `batch_full`.
    """
    case = own_case_for(session, case_id, lock=True)
    batch = batch_for(session, batch_id, lock=True)
    _check_case(session, case, batch, plan_step_id)
    waived = admit(session, case, batch, documents, waiver_reason)
    made = Enrolment(
        id=new_id(), batch_id=batch.id, course_id=batch.course_id, organisation_id=case.organisation_id,
        case_id=case.id, client_id=case.client_id, plan_step_id=plan_step_id, starts_on=batch.starts_on,
        ends_on=batch.ends_on, requested_at=session.now, requested_by=session.actor.user_id,
        waiver_reason=waived, waived_by=session.actor.user_id if waived else None,
    )  # fmt: skip
    _place_or_wait(session, batch, made, wait=wait)
    _tell(session, made, documents)
    return card(session, made)


def drop_enrolment(session: Session, enrolment_id: UUID, *, reason: str, on: date) -> EnrolmentCard:
    """End an enrolment that is not finished; its place goes to the first in line, its step of the plan is open again.

    Raises Forbidden for another office's, Invalid for a day in the future or before he was in it, or a word that is no
    reason, RuleBroken when it is finished.
    """
    enrolment, batch = held(session, enrolment_id)
    _check_leaving(session, enrolment, reason, on)
    ask(session, enrolment, batch, EnrolmentVerb.DROP)
    had_place = enrolment.state in PLACED_STATES
    enrolment.state = transition_for(EnrolmentVerb.DROP).target
    enrolment.drop_reason, enrolment.dropped_on = reason, on
    session.flush()
    close_step(session, LINK, enrolment.id, done=False, reason=reason)
    settle_recorded(session, enrolment)
    settle_asks(session, enrolment)
    write_timeline(session, enrolment.client_id, "course_dropped", enrolment.id)
    record(session, "drop", "enrolment", enrolment.id, clients=[enrolment.client_id], reason=reason)
    if had_place:
        give_back(session, batch)
    return card(session, enrolment)


def completed_courses(session: Session, client_id: UUID) -> list[Enrolment]:
    """The courses that a person has completed and passed, at whichever office the actor may know of."""
    return list(session.scalars(queries.passed_by(client_id)))


def open_enrolments(session: Session, case_id: UUID) -> list[Enrolment]:
    """The enrolments of a case that are not finished, those in line too."""
    return list(session.scalars(queries.open_of(case_id)))


def _check_case(session: Session, case: Case, batch: Batch, plan_step_id: UUID | None) -> None:
    if batch.organisation_id != case.organisation_id and not is_partner(session, batch.organisation_id):
        detail = "The course belongs to another office; ask for it by a referral to that office's service."
        raise Conflict(detail, code="other_organisation")
    if batch.ends_on < office_day(session.now):
        raise Conflict(f"The batch ended on {batch.ends_on}.", code="batch_ended")
    refuse(missing_to_enrol(case.stage, client_for(session, case.client_id).died_on))
    if plan_step_id:
        _check_step(session, case, plan_step_id)
    others = queries.enrolments({"batch_id": batch.id, "case_id": case.id})
    for other in session.scalars(others.where(Enrolment.state != EnrolmentState.DROPPED)):
        wrong = field_error(
            "case_id", "already_enrolled", f"This batch has the person, {other.state}.", id=str(other.id)
        )
        raise Conflict("The person has an enrolment in this batch.", code="already_enrolled", errors=[wrong])


def _check_step(session: Session, case: Case, step_id: UUID) -> None:
    try:
        step = step_for(session, step_id)
    except NotFound:
        step = None
    if step is None or step.case_id != case.id:
        wrong = field_error("plan_step_id", "not_found", "The case has no such step.")
    elif step.kind != StepKind.COURSE:
        wrong = field_error("plan_step_id", "wrong_kind", f"The step is a {step.kind}, not a course.")
    else:
        return
    raise Invalid("The step does not fit.", errors=[wrong])


def _place_or_wait(session: Session, batch: Batch, made: Enrolment, *, wait: bool) -> None:
    if take_place(session, batch):
        verb = EnrolmentVerb.PLACE
    elif wait:
        verb = EnrolmentVerb.WAIT
    else:
        raise Conflict(f"All {batch.capacity} places are taken; send `wait` for the line.", code="batch_full")
    made.state = transition_for(verb).target
    try:
        with session.begin_nested():
            session.add(made)
    except sa.exc.IntegrityError as error:
        if not is_broken(error, NO_CLASH):
            raise
        raise clash(session, made) from error


def _tell(session: Session, made: Enrolment, documents: Collection[str]) -> None:
    """The step of the plan goes on with it, and the person's timeline and the trail know of it."""
    if made.plan_step_id:
        start_step(session, made.plan_step_id, LINK, made.id)
    write_timeline(session, made.client_id, f"course_{made.state}", made.id)
    record(
        session, "enrol", "enrolment", made.id, clients=[made.client_id], state=made.state,
        documents=sorted(set(documents)), waived=made.waiver_reason,
    )  # fmt: skip


def held(session: Session, enrolment_id: UUID) -> tuple[Enrolment, Batch]:
    """An enrolment of the own office with its batch, held until the end of the transaction: case, batch, enrolment."""
    enrolment = enrolment_for(session, enrolment_id)
    must_be_own(session, enrolment.organisation_id)
    case_for(session, enrolment.case_id, lock=True)
    batch = batch_for(session, enrolment.batch_id, lock=True)
    session.refresh(enrolment, with_for_update=True)
    return enrolment, batch


def _check_leaving(session: Session, enrolment: Enrolment, reason: str, on: date) -> None:
    errors = []
    if reason not in frozenset(DropReason):
        errors.append(field_error("reason", "invalid_value", f"One of {', '.join(DropReason)}."))
    if on > office_day(session.now):
        errors.append(field_error("on", "in_future", "The day is after today."))
    # Who came before it was written down may have left before that too.
    elif on < (since := min(office_day(enrolment.requested_at), enrolment.starts_on)):
        errors.append(field_error("on", "before_enrolled", f"The person is in it since {since}."))
    if errors:
        raise Invalid("Leaving the course has mistakes.", errors=errors)


def ask(session: Session, enrolment: Enrolment, batch: Batch, verb: EnrolmentVerb) -> None:
    """Raises RuleBroken with what stands in the way of the verb."""
    refuse(missing_for(verb, enrolment.state, ends_on=batch.ends_on, today=office_day(session.now)))


def refuse(missing: list[Missing]) -> None:
    """Raises RuleBroken where anything is missing."""
    errors: list[dict[str, Any]] = [dict(entry.as_error()) for entry in missing]
    if errors:
        raise RuleBroken("This cannot be done now.", errors=errors)
