"""What a conference decided, one row each: every decision becomes a step of the plan's draft, or is let go for a reason.

Until then the caseworker is asked. Nothing here is in force: a plan is approved by another person (agreed_steps.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import conference_queries as queries
from kessos_case.cases.casework import ConferenceDecision
from kessos_case.cases.models import Case, Conference
from kessos_case.cases.rules.conferences import TAKE_UP_DAYS
from kessos_case.cases.service.agreed_steps import draft_agreed_step
from kessos_case.cases.service.case_roles import actor_id, case_worked_by
from kessos_case.cases.service.instruments import goal_domains
from kessos_case.cases.service.policy import after_working_days
from kessos_case.cases.service.registry import own_case_for
from kessos_case.cases.service.words import key_to_read, opened
from kessos_case.clients.service import write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import raise_missing_task, raise_task, settle_tasks

_SAME = (
    "id", "conference_id", "kind", "domain", "responsible_organisation_id", "due_on", "plan_id", "let_go_reason", "settled_at",
    "settled_by",
)  # fmt: skip


@dataclass(frozen=True)
class DecisionCard:
    """One decision; open until it stands in a plan or was let go."""

    id: UUID
    conference_id: UUID
    text: str | None
    kind: str
    domain: str
    responsible_organisation_id: UUID
    due_on: date
    plan_id: UUID | None
    let_go_reason: str | None
    settled_at: datetime | None
    settled_by: UUID | None

    @property
    def is_open(self) -> bool:
        """Does it still wait for the plan?"""
        return self.settled_at is None


def add_decisions(
    session: Session, case: Case, conference: Conference, agreed: Sequence[Mapping[str, Any]], key: DataKey
) -> None:
    """Write down the decisions of a conference {text, kind, domain, responsible_organisation_id, due_on}; their steps are
    asked for."""
    for place, one in enumerate(agreed):
        decision_id = new_id()
        session.add(
            ConferenceDecision(
                id=decision_id, conference_id=conference.id, case_id=case.id, client_id=case.client_id, position=place,
                text_sealed=key.seal(one["text"], _place(decision_id)), kind=one["kind"],
                domain=one["domain"],
                responsible_organisation_id=one["responsible_organisation_id"], due_on=one["due_on"],
            )
        )  # fmt: skip
    session.flush()
    if agreed:
        raise_task(session, TaskKind.TAKE_UP_DECISION, **_task(session, case, conference.id))


def wrong_decisions(session: Session, agreed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """An entry for each field that is wrong: an unknown domain or office, a day that is over."""
    known = set(session.scalars(queries.known_offices([one["responsible_organisation_id"] for one in agreed])))
    errors, today = [], office_day(session.now)
    for place, one in enumerate(agreed):
        if one["domain"] not in goal_domains():
            errors.append(field_error(f"agreed.{place}.domain", "not_found", "No instrument has this domain."))
        if one["responsible_organisation_id"] not in known:
            field = f"agreed.{place}.responsible_organisation_id"
            errors.append(field_error(field, "not_found", "There is no such organisation."))
        if one["due_on"] < today:
            errors.append(field_error(f"agreed.{place}.due_on", "in_past", "The day is over."))
    return errors


def take_up_decision(session: Session, decision_id: UUID) -> DecisionCard:
    """Put a decision as a step into the draft of the case's plan. Said again it changes nothing.

    Raises NotFound, Forbidden for anyone but a caseworker of the UPT, Conflict `undecided` while a proposed version waits
    for its decision, `settled` when it was let go, `case_closed`.
    """
    decision = _decision_for(session, decision_id)
    case = case_worked_by(session, decision.case_id, Role.CASEWORKER, lock=True)
    session.refresh(decision)
    if decision.let_go_reason is not None:
        raise Conflict("The decision was let go.", code="settled")
    if decision.plan_id is None:
        text = _text(session, decision)
        step = draft_agreed_step(
            session, case, goal={"domain": decision.domain, "text": text}, step=_step(decision, text)
        )
        if step is None:
            raise Conflict("A proposed version waits for its decision.", code="undecided")
        decision.plan_id = step.plan_id
        _settle(session, decision, "take_up", "decision_planned")
    return shown_decisions(key_to_read(session, decision.client_id), [decision])[0]


def let_go_decision(session: Session, decision_id: UUID, *, reason: str) -> DecisionCard:
    """Say why a decision becomes no step. Raises NotFound, Forbidden, Conflict `settled` when it is one, `case_closed`."""
    decision = _decision_for(session, decision_id)
    case_worked_by(session, decision.case_id, Role.CASEWORKER, lock=True)
    session.refresh(decision)
    if decision.plan_id is not None or decision.let_go_reason not in (None, reason):
        raise Conflict("The decision was settled before.", code="settled")
    if decision.let_go_reason is None:
        decision.let_go_reason = reason
        _settle(session, decision, "let_go", "decision_let_go")
    return shown_decisions(key_to_read(session, decision.client_id), [decision])[0]


def read_decision(session: Session, decision_id: UUID) -> DecisionCard:
    """One decision. Raises NotFound, also for one of an episode beyond reach."""
    decision = _decision_for(session, decision_id)
    return shown_decisions(key_to_read(session, decision.client_id), [decision])[0]


def ask_for_decisions(session: Session, case: Case) -> None:
    """Ask again for what was decided before a case ended that now goes on."""
    for conference_id in {decision.conference_id for decision in session.scalars(queries.unsettled(case.id))}:
        raise_missing_task(session, TaskKind.TAKE_UP_DECISION, **_task(session, case, conference_id))


def shown_decisions(key: DataKey | None, decisions: Iterable[ConferenceDecision]) -> list[DecisionCard]:
    """Decisions about the person of this key with their words opened."""
    return [
        DecisionCard(
            **{name: getattr(decision, name) for name in _SAME},
            text=opened(key, decision.text_sealed, _place(decision.id)),
        )
        for decision in decisions
    ]


def _decision_for(session: Session, decision_id: UUID) -> ConferenceDecision:
    found = session.get(ConferenceDecision, decision_id)
    if found is None:
        raise NotFound("There is no such decision.")
    own_case_for(session, found.case_id, open_only=False)
    return found


def _text(session: Session, decision: ConferenceDecision) -> str:
    text = opened(key_to_read(session, decision.client_id), decision.text_sealed, _place(decision.id))
    if text is None:
        raise Conflict("The person's record was erased.", code="erased")
    return text


def _step(decision: ConferenceDecision, text: str) -> dict[str, Any]:
    return {
        "kind": decision.kind,
        "text": text,
        "responsible_organisation_id": decision.responsible_organisation_id,
        "due_on": decision.due_on,
    }


def _settle(session: Session, decision: ConferenceDecision, verb: str, told: str) -> None:
    """The task is done with the last of its conference."""
    decision.settled_at, decision.settled_by = session.now, actor_id(session)
    session.flush()
    left = session.scalars(queries.unsettled(decision.case_id))
    if decision.conference_id not in {other.conference_id for other in left}:
        settle_tasks(session, [decision.conference_id], kind=TaskKind.TAKE_UP_DECISION)
    write_timeline(session, decision.client_id, told, decision.conference_id)
    record(session, verb, "conference_decision", decision.id, clients=[decision.client_id])


def _task(session: Session, case: Case, conference_id: UUID) -> dict[str, Any]:
    return {
        "subject_kind": "conference",
        "subject_id": conference_id,
        "client_id": case.client_id,
        "organisation_id": case.organisation_id,
        "role": Role.CASEWORKER,
        "user_id": case.caseworker_id,
        "due_at": after_working_days(office_day(session.now), TAKE_UP_DAYS),
    }


def _place(decision_id: UUID) -> str:
    return f"conference_decisions:text:{decision_id}"
