"""The review of a flag: an opinion with its reason, then the number, then an action or a dismissal. A person decides."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import organisation_for, record
from kessos_case.cases.models import Case
from kessos_case.cases.service import case_for, draft_agreed_step
from kessos_case.cases.service.instruments import goal_domains
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, field_error
from kessos_case.dependency.models import DependencyFlag
from kessos_case.dependency.rules import Decision, DismissReason, FlagState
from kessos_case.dependency.rules.reviews import Review, mistakes_in_review
from kessos_case.dependency.service.cards import FlagCard
from kessos_case.dependency.service.desk import flag_card, flag_for, key_of, note_place, reason_place
from kessos_case.dependency.service.policy import dependency_policy
from kessos_case.dependency.service.sight import reviews_at
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_task, settle_tasks

# Days that the caseworker has to lay the agreed step before the supervisor.
PLAN_DAYS = 7
# The goal under which an agreed step stands where the reviewer names no other.
GOAL = {"domain": "other", "text": "Keluar dari bantuan dan mandiri"}


def review_flag(
    session: Session,
    flag_id: UUID,
    *,
    opinion: str | None = None,
    reason: str | None = None,
    decision: str | None = None,
    step: Mapping[str, Any] | None = None,
    dismiss_reason: str | None = None,
    until: date | None = None,
) -> FlagCard:
    """Record what a supervisor of the flag's office thinks, and then what follows; both at once or one after the other.

    `reason` goes with the opinion; with a decision that comes later it may be a code of DismissReason, or words.
    Raises NotFound, Forbidden for others, Conflict `wrong_state` for a closed flag or `opinion_recorded` for a second
    opinion, Invalid naming each wrong field.
    """
    flag = flag_for(session, flag_id, lock=True)
    _check_reviewer(session, flag)
    asked = Review(opinion, reason, Decision(decision) if decision else None, step is not None, dismiss_reason, until)
    _check(session, flag, asked, step)
    if opinion is not None and flag.opinion is None:
        _think(session, flag, opinion, reason or "")
    if decision == Decision.DISMISS and until is not None:
        _dismiss(session, flag, asked.dismissed_because, until, asked.words_of_decision)
    elif decision == Decision.ACTION and step is not None:
        _agree(session, flag, step)
    return flag_card(session, flag)


def _check_reviewer(session: Session, flag: DependencyFlag) -> None:
    if not reviews_at(session, flag.organisation_id):
        raise Forbidden("Only a supervisor of the UPT reviews its flags.", code="wrong_actor")


def _check(session: Session, flag: DependencyFlag, asked: Review, step: Mapping[str, Any] | None) -> None:
    if flag.closed_at is not None:
        raise Conflict(f"The flag is {flag.state} already.", code="wrong_state")
    if asked.opinion is not None and flag.opinion is not None:
        # Said before the number was shown, it must not be said anew after it.
        raise Conflict("The opinion is recorded already.", code="opinion_recorded")
    most = office_day(session.now) + timedelta(days=dependency_policy().flags.dismissed_days_most)
    mistakes = mistakes_in_review(asked, has_opinion=flag.opinion is not None, today=office_day(session.now), most=most)
    errors = [wrong.as_error() for wrong in mistakes] + (_mistakes_in_step(session, step) if step else [])
    if errors:
        raise Invalid("The review has mistakes.", errors=errors)


def _mistakes_in_step(session: Session, step: Mapping[str, Any]) -> list[dict[str, Any]]:
    errors = []
    if step["due_on"] < office_day(session.now):
        errors.append(field_error("step.due_on", "in_past", "The day is over."))
    if step.get("domain") and step["domain"] not in goal_domains():
        errors.append(field_error("step.domain", "not_found", "No instrument has this domain."))
    if office := step.get("responsible_organisation_id"):
        try:
            organisation_for(session, office)
        except NotFound:
            errors.append(
                field_error("step.responsible_organisation_id", "not_found", "There is no such organisation.")
            )
    return errors


def _think(session: Session, flag: DependencyFlag, opinion: str, reason: str) -> None:
    sealed = _sealed(session, flag, reason, reason_place(flag.id))
    flag.state, flag.opinion, flag.opinion_reason_sealed = FlagState.UNDER_REVIEW, opinion, sealed
    flag.opinion_at, flag.reviewer_id = session.now, session.actor.user_id
    session.flush()
    record(session, "think", "dependency_flag", flag.id, clients=[flag.client_id], opinion=opinion)


def _dismiss(session: Session, flag: DependencyFlag, because: DismissReason, until: date, words: str | None) -> None:
    sealed = _sealed(session, flag, words, note_place(flag.id)) if words else None
    flag.dismiss_reason, flag.dismissed_until, flag.decision_note_sealed = because, until, sealed
    _close(session, flag, FlagState.DISMISSED, Decision.DISMISS)


def _agree(session: Session, flag: DependencyFlag, step: Mapping[str, Any]) -> None:
    """The step goes into a draft of the plan, and the caseworker is asked to propose it. Where none can take it, he is told."""
    case = case_for(session, flag.case_id)
    drafted = None if case.closed_at else draft_agreed_step(session, case, goal=_goal(step), step=_step(flag, step))
    if drafted is None:
        flag.decision_note_sealed = _sealed(session, flag, step["text"], note_place(flag.id))
    else:
        flag.plan_id, flag.plan_step_id = drafted.plan_id, drafted.id
    _close(session, flag, FlagState.ACTION_AGREED, Decision.ACTION)
    _ask_to_plan(session, flag, case)


def _goal(step: Mapping[str, Any]) -> dict[str, Any]:
    return {"domain": step.get("domain") or GOAL["domain"], "text": step.get("goal") or GOAL["text"]}


def _step(flag: DependencyFlag, step: Mapping[str, Any]) -> dict[str, Any]:
    office = step.get("responsible_organisation_id") or flag.organisation_id
    return {"kind": step["kind"], "text": step["text"], "due_on": step["due_on"], "responsible_organisation_id": office}


def _ask_to_plan(session: Session, flag: DependencyFlag, case: Case) -> None:
    raise_task(
        session, TaskKind.PLAN_AGREED_STEP, subject_kind="dependency_flag", subject_id=flag.id, client_id=flag.client_id,
        organisation_id=flag.organisation_id, role=Role.CASEWORKER, user_id=case.caseworker_id,
        due_at=end_of(office_day(session.now) + timedelta(days=PLAN_DAYS)),
    )  # fmt: skip


def _close(session: Session, flag: DependencyFlag, state: FlagState, decision: Decision) -> None:
    flag.state, flag.decision = state, decision
    flag.closed_at, flag.closed_by = session.now, session.actor.user_id
    session.flush()
    settle_tasks(session, [flag.id], kind=TaskKind.REVIEW_FLAG)
    record(
        session, "decide", "dependency_flag", flag.id, clients=[flag.client_id],
        decision=decision, reason=flag.dismiss_reason,
    )  # fmt: skip


def _sealed(session: Session, flag: DependencyFlag, words: str, place: str) -> bytes:
    key = key_of(session, flag.client_id)
    if key is None:
        raise Conflict("The person's record was erased.", code="erased")
    return key.seal(words, place)
