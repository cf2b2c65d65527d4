"""Everything that the page of a case shows, read as the reader may see it, in a dozen statements, with one row in the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.access.service import record
from kessos_case.cases import service as cases
from kessos_case.cases.models import Case
from kessos_case.cases.rules import (
    OPEN_STAGES,
    CaseFacts,
    GoalState,
    Stage,
    StepState,
    Verb,
    allowed_verbs,
    earlier_stages,
)
from kessos_case.clients.rules import Confidentiality, called, is_restricted
from kessos_case.clients.service import data_key
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.keys import DataKey
from kessos_case.journey.ahead import Ahead, ahead, blocking, stages_of, verbs_aside
from kessos_case.journey.case_queries import Names, names
from kessos_case.journey.facts import Elsewhere, elsewhere, facts_with
from kessos_case.residence import service as residence
from kessos_case.tasks import service as tasks


@dataclass(frozen=True)
class Person:
    """Whose case it is. `is_reached` is false where the office reaches him no more, and then he has no name."""

    id: UUID
    label: str
    is_reached: bool
    is_restricted: bool
    died_on: date | None


@dataclass(frozen=True)
class ShownStep:
    """A step of the plan in force, with the goal that it serves."""

    id: UUID
    text: str | None
    kind: str
    state: str
    due_on: date | None
    is_late: bool
    organisation_id: UUID | None
    link_kind: str | None
    link_id: UUID | None


@dataclass(frozen=True)
class ShownGoal:
    """An open goal of the plan in force, for a decision about it."""

    id: UUID
    domain: str
    text: str | None


@dataclass(frozen=True)
class OpenThing:
    """Something that hangs on the case and is settled by name before it closes."""

    kind: str
    id: UUID
    task_kind: str | None = None
    text: str | None = None
    services: Sequence[str] = ()
    organisation_id: UUID | None = None
    on: date | None = None


@dataclass(frozen=True)
class CaseView:
    """The page of a case. `aside` are the other verbs of the reader, each with what its form cannot supply."""

    case: Case
    person: Person
    is_own: bool
    is_mine: bool
    is_open: bool
    roles: frozenset[str]
    days_in_stage: int | None
    next_due_at: datetime | None
    stages: list[tuple[Stage, str]]
    ahead: Ahead | None
    aside: dict[Verb, list[dict[str, str]]]
    earlier: Sequence[Stage]
    goals: list[ShownGoal]
    open_things: list[OpenThing]
    steps: list[ShownStep]
    file: cases.CaseFile
    latest: dict[str, Any]
    other: Elsewhere
    history: list[dict[str, Any]]
    names: Names
    today: date

    @property
    def moves(self) -> int:
        """How many moves the reader has seen: two verbs change nothing but this."""
        return len(self.history)

    def way_of(self, step: ShownStep) -> str:
        """Where a step is seen: at what it is linked to, else in its plan."""
        batches = {course.id: course.batch_id for course in self.other.courses}
        if step.link_kind == "enrolment" and step.link_id in batches:
            return f"/batches/{batches[step.link_id]}"
        if step.link_kind in ("referral", "placement", "mentoring"):
            return f"/{step.link_kind}s/{step.link_id}"
        return f"/cases/{self.case.id}/plans/{self.file.plan.id}" if self.file.plan else f"/cases/{self.case.id}/plans"

    def may(self, role: Role) -> bool:
        """Has the reader this role in the office of the case, while it is open?"""
        return self.is_own and self.is_open and role in self.roles


def read_view(session: Session, case_id: UUID, language: str) -> CaseView:
    """The page of a case; the look at it and at all its parts is in the audit trail. Raises NotFound."""
    file = cases.case_file(session, case_id, residence.house_row)
    case, client = file.case, file.client
    record(session, "read", "case", case.id, clients=[case.client_id], part="page")
    key = data_key(client) if client else None
    history = cases.moves_of(session, case.id, key)
    other = elsewhere(session, case, residence.InHouse(*file.beside))
    facts = facts_with(case, cases.facts_in(session, file, cases.stage_before_end(case, history)), other)
    is_own, things = cases.is_own(session, case), _open_things(file, facts, other, key)
    acts = is_own and client is not None
    steps = _steps(file, key, facts.today)
    return CaseView(
        case=case,
        person=_person(file),
        is_own=is_own,
        is_mine=case.caseworker_id == session.actor.user_id,
        is_open=case.stage in OPEN_STAGES,
        roles=facts.actor_roles,
        days_in_stage=cases.days_in_stage(case, facts.today, _rested(case, history)),
        next_due_at=min((task.due_at for task in file.desk_tasks()), default=None),
        stages=stages_of(facts, cases.pathways()),
        ahead=ahead(facts, cases.pathways()) if acts else None,
        aside=_aside(facts) if acts else {},
        earlier=earlier_stages(cases.pathways(), facts.pathway, facts.stage) if facts.pathway and facts.stage else (),
        goals=_goals(file, key),
        open_things=things,
        steps=steps,
        file=file,
        latest=_latest(file),
        other=other,
        history=history,
        names=_names(session, language, file, history, things, steps, choices=Role.SUPERVISOR in facts.actor_roles),
        today=facts.today,
    )


def _aside(facts: CaseFacts) -> dict[Verb, list[dict[str, str]]]:
    missing = dict(allowed_verbs(facts, cases.pathways()))
    return {verb: blocking(missing[verb]) for verb in verbs_aside(facts) if verb in missing}


def _person(file: cases.CaseFile) -> Person:
    client, client_id = file.client, file.case.client_id
    if client is None:
        return Person(client_id, called(client_id, None, None, is_hidden=True), False, True, None)
    hidden = is_restricted(Confidentiality(client.confidentiality))
    return Person(client_id, called(client_id, client.name, client.temporary_label), True, hidden, client.died_on)


def _rested(case: Case, history: Sequence[dict[str, Any]]) -> int:
    """Days for which the case rested since its stage began."""
    return sum(
        int(move["detail"].get("rested_days", 0))
        for move in history
        if move["verb"] == Verb.RESUME and move["happened_at"] >= case.stage_since
    )


def _latest(file: cases.CaseFile) -> dict[str, Any]:
    """The last completed assessment of each instrument."""
    return {found.instrument: found for found in file.assessments}


def _goals(file: cases.CaseFile, key: DataKey | None) -> list[ShownGoal]:
    open_goals = [goal for goal in file.goals if goal.state == GoalState.OPEN]
    return [ShownGoal(goal.id, goal.domain, cases.goal_words(goal, key)) for goal in open_goals]


# What is going on comes first, then what comes next.
_TURN = {StepState.IN_PROGRESS: 0, StepState.OPEN: 1, StepState.DONE: 2, StepState.DROPPED: 3}


def _steps(file: cases.CaseFile, key: DataKey | None, today: date) -> list[ShownStep]:
    """The steps of the plan in force: what is going on, then what is to come by its day, then what is over."""
    found = [
        ShownStep(
            step.id, cases.step_words(step, key), step.kind, step.state, step.due_on,
            bool(step.due_on and step.due_on < today and step.state in (StepState.OPEN, StepState.IN_PROGRESS)),
            step.responsible_organisation_id, step.link_kind, step.link_id,
        )
        for goal in file.goals
        for step in goal.steps
    ]  # fmt: skip
    return sorted(found, key=lambda step: (_TURN[StepState(step.state)], step.due_on or date.max))


def _open_things(file: cases.CaseFile, facts: CaseFacts, other: Elsewhere, key: DataKey | None) -> list[OpenThing]:
    """What the guard of closing asks about, in words that can be told apart: by name of the thing and by day."""
    known = {thing.id: thing for thing in _known_things(file, other, key)}
    return [known.get(item.id, OpenThing(item.kind, item.id)) for item in facts.open_items]


def _known_things(file: cases.CaseFile, other: Elsewhere, key: DataKey | None) -> list[OpenThing]:
    offer = file.open_transfer
    return [
        *(
            OpenThing("task", task.id, task.kind, tasks.text_of(task, key), on=office_day(task.due_at))
            for task in file.tasks
        ),
        *(
            OpenThing("referral", one.id, services=one.service_types, on=office_day(one.submitted_at))
            for one in other.referrals
        ),
        *(OpenThing("enrolment", one.id, text=one.course_name, on=one.starts_on) for one in other.courses),
        *_bed(other.house),
        *(
            [OpenThing("transfer", offer.id, organisation_id=offer.to_organisation_id, on=office_day(offer.offered_at))]
            if offer
            else []
        ),
    ]


def _bed(house: residence.InHouse) -> list[OpenThing]:
    if house.stay_id is None or house.admitted_at is None:
        return []
    return [OpenThing("stay", house.stay_id, text=house.ward_name, on=office_day(house.admitted_at))]


def _names(
    session: Session,
    language: str,
    file: cases.CaseFile,
    history: Sequence[dict[str, Any]],
    things: Sequence[OpenThing],
    steps: Sequence[ShownStep],
    *,
    choices: bool,
) -> Names:
    case, transfer = file.case, file.transfer
    return names(
        session,
        language,
        offices=[
            case.organisation_id, case.successor_organisation_id, case.recommending_organisation_id,
            *([transfer.to_organisation_id, transfer.from_organisation_id] if transfer else []),
            *(move["organisation_id"] for move in history), *(step.organisation_id for step in steps),
        ],
        users=[case.caseworker_id],
        services=[code for thing in things for code in thing.services],
        category=case.category_code,
        choices_for=case.organisation_id if choices else None,
    )  # fmt: skip
