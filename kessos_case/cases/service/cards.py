"""A case as shown: alone with all that is known of it, in lists with whom a list may not name hidden."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases import queries
from kessos_case.cases.models import Case, CaseAgreement
from kessos_case.cases.rules import OPEN_STAGES
from kessos_case.cases.service.files import CaseFile
from kessos_case.cases.service.registry import case_for
from kessos_case.clients.rules import Confidentiality, called, is_restricted
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session


@dataclass(frozen=True)
class ShownPerson:
    """Whose case it is: the label alone where a list may not name him, or where the office reaches him no more."""

    id: UUID
    label: str
    is_masked: bool
    confidentiality: str | None
    died_on: date | None


@dataclass(frozen=True, kw_only=True)
class ListedCase:
    """An episode in a list. `days_in_stage` are days of the office's calendar without pauses; None when it has ended."""

    id: UUID
    version: int
    client: ShownPerson
    client_id: UUID
    organisation_id: UUID
    category: str
    pathway: str
    stage: str
    stage_since: datetime
    days_in_stage: int | None
    caseworker_id: UUID | None
    opened_at: datetime
    closed_at: datetime | None
    close_reason: str | None
    is_paused: bool
    paused_from: date | None
    paused_until: date | None
    next_due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CaseCard(ListedCase):
    """An episode alone. `allowed_verbs` is for the journey to fill, who knows the facts of every room."""

    referral_id: UUID | None
    previous_case_id: UUID | None
    successor_organisation_id: UUID | None
    spm_type: str | None
    spm_level: str | None
    recommending_organisation_id: UUID | None
    agreement: CaseAgreement | None
    transitions: int
    allowed_verbs: list[Any] = field(default_factory=list)


_SAME = (
    "id", "version", "client_id", "organisation_id", "pathway", "stage", "stage_since", "caseworker_id", "opened_at",
    "closed_at", "close_reason", "paused_from", "paused_until",
)  # fmt: skip
_ALONE = (
    "referral_id", "previous_case_id", "successor_organisation_id", "spm_type", "spm_level",
    "recommending_organisation_id",
)  # fmt: skip


def read_case(session: Session, case_id: UUID) -> CaseCard:
    """Look at a case; the look is in the audit trail. Raises NotFound."""
    case = case_for(session, case_id)
    record(session, "read", "case", case.id, clients=[case.client_id])
    return card(session, case)


def card(session: Session, case: Case) -> CaseCard:
    """The case alone, for a look or a write that is in the trail already."""
    # What was just written of it counts.
    session.flush()
    row = queries.listed_rows(session, [case.id])[case.id]
    agreement = next(iter(queries.agreements(session, case.id)), None)
    return _alone(session, case, row, row.next_due_at, agreement, queries.rested_and_moves(session, case.id))


def card_in(session: Session, file: CaseFile) -> CaseCard:
    """The same out of its file, with one statement more; the file must be as fresh as the case."""
    due = min((task.due_at for task in file.desk_tasks()), default=None)
    numbers = queries.rested_and_moves(session, file.case.id)
    return _alone(session, file.case, file.client, due, file.agreement, numbers)


def _alone(
    session: Session,
    case: Case,
    person: Any,
    due: datetime | None,
    agreement: CaseAgreement | None,
    numbers: tuple[int, int],
) -> CaseCard:
    rested, moves = numbers
    return CaseCard(
        **_common(case, office_day(session.now), rested),
        next_due_at=due,
        client=_person(case.client_id, person, in_list=False),
        **{name: getattr(case, name) for name in _ALONE},
        agreement=agreement,
        transitions=moves,
    )


def listed_cards(session: Session, cases: Iterable[Case]) -> list[ListedCase]:
    """The cards of a list, in two statements whatever its length; one row of the trail names everyone on it."""
    found = list(cases)
    session.flush()
    rows = queries.listed_rows(session, [case.id for case in found])
    return cards_of(session, [rows[case.id] for case in found])


def cards_of(session: Session, rows: Sequence[queries.Listed]) -> list[ListedCase]:
    """The same of rows that were read for a list, with the row of the trail alone."""
    client_ids = list(dict.fromkeys(row.client_id for row in rows))
    record(session, "list", "case", clients=client_ids, cases=[str(row.id) for row in rows])
    today = office_day(session.now)
    return [
        ListedCase(
            **_common(row, today, row.rested_days),
            next_due_at=row.next_due_at,
            client=_person(row.client_id, row, in_list=True),
        )
        for row in rows
    ]


def _common(case: Case | queries.Listed, today: date, rested: int) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _SAME} | {
        "category": case.category_code,
        "is_paused": case.paused_from is not None,
        "days_in_stage": days_in_stage(case, today, rested),
    }


def days_in_stage(case: Case | queries.Listed, today: date, rested: int) -> int | None:
    """Days of the office's calendar in the stage, without the `rested` ones and a pause that goes on; None at the end."""
    if case.stage not in OPEN_STAGES:
        return None
    resting = (today - case.paused_from).days if case.paused_from else 0
    return max(0, (today - office_day(case.stage_since)).days - rested - resting)


def _person(client_id: UUID, known: Any, *, in_list: bool) -> ShownPerson:
    """As the clients' own cards show him: restricted people without a name in lists."""
    if known is None or known.confidentiality is None:
        return ShownPerson(client_id, called(client_id, None, None, is_hidden=True), True, None, None)
    masked = in_list and is_restricted(Confidentiality(known.confidentiality))
    label = called(client_id, known.name, known.temporary_label, is_hidden=masked)
    return ShownPerson(client_id, label, masked, known.confidentiality, known.died_on)
