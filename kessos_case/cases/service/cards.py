"""A case as shown: alone with all that is known of it, in lists with whom a list may not name hidden."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases import queries
from kessos_case.cases.models import Case, CaseAgreement
from kessos_case.cases.rules import OPEN_STAGES
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
    person = queries.people(session, [case.client_id]).get(case.client_id)
    load = queries.loads(session, [case.id])[case.id]
    return CaseCard(
        **_common(session, case, load),
        client=_person(case.client_id, person, in_list=False),
        **{name: getattr(case, name) for name in _ALONE},
        agreement=next(iter(queries.agreements(session, case.id)), None),
        transitions=queries.moves(session, case.id),
    )


def listed_cards(session: Session, cases: Iterable[Case]) -> list[ListedCase]:
    """The cards of a list, in three statements whatever its length; one row of the trail names everyone on it."""
    found = list(cases)
    client_ids = list(dict.fromkeys(case.client_id for case in found))
    record(session, "list", "case", clients=client_ids, cases=[str(case.id) for case in found])
    people = queries.people(session, client_ids)
    loads = queries.loads(session, [case.id for case in found])
    return [
        ListedCase(
            **_common(session, case, loads[case.id]),
            client=_person(case.client_id, people.get(case.client_id), in_list=True),
        )
        for case in found
    ]


def _common(session: Session, case: Case, load: Any) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _SAME} | {
        "category": case.category_code,
        "is_paused": case.paused_from is not None,
        "days_in_stage": days_in_stage(case, office_day(session.now), load.rested_days),
        "next_due_at": load.next_due_at,
    }


def days_in_stage(case: Case, today: date, rested: int) -> int | None:
    """Days of the office's calendar in the stage, without the `rested` ones and a pause that goes on; None at the end."""
    if case.stage not in OPEN_STAGES:
        return None
    resting = (today - case.paused_from).days if case.paused_from else 0
    return max(0, (today - office_day(case.stage_since)).days - rested - resting)


def _person(client_id: UUID, known: Any, *, in_list: bool) -> ShownPerson:
    """As the clients' own cards show him: restricted people without a name in lists."""
    if known is None:
        return ShownPerson(client_id, called(client_id, None, None, is_hidden=True), True, None, None)
    masked = in_list and is_restricted(Confidentiality(known.confidentiality))
    label = called(client_id, known.name, known.temporary_label, is_hidden=masked)
    return ShownPerson(client_id, label, masked, known.confidentiality, known.died_on)
