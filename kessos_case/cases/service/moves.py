"""Every move of a case after it was opened: the guard by the table, the row of history, and what follows."""

from datetime import date, datetime
from typing import Any

from kessos_case.cases import queries
from kessos_case.cases.models import Case
from kessos_case.cases.rules import (
    OPEN_STAGES,
    Ask,
    CaseFacts,
    CloseReason,
    Stage,
    Transition,
    Verb,
    missing_for,
    stage_after,
    transition_for,
)
from kessos_case.cases.service.effects import Move, follow
from kessos_case.cases.service.policy import pathways
from kessos_case.cases.service.transitions import write_move
from kessos_case.clients.service import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden, Invalid, RuleBroken, field_error


def require(session: Session, verb: str, facts: CaseFacts, ask: Ask) -> Transition:
    """Ask the guard alone, before anything that a move leaves open is settled; returns the machine's line.

    Raises Forbidden when the verb is for somebody else, RuleBroken with all that is missing.
    """
    line = transition_for(verb)
    missing = missing_for(line, facts, ask, pathways())
    if any(entry.code == "wrong_actor" for entry in missing):
        raise Forbidden(f"Only the {' or '.join(sorted(line.who))} of this UPT may {line.verb} a case.")
    if missing:
        listed = [entry.as_error() for entry in missing]
        raise RuleBroken(f"`{line.verb}` is not possible now.", errors=listed)
    return line


def move(
    session: Session,
    case: Case,
    verb: str,
    facts: CaseFacts,
    ask: Ask,
    *,
    detail: dict[str, Any] | None = None,
    happened_at: datetime | None = None,
) -> Case:
    """Make this move: stage, flags, one row of history, and the tasks, reach and offers that follow from it.

    `case` is locked by the caller and `facts` are as they stand under that lock; `detail` holds codes and ids that go
    with the row. `transfer` offers the case and leaves it where it is.
    Raises Forbidden when the verb is for somebody else, RuleBroken with all that is missing, Invalid for a time in the
    future or before the last move, NotFound when the person is reached no more.
    """
    line = require(session, verb, facts, ask)
    at = _moment(session, case, happened_at)
    client = client_for(session, case.client_id)
    before = Stage(case.stage)
    noted = (detail or {}) | _detail(line.verb, case, ask, office_day(at))
    _apply(case, line, stage_after(line, facts, ask), ask, at)
    session.flush()
    move_id = write_move(
        session, case, client, line.verb, before=before, at=at, reason=ask.reason if line.reasons else None,
        words="\n\n".join(text for text in (ask.waiver, ask.note) if text), detail=noted,
    )  # fmt: skip
    follow(session, case, client, line.verb, Move(move_id, before, at, ask))
    return case


def close_deceased(session: Session, case: Case) -> Case:
    """End an open case because the person has died. The program does it, at every office; nobody is asked.

    Called inside `as_system`, after the death is on record.
    """
    line, ask, at = transition_for(Verb.CLOSE), Ask(reason=CloseReason.DECEASED), session.now
    client, before = client_for(session, case.client_id), Stage(case.stage)
    _apply(case, line, Stage.CLOSED, ask, at)
    session.flush()
    move_id = write_move(session, case, client, line.verb, before=before, at=at, reason=ask.reason)
    follow(session, case, client, line.verb, Move(move_id, before, at, ask))
    return case


def _moment(session: Session, case: Case, stated: datetime | None) -> datetime:
    """When it happened: now, or a time that is stated, in the order of the moves."""
    if stated is None:
        return session.now
    last = queries.last_move(session, case.id)
    if stated > session.now:
        wrong = field_error("happened_at", "in_future", "The time is after now.")
    elif last and stated < last.happened_at:
        wrong = field_error("happened_at", "before_last_move", f"The move before it was at {last.happened_at}.")
    else:
        return stated
    raise Invalid("The move has mistakes.", errors=[wrong])


def _detail(verb: Verb, case: Case, ask: Ask, day: date) -> dict[str, Any]:
    """What of the request stays with the row, as codes and ids."""
    if verb == Verb.PAUSE:
        return {"until": str(ask.until)}
    if verb == Verb.RESUME and case.paused_from:
        return {"rested_days": (day - case.paused_from).days}
    if verb == Verb.CHANGE_PATHWAY:
        goals = {str(goal): str(decision) for goal, decision in ask.goal_decisions.items()}
        return {"from_pathway": case.pathway, "to_pathway": ask.pathway, "goals": goals}
    if verb == Verb.START_PLACEMENT and ask.waiver:
        return {"course_waived": True}
    return {}


def _apply(case: Case, line: Transition, target: Stage, ask: Ask, at: datetime) -> None:
    if target != case.stage:
        case.stage, case.stage_since = target, at
    if target not in OPEN_STAGES:
        case.closed_at = at
        case.close_reason = ask.reason if target == Stage.CLOSED else None
    elif line.verb == Verb.REOPEN:
        case.closed_at = case.close_reason = None
    if line.verb == Verb.PAUSE:
        case.paused_from, case.paused_until = office_day(at), ask.until
    elif line.verb == Verb.RESUME or target not in OPEN_STAGES:
        case.paused_from = case.paused_until = None
    if line.verb == Verb.CHANGE_PATHWAY and ask.pathway:
        case.pathway = ask.pathway
