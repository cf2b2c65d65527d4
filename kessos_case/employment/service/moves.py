"""Verify, check and end a placement: guard by the table, tasks, the step of the plan, and what the case must consider."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import service as cases
from kessos_case.cases.models import Case
from kessos_case.cases.rules import Stage
from kessos_case.clients.rules import ConsentPurpose
from kessos_case.clients.service import consented, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, RuleBroken
from kessos_case.core.ids import new_id
from kessos_case.employment import queries
from kessos_case.employment.models import Placement, PlacementCheck
from kessos_case.employment.rules import (
    CHECK_DAYS,
    CONSIDER_WITHIN,
    EndReason,
    PlacementAsk,
    PlacementFacts,
    PlacementState,
    PlacementVerb,
    VerificationMethod,
    ends_on,
    missing_for_placement,
    period_of_check,
    placement_transition_for,
)
from kessos_case.employment.service.following import followed_under, held, own_placement
from kessos_case.employment.service.inquiries import revoke_inquiries
from kessos_case.employment.service.placements import PlacementCard, ask_caseworker, card, placement_for
from kessos_case.employment.service.vacancies import give_place_back
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.tasks.service import end_of, raise_task, settle_tasks

_LINK = "placement"

# Only there does the end of work set a case back.
_STAGES_OF_WORK = frozenset({Stage.PLACEMENT, Stage.AFTERCARE})


def verify_placement(session: Session, placement_id: UUID, *, method: str, on: date) -> PlacementCard:
    """Say that the work has begun, and how that is known; the checks of 30, 90, 180 and 365 days are raised as tasks.

    Raises NotFound, Forbidden for an episode of another office, RuleBroken with all that is missing, the person's consent
    to contact with the employer among it.
    """
    case, placement = own_placement(session, placement_id)
    ask = PlacementAsk(on=on, method=VerificationMethod(method))
    _guard(session, PlacementVerb.VERIFY, _facts(session, placement, ask), ask)
    placement.state = PlacementState.ACTIVE
    placement.verified_on, placement.verification_method = on, method
    placement.verified_by = session.actor.user_id
    session.flush()
    settle_tasks(session, [placement.id], kind=TaskKind.VERIFY_PLACEMENT)
    for days in CHECK_DAYS:
        due_on = placement.starts_on + timedelta(days=days)
        ask_caseworker(session, TaskKind.CHECK_PLACEMENT, case, placement, due_on, period=str(days))
    cases.close_step(session, _LINK, placement.id, done=True)
    _tell(session, placement, "verified", on)
    return card(session, placement)


def check_placement(
    session: Session,
    placement_id: UUID,
    *,
    on: date,
    still_active: bool,
    method: str,
    monthly_income: int | None = None,
    period: int | None = None,
    reason: str | None = None,
) -> PlacementCard:
    """Write down whether the work still holds; where it does not it ends on that day, for the reason given.

    Without `period` (days) it is the latest check that is open on the day. Raises NotFound, Forbidden, Conflict
    `check_made` for one that was made before, RuleBroken with all that is missing.
    """
    case, placement = own_placement(session, placement_id)
    ask = PlacementAsk(
        on=on, method=VerificationMethod(method), period=period, still_active=still_active,
        reason=EndReason(reason) if reason else None,
    )  # fmt: skip
    facts = _facts(session, placement, ask)
    if period in facts.made:
        raise Conflict(f"The check of day {period} was made before.", code="check_made")
    _guard(session, PlacementVerb.CHECK, facts, ask)
    made = period_of_check(facts, ask)
    session.insert(
        PlacementCheck, id=new_id(), placement_id=placement.id, client_id=placement.client_id, period=made,
        checked_on=on, still_active=still_active, monthly_income=monthly_income, method=method,
        recorded_at=session.now, recorded_by=session.actor.user_id,
    )  # fmt: skip
    settle_tasks(session, [placement.id], kind=TaskKind.CHECK_PLACEMENT, period=str(made))
    settle_tasks(session, [placement.id], kind=TaskKind.LOOK_AT_WORK)
    if method == VerificationMethod.VISIT:
        cases.note_contact(session, [case.id], on)
    _tell(session, placement, "checked", on, period=made)
    if ask.reason is not None:
        _end(session, case, placement, on, ask.reason)
    return card(session, placement)


def record_ending(session: Session, placement_id: UUID, *, on: date, reason: str) -> PlacementCard:
    """Say that the work is over, and why. Where the person is left without work the case is proposed for a step back.

    Raises NotFound, Forbidden for an episode of another office, RuleBroken with all that is missing.
    """
    case, placement = own_placement(session, placement_id)
    ask = PlacementAsk(on=on, reason=EndReason(reason))
    _guard(session, PlacementVerb.END, _facts(session, placement, ask), ask)
    _end(session, case, placement, on, EndReason(reason))
    return card(session, placement)


def end_placement(session: Session, placement_id: UUID, *, on: date, reason: str) -> Placement:
    """End a placement because something else demands it, such as a death; the rules have been asked by the caller.

    A placement that has ended stays as it was. Also within as_system. Raises NotFound.
    """
    case = followed_under(session, placement_for(session, placement_id))
    case, placement = held(session, case.id, placement_id)
    if placement.state != PlacementState.ENDED:
        _end(session, case, placement, on, EndReason(reason))
    return placement


def _facts(session: Session, placement: Placement, ask: PlacementAsk) -> PlacementFacts:
    checks = queries.checks(session, [placement.id])
    asks_employer = ask.method == VerificationMethod.EMPLOYER and placement.employer_id is not None
    return PlacementFacts(
        today=office_day(session.now),
        state=PlacementState(placement.state),
        starts_on=placement.starts_on,
        has_employer=placement.employer_id is not None,
        may_contact_employer=asks_employer and may_contact_employer(session, placement),
        made=frozenset(check.period for check in checks),
        last_at_work=max((check.checked_on for check in checks if check.still_active), default=None),
    )


def may_contact_employer(session: Session, placement: Placement) -> bool:
    """Has the person consented to contact with the employer of this work, be it about this work alone?"""
    purpose, today = ConsentPurpose.EMPLOYER_CONTACT, office_day(session.now)
    receivers, any_receiver = consented(session, placement.client_id, purpose, today, about=placement.id)
    return any_receiver or placement.employer_id in receivers


def _guard(session: Session, verb: PlacementVerb, facts: PlacementFacts, ask: PlacementAsk) -> None:
    if missing := missing_for_placement(placement_transition_for(verb), facts, ask):
        errors = [entry.as_error() for entry in missing]
        raise RuleBroken(f"The placement cannot be changed by `{verb}` so.", errors=errors)


def _end(session: Session, case: Case, placement: Placement, on: date, reason: EndReason) -> None:
    was_at_work = placement.state == PlacementState.ACTIVE
    placement.state, placement.end_reason = PlacementState.ENDED, reason
    placement.ended_on = ends_on(placement.starts_on, on, reason)
    session.flush()
    died = reason == EndReason.DECEASED
    revoke_inquiries(session, [placement.id])
    settle_tasks(session, [placement.id], cancelled_because=TaskReason.DECEASED if died else TaskReason.NOT_NEEDED)
    cases.close_step(session, _LINK, placement.id, done=False)
    if reason == EndReason.NEVER_STARTED:
        give_place_back(session, placement.id)
    _tell(session, placement, "ended", placement.ended_on, reason=reason)
    cases.reconsider_graduation(session, placement.client_id)
    if was_at_work and not died and case.stage in _STAGES_OF_WORK and not queries.has_other_work(session, placement):
        _propose_step_back(session, case, placement)


def _propose_step_back(session: Session, case: Case, placement: Placement) -> None:
    """A task and never a move: whether the case goes back a stage is for the caseworker to say, once for each ending."""
    raise_task(
        session, TaskKind.CONSIDER_STEP_BACK, subject_kind="case", subject_id=case.id, period=placement.id.hex,
        client_id=case.client_id, organisation_id=case.organisation_id, role=Role.CASEWORKER,
        user_id=case.caseworker_id, due_at=end_of(office_day(session.now) + CONSIDER_WITHIN),
    )  # fmt: skip


def _tell(session: Session, placement: Placement, what: str, on: date, **detail: Any) -> None:
    write_timeline(session, placement.client_id, f"placement_{what}", placement.id, happened_at=_moment(session, on))
    record(session, what, "placement", placement.id, clients=[placement.client_id], **detail)


def _moment(session: Session, on: date) -> datetime:
    """When something of that day happened, which is not after now."""
    return min(end_of(on), session.now)
