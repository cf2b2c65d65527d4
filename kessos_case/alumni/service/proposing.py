"""Propose a mentor to a person: his office is asked, and the person by his own caseworker."""

from uuid import UUID

from kessos_case.access.service import record
from kessos_case.alumni import queries
from kessos_case.alumni.models import Mentor, Mentoring
from kessos_case.alumni.rules import ASK_WITHIN, MentoringState, Missing, Side, missing_to_propose
from kessos_case.alumni.service.mentorings import MentoringCard, ask, card, note_place
from kessos_case.alumni.service.settling import LINK
from kessos_case.cases.models import Case
from kessos_case.cases.rules import StepKind
from kessos_case.cases.service import own_case_for, start_step, step_for
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, sealed, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.tasks.rules import TaskKind


def propose_mentoring(
    session: Session,
    case_id: UUID,
    *,
    mentor_id: UUID,
    wanted: str,
    plan_step_id: UUID | None = None,
    note: str | None = None,
) -> MentoringCard:
    """Propose that the person of an open case meets this mentor; both are asked, each by a task for his own office.

    The step of the plan goes on with it. Raises NotFound, Forbidden or Conflict as the door of the case does, Invalid for
    a mentor who may not be asked or a step that is no meeting, RuleBroken with all else that stands in the way.
    """
    case = own_case_for(session, case_id, lock=True)
    client = client_for(session, case.client_id)
    _check_step(session, case, plan_step_id)
    mentor, left = _held(session, mentor_id)
    missing = missing_to_propose(
        is_alive=client.died_on is None, is_same=mentor.client_id == client.id, left=left,
        is_free_for=wanted in mentor.free_for,
    )  # fmt: skip
    missing += _twice(session, mentor, client)
    if missing:
        raise RuleBroken("This mentor cannot be asked now.", errors=[entry.as_error() for entry in missing])
    mentoring = _made(session, case, client, mentor, wanted, plan_step_id, note)
    if plan_step_id:
        start_step(session, plan_step_id, LINK, mentoring.id)
    _ask_both(session, mentoring)
    write_timeline(session, client.id, "mentoring_proposed", mentoring.id)
    record(session, "record", "mentoring", mentoring.id, clients=[client.id, mentor.client_id])
    return card(session, mentoring)


def _held(session: Session, mentor_id: UUID) -> tuple[Mentor, int]:
    """The mentor, for whom nobody else asks meanwhile, and for how many more he is free. Raises Invalid."""
    with as_system(session, "alumni.propose"):
        mentor = session.get(Mentor, mentor_id, with_for_update=True, populate_existing=True)
        # Counted after the lock: who was proposed to him while this one waited counts.
        standing = session.execute(queries.standing(mentor_id, office_day(session.now))).one_or_none()
    if mentor is None or standing is None or not standing[0]:
        wrong = field_error("mentor_id", "not_found", "There is no such mentor, or he may not be asked any more.")
        raise Invalid("The mentoring has mistakes.", errors=[wrong])
    return mentor, standing[1]


def _twice(session: Session, mentor: Mentor, client: Client) -> list[Missing]:
    running = session.scalar(queries.running_between(mentor.id, client.id))
    return [Missing("running_already", "They know each other, or are being asked.", "mentor_id")] if running else []


def _made(
    session: Session, case: Case, client: Client, mentor: Mentor, wanted: str, step_id: UUID | None, note: str | None
) -> Mentoring:
    mentoring_id = new_id()
    mentoring = Mentoring(
        id=mentoring_id, mentor_id=mentor.id, mentor_client_id=mentor.client_id,
        mentor_organisation_id=mentor.organisation_id, case_id=case.id, client_id=client.id,
        organisation_id=case.organisation_id, plan_step_id=step_id, wanted=wanted, state=MentoringState.PROPOSED,
        proposed_at=session.now, proposed_by=session.actor.user_id,
        note_sealed=sealed(client, note, note_place(mentoring_id)),
    )  # fmt: skip
    session.add(mentoring)
    session.flush()
    return mentoring


def _ask_both(session: Session, mentoring: Mentoring) -> None:
    """Each by his own office: the mentor by its desk, the person by whoever serves him."""
    kind = TaskKind.ASK_ABOUT_MENTORING
    ask(session, mentoring, kind, Side.MENTOR, ASK_WITHIN, period=Side.MENTOR)
    ask(session, mentoring, kind, Side.CLIENT, ASK_WITHIN, period=Side.CLIENT)


def _check_step(session: Session, case: Case, step_id: UUID | None) -> None:
    if step_id is None:
        return
    try:
        step = step_for(session, step_id)
        fits = step.case_id == case.id and step.kind == StepKind.MENTOR
    except NotFound:
        fits = False
    if not fits:
        wrong = field_error("plan_step_id", "not_found", "The case has no such step for a mentor.")
        raise Invalid("The mentoring has mistakes.", errors=[wrong])
