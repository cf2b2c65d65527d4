"""How the offer of a case is answered; the move `transfer` makes it. An acceptance happens at both UPTs or at neither."""

from datetime import datetime
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.cases.models import Case, CaseTransfer
from kessos_case.cases.rules import CloseReason, Pathway, Stage, TransferState, Verb
from kessos_case.cases.service.conference_calls import end_calls
from kessos_case.cases.service.effects import ask_for_review, cancel_tasks, end_reach
from kessos_case.cases.service.offices import roles_at
from kessos_case.cases.service.registry import Episode, begin_episode, case_for
from kessos_case.cases.service.transfers import TransferCard, end_offer, transfer_card, transfer_for
from kessos_case.cases.service.transitions import write_move
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, reconsider_mentoring
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict, Forbidden
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import open_tasks

# What is due about the person whoever serves him. All other tasks are about the old episode and its plan.
_GO_ALONG = frozenset(
    {
        TaskKind.MANUAL,
        TaskKind.VERIFY_PLACEMENT,
        TaskKind.CHECK_PLACEMENT,
        TaskKind.LOOK_AT_WORK,
        TaskKind.CHASE_APPLICATION,
        TaskKind.VISIT_AFTERCARE,
    }
)


def accept_transfer(session: Session, transfer_id: UUID) -> TransferCard:
    """Take the person over: a linked case in the same stage begins here, the first one ends as transferred.

    Raises NotFound, Forbidden for anyone but the supervisor of the UPT that was asked, Conflict `wrong_state` when the
    offer is answered, `deceased` or `case_open`.
    """
    transfer = transfer_for(session, transfer_id, lock=True)
    _must_answer(session, transfer, transfer.to_organisation_id)
    with as_system(session, "cases.accept_transfer"):
        case = case_for(session, transfer.case_id, lock=True)
        client = client_for(session, case.client_id)
        if client.died_on:
            raise Conflict(f"The person died on {client.died_on}.", code="deceased")
        begun = _begin_there(session, case, client, transfer)
        transfer.new_case_id = begun.id
        _end_here(session, case, client, transfer)
    end_offer(session, transfer, TransferState.ACCEPTED)
    return transfer_card(session, transfer)


def decline_transfer(session: Session, transfer_id: UUID, reason: str) -> TransferCard:
    """Leave the case where it is, for a coded reason.

    Raises NotFound, Forbidden for anyone but the supervisor of the UPT that was asked, Conflict `wrong_state`.
    """
    transfer = transfer_for(session, transfer_id, lock=True)
    _must_answer(session, transfer, transfer.to_organisation_id)
    end_offer(session, transfer, TransferState.DECLINED, reason)
    return transfer_card(session, transfer)


def withdraw_transfer(session: Session, transfer_id: UUID) -> TransferCard:
    """Take the offer back.

    Raises NotFound, Forbidden for anyone but the supervisor of the UPT that offered, Conflict `wrong_state`.
    """
    transfer = transfer_for(session, transfer_id, lock=True)
    _must_answer(session, transfer, transfer.from_organisation_id)
    end_offer(session, transfer, TransferState.WITHDRAWN)
    return transfer_card(session, transfer)


def _must_answer(session: Session, transfer: CaseTransfer, organisation_id: UUID) -> None:
    if Role.SUPERVISOR not in roles_at(session, organisation_id):
        raise Forbidden("This is for the supervisor of the other UPT.")
    if transfer.state != TransferState.OFFERED:
        raise Conflict(f"The transfer is {transfer.state} already.", code="wrong_state")


def _begin_there(session: Session, case: Case, client: Client, transfer: CaseTransfer) -> Case:
    episode = Episode(
        category=case.category_code, pathway=Pathway(case.pathway), stage=Stage(case.stage), reason=transfer.reason,
        previous_case_id=case.id,
    )  # fmt: skip
    begun = begin_episode(session, client, transfer.to_organisation_id, episode)
    review_at = _hand_over(session, case, begun)
    if begun.stage == Stage.CARE:
        ask_for_review(session, begun, begun.id, review_at)
    return begun


def _hand_over(session: Session, case: Case, begun: Case) -> datetime | None:
    """Give the other UPT what is still due about the person; returns when care was to be reviewed next."""
    review_at = None
    for task in open_tasks(session, case.client_id):
        if task.organisation_id == case.organisation_id and task.kind in _GO_ALONG:
            task.organisation_id = begun.organisation_id
            task.user_id = task.user_id if task.role == Role.TKSK else None
        elif task.subject_id == case.id and task.kind == TaskKind.REVIEW_CARE:
            review_at = task.due_at
    session.flush()
    return review_at


def _end_here(session: Session, case: Case, client: Client, transfer: CaseTransfer) -> None:
    before = Stage(case.stage)
    case.stage, case.stage_since, case.closed_at = Stage.CLOSED, session.now, session.now
    case.close_reason, case.successor_organisation_id = CloseReason.TRANSFERRED, transfer.to_organisation_id
    case.paused_from = case.paused_until = None
    session.flush()
    write_move(
        session, case, client, Verb.TRANSFER, before=before, at=session.now, reason=transfer.reason,
        detail={"transfer_id": str(transfer.id), "new_case_id": str(transfer.new_case_id)}, told="case_transferred",
    )  # fmt: skip
    cancel_tasks(session, case)
    end_calls(session, case)
    end_reach(session, case)
    reconsider_mentoring(session, client.id)
