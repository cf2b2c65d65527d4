"""Episodes offered to another UPT, and what each side sees of an offer. How one is answered stands in handovers.py."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import queries
from kessos_case.cases.models import Case, CaseTransfer
from kessos_case.cases.rules import Ask, TransferState
from kessos_case.cases.service.holding import hold_cases
from kessos_case.cases.service.offices import case_offices, is_own_office, upt_for
from kessos_case.cases.service.policy import after_working_days, pathways
from kessos_case.cases.service.words import key_to_write, opened
from kessos_case.clients.models import Client
from kessos_case.clients.rules import BirthDatePrecision, age_range_on
from kessos_case.clients.service import data_key, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system, row_of
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey
from kessos_case.tasks.rules import TaskKind, TaskReason
from kessos_case.tasks.service import raise_task, settle_tasks


@dataclass(frozen=True)
class TransferCard:
    """An offer as shown. The UPT that has not accepted sees the snapshot, and neither the case nor the person."""

    id: UUID
    version: int
    direction: str
    state: str
    reason: str
    from_organisation_id: UUID
    to_organisation_id: UUID
    case_id: UUID | None
    client_id: UUID | None
    new_case_id: UUID | None
    snapshot: dict[str, Any] | None
    offered_at: datetime
    due_at: datetime
    answered_at: datetime | None
    answer_reason: str | None


def make_offer(session: Session, case: Case, client: Client, ask: Ask) -> CaseTransfer:
    """Offer the case to another UPT and ask its supervisor to answer. The rules have been asked.

    Raises Invalid unless it is an active UPT.
    """
    office = upt_for(session, ask.organisation_id)
    if office is None:
        wrong = field_error("organisation_id", "not_found", "There is no such UPT.")
        raise Invalid("The transfer has mistakes.", errors=[wrong])
    transfer_id = new_id()
    sealed = key_to_write(client).seal(json.dumps(_snapshot(session, case, client, ask)), _place(transfer_id))
    made = CaseTransfer(
        id=transfer_id, case_id=case.id, client_id=case.client_id, from_organisation_id=case.organisation_id,
        to_organisation_id=office.id, state=TransferState.OFFERED, reason=ask.reason, snapshot_sealed=sealed,
        offered_at=session.now, offered_by=session.actor.user_id,
        due_at=after_working_days(office_day(session.now), pathways().transfer_days),
    )  # fmt: skip
    session.add(made)
    session.flush()
    # About the offer and not about the person, whom the other UPT does not reach.
    with as_system(session, "cases.offer_transfer"):
        raise_task(
            session, TaskKind.ANSWER_TRANSFER, subject_kind="transfer", subject_id=made.id,
            organisation_id=office.id, role=Role.SUPERVISOR, due_at=made.due_at,
        )  # fmt: skip
    return made


def withdraw_offer(session: Session, case: Case) -> None:
    """Take back the offer that the other UPT has not answered, where there is one."""
    if transfer := queries.open_transfer(session, case.id):
        end_offer(session, transfer, TransferState.WITHDRAWN)


def end_offer(session: Session, transfer: CaseTransfer, state: TransferState, reason: str | None = None) -> None:
    """Close an open offer, with its task, in the timeline and in the trail."""
    transfer.state, transfer.answer_reason = state, reason
    transfer.answered_at, transfer.answered_by = session.now, session.actor.user_id
    session.flush()
    withdrawn = state == TransferState.WITHDRAWN
    with as_system(session, f"cases.transfer_{state}"):
        settle_tasks(
            session,
            [transfer.id],
            kind=TaskKind.ANSWER_TRANSFER,
            cancelled_because=TaskReason.NOT_NEEDED if withdrawn else None,
        )
        write_timeline(session, transfer.client_id, f"case_transfer_{state}", transfer.case_id)
    record(session, str(state), "transfer", transfer.id, clients=[transfer.client_id])


def transfer_for(session: Session, transfer_id: UUID, *, lock: bool = False) -> CaseTransfer:
    """The one door to an offer, for both UPTs; with `lock` its case is held too. Raises NotFound."""
    if lock:
        with as_system(session, "cases.hold_transfer"):
            hold_cases(session, sa.select(CaseTransfer.case_id).where(CaseTransfer.id == transfer_id))
    found = row_of(session, CaseTransfer, transfer_id, lock=lock)
    if found is None:
        raise NotFound("There is no such transfer.")
    return found


def list_transfers(session: Session, filters: dict[str, Any]) -> sa.Select[CaseTransfer]:
    """The offers to (`direction` in) and by (`out`) the actor's offices, for a page of them."""
    return queries.transfers(filters, case_offices(session))


def listed_transfers(session: Session, transfers: Iterable[CaseTransfer]) -> list[TransferCard]:
    """The cards of a list; one row of the trail names everyone on it."""
    found = list(transfers)
    clients = list(dict.fromkeys(transfer.client_id for transfer in found))
    record(session, "list", "transfer", clients=clients, transfers=[str(transfer.id) for transfer in found])
    keys = _keys(session, clients)
    return [_card(session, transfer, keys.get(transfer.client_id)) for transfer in found]


def read_transfer(session: Session, transfer_id: UUID) -> TransferCard:
    """Look at an offer; the look is in the audit trail."""
    transfer = transfer_for(session, transfer_id)
    record(session, "read", "transfer", transfer.id, clients=[transfer.client_id])
    return transfer_card(session, transfer)


def transfer_card(session: Session, transfer: CaseTransfer) -> TransferCard:
    """The offer as this side may see it."""
    return _card(session, transfer, _keys(session, [transfer.client_id]).get(transfer.client_id))


def _card(session: Session, transfer: CaseTransfer, key: DataKey | None) -> TransferCard:
    ours = is_own_office(session, transfer.from_organisation_id)
    shared = ours or transfer.state == TransferState.ACCEPTED
    told = opened(key, transfer.snapshot_sealed, _place(transfer.id))
    names = ("id", "version", "state", "reason", "from_organisation_id", "to_organisation_id", "new_case_id")
    more = ("offered_at", "due_at", "answered_at", "answer_reason")
    return TransferCard(
        **{name: getattr(transfer, name) for name in (*names, *more)},
        direction="out" if ours else "in",
        case_id=transfer.case_id if shared else None,
        client_id=transfer.client_id if shared else None,
        snapshot=json.loads(told) if told else None,
    )


def _keys(session: Session, client_ids: list[UUID]) -> dict[UUID, DataKey | None]:
    """The keys of these people; the program fetches them, because one side does not reach the person (yet, or any more)."""
    if not client_ids:
        return {}
    with as_system(session, "cases.read_transfer"):
        people = session.scalars(sa.select(Client).where(Client.id.in_(client_ids))).all()
    return {client.id: data_key(client) for client in people}


def _snapshot(session: Session, case: Case, client: Client, ask: Ask) -> dict[str, Any]:
    """What the other UPT is told before it decides: neither a name nor a place."""
    ages: tuple[int | None, int | None] = (None, None)
    if client.birth_date:
        precision = BirthDatePrecision(client.birth_date_precision or BirthDatePrecision.DAY)
        ages = age_range_on(client.birth_date, precision, office_day(session.now))
    return {
        "stage": case.stage, "pathway": case.pathway, "category": case.category_code, "age_from": ages[0],
        "age_to": ages[1], "sex": client.sex, "note": ask.note,
    }  # fmt: skip


def _place(transfer_id: UUID) -> str:
    return f"case_transfers:snapshot:{transfer_id}"
