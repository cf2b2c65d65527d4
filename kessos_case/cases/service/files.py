"""The whole file of a case, read once in few statements: for guards, and for the page that shows all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.cases import file_queries as queries
from kessos_case.cases.casework import Assessment, Plan, PlanGoal
from kessos_case.cases.models import Case, CaseAgreement, CaseTransfer
from kessos_case.cases.rules import (
    OPEN_STAGES,
    AgreementForm,
    AssessmentFact,
    AssessmentState,
    CaseFacts,
    LawfulGround,
    OpenItem,
    Pathway,
    Stage,
    TransferState,
)
from kessos_case.cases.service.assessments import finished_assessments
from kessos_case.cases.service.offices import roles_at
from kessos_case.cases.service.plans import fact_of
from kessos_case.clients.models import Client
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.tasks.models import Task
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import open_tasks

# Written down by a person, or owed by law: whoever ends the case says what becomes of them. All other tasks are the
# program's own reminders about the case, and go with it.
SETTLED_BY_NAME = frozenset({TaskKind.MANUAL, TaskKind.MANDATORY_REPORT})

# As many conferences and visits as a page shows at once.
NEWEST = 5


@dataclass(frozen=True)
class Recorded:
    """A home, conference or visit in one line; `code` is the kind of the home or the outcome of the visit."""

    part: str
    id: UUID
    on: date
    code: str | None
    is_safe: bool | None
    starts_on: date | None
    verified_on: date | None
    ended_on: date | None

    @property
    def is_verified(self) -> bool:
        """Does the person live there, as somebody went to see?"""
        return self.starts_on is not None and self.verified_on is not None and self.ended_on is None


@dataclass(frozen=True)
class CaseFile:
    """A case and what hangs on it in cases and tasks.

    `client` is None where the reader reaches the person no more; `transfer` is the open offer, else the newest; `tasks` are
    the open ones about the person that the reader sees; `beside` is the row of another room that was read along.
    """

    case: Case
    client: Client | None
    agreement: CaseAgreement | None
    transfer: CaseTransfer | None
    other_open_case_id: UUID | None
    attempts: int
    attempt_days: int
    plan: Plan | None
    goals: Sequence[PlanGoal]
    conference_on: date | None
    assessments: Sequence[Assessment]
    records: Sequence[Recorded]
    tasks: Sequence[Task]
    beside: tuple[Any, ...] = ()

    @property
    def open_transfer(self) -> CaseTransfer | None:
        """The offer that another UPT has not answered."""
        return self.transfer if self.transfer and self.transfer.state == TransferState.OFFERED else None

    def recorded(self, part: str) -> list[Recorded]:
        """The records of one kind, newest first."""
        return [entry for entry in self.records if entry.part == part]

    def desk_tasks(self) -> list[Task]:
        """The open tasks of the case's office about the person."""
        return [task for task in self.tasks if task.organisation_id == self.case.organisation_id]


def case_file(session: Session, case_id: UUID, beside: queries.Beside | None = None) -> CaseFile:
    """Everything about one case, in five statements whatever its length. Raises NotFound.

    Whoever shows it writes the look into the trail.
    """
    head = queries.head(session, case_id, beside)
    if head is None:
        raise NotFound("There is no such case.")
    case, client, agreement, transfer, other, attempts, attempt_days, *other_room = head
    plan, goals, conference_on = queries.whole_plan(session, case.id)
    return CaseFile(
        case=case,
        client=client,
        agreement=agreement,
        transfer=transfer,
        other_open_case_id=other,
        attempts=attempts,
        attempt_days=attempt_days,
        plan=plan,
        goals=goals,
        conference_on=conference_on,
        assessments=finished_assessments(session, case.id),
        records=[Recorded(*row) for row in queries.records(session, case.id, case.client_id, NEWEST)],
        tasks=open_tasks(session, case.client_id),
        beside=tuple(other_room),
    )


def facts_in(session: Session, file: CaseFile, previous_stage: Stage | None) -> CaseFacts:
    """The case today for this actor, as far as its file tells it; `previous_stage` is the last open one of an ended case."""
    case, agreed = file.case, file.agreement
    homes = [home for home in file.recorded("home") if home.ended_on is None]
    return CaseFacts(
        today=office_day(session.now),
        stage=Stage(case.stage),
        pathway=Pathway(case.pathway),
        actor_roles=roles_at(session, case.organisation_id),
        client_id=case.client_id,
        category=case.category_code,
        organisation_id=case.organisation_id,
        died_on=file.client.died_on if file.client else None,
        open_case_id=file.other_open_case_id,
        accepted_referral_id=case.referral_id,
        caseworker_id=case.caseworker_id,
        agreement=AgreementForm(agreed.form) if agreed and agreed.form else None,
        lawful_ground=LawfulGround(agreed.lawful_ground) if agreed and agreed.lawful_ground else None,
        has_ground_reason=bool(agreed and agreed.reason_sealed),
        assessments=tuple(_assessment_fact(found) for found in file.assessments if _is_in_force(found)),
        plan=fact_of(file.plan, file.goals) if file.plan else None,
        conference_on=file.conference_on,
        safe_home=any(home.is_safe for home in homes),
        verified_outcome=any(home.is_verified for home in homes),
        is_paused=case.paused_from is not None,
        transfer_open=file.open_transfer is not None,
        open_items=_open_items(file),
        contact_attempts=file.attempts,
        contact_attempt_days=file.attempt_days,
        previous_stage=previous_stage,
        closed_on=None if case.closed_at is None else office_day(case.closed_at),
        close_reason=case.close_reason,
    )


def stage_before_end(case: Case, moves: Sequence[Mapping[str, Any]]) -> Stage | None:
    """The last open stage of an ended case, from its moves, oldest first; None while it is open."""
    left = [move["from_stage"] for move in moves if move["to_stage"] not in OPEN_STAGES]
    stages = [Stage(stage) for stage in left if stage in OPEN_STAGES]
    return stages[-1] if stages and case.stage not in OPEN_STAGES else None


def _is_in_force(assessment: Assessment) -> bool:
    return assessment.state == AssessmentState.COMPLETED


def _assessment_fact(found: Assessment) -> AssessmentFact:
    assert found.completed_at is not None
    return AssessmentFact(found.instrument, office_day(found.completed_at), frozenset((found.scores or {})["flagged"]))


def _open_items(file: CaseFile) -> tuple[OpenItem, ...]:
    tasks = [OpenItem("task", task.id) for task in file.desk_tasks() if task.kind in SETTLED_BY_NAME]
    offer = file.open_transfer
    return (*tasks, *([OpenItem("transfer", offer.id)] if offer else ()))
