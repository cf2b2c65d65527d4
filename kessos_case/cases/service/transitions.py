"""The history of a case: one row for every move, what was said sealed beside it, and all of it read again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases import queries
from kessos_case.cases.models import Case, CaseText, CaseTransition
from kessos_case.cases.rules import Stage, Verb
from kessos_case.cases.service.policy import policy_label
from kessos_case.cases.service.words import key_to_read, key_to_write, opened
from kessos_case.clients.models import Client
from kessos_case.clients.service import write_timeline
from kessos_case.core.db import Session
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey

_TOLD = {
    Verb.OPEN: "case_opened",
    Verb.GRADUATE: "case_graduated",
    Verb.STEP_BACK: "case_stepped_back",
    Verb.REVIEW_CARE: "case_care_reviewed",
    Verb.PAUSE: "case_paused",
    Verb.RESUME: "case_resumed",
    Verb.CHANGE_PATHWAY: "case_pathway_changed",
    Verb.TRANSFER: "case_transfer_offered",
    Verb.CLOSE: "case_closed",
    Verb.REOPEN: "case_reopened",
}


def write_move(
    session: Session,
    case: Case,
    client: Client,
    verb: Verb,
    *,
    before: Stage | None,
    at: datetime,
    reason: str | None = None,
    words: str | None = None,
    detail: dict[str, Any] | None = None,
    told: str | None = None,
) -> UUID:
    """Write the row of a move that has been made, its words, its entry in the timeline and in the trail.

    `reason` is a code, `detail` holds codes and ids. Raises Conflict `erased` when words cannot be kept.
    """
    move_id = new_id()
    session.insert(
        CaseTransition, id=move_id, case_id=case.id, client_id=case.client_id, verb=verb, from_stage=before,
        to_stage=case.stage, reason=reason, detail=detail or {}, happened_at=at, recorded_at=session.now,
        user_id=session.actor.user_id, organisation_id=session.actor.organisation_id, policy_version=policy_label(),
    )  # fmt: skip
    if words:
        sealed = key_to_write(client).seal(words, _place(move_id))
        session.insert(
            CaseText, transition_id=move_id, case_id=case.id, client_id=case.client_id, text_sealed=sealed
        )  # fmt: skip
    kind = told or _TOLD.get(verb) or f"case_{case.stage}_started"
    write_timeline(session, case.client_id, kind, case.id, happened_at=at)
    record(session, str(verb), "case", case.id, clients=[case.client_id], stage=case.stage)
    return move_id


def history_of(session: Session, case: Case) -> list[dict[str, Any]]:
    """Every move with what was said, oldest first; the look is in the audit trail."""
    record(session, "read", "case", case.id, clients=[case.client_id], part="history")
    return moves_of(session, case.id, key_to_read(session, case.client_id))


def moves_of(session: Session, case_id: UUID, key: DataKey | None) -> list[dict[str, Any]]:
    """Every move, oldest first, with what was said as far as this key opens it. Whoever shows it records the look."""
    names = ("id", "verb", "from_stage", "to_stage", "reason", "detail", "happened_at", "recorded_at", "user_id")
    return [
        {name: getattr(move, name) for name in (*names, "organisation_id")}
        | {"note": opened(key, sealed, _place(move.id))}
        for move, sealed in queries.history(session, case_id)
    ]


def moves_behind(session: Session, case_id: UUID) -> int:
    """How many moves a case has behind it; for who must know whether he saw the last one."""
    return queries.moves(session, case_id)


def _place(move_id: UUID) -> str:
    return f"case_texts:text:{move_id}"
