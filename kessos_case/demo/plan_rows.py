"""Plans: a goal for each domain that was flagged, steps that a course or work closes, the conference, the approval."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from kessos_case.cases.casework import Plan, PlanGoal, PlanStep
from kessos_case.cases.models import Conference
from kessos_case.cases.rules import GoalState, Pathway, PlanState, Stage, StepKind, StepState
from kessos_case.demo import words
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import Episode
from kessos_case.tasks.rules import TaskKind

_MEASURES = (Stage.TRAINING, Stage.REHABILITATION, Stage.CARE)
# Of an independence plan, the domain whose step is the course, and the one whose step is work.
_COURSE, _WORK = "skills", "economy"


@dataclass(frozen=True)
class Link:
    """What closes a step: its kind and id, and whether it has."""

    kind: str
    id: UUID
    state: StepState
    closed_at: datetime | None


class PlanRows:
    """Writes the one plan of a case, as far as it has come."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._ground = desk, desk.ground

    def write(self, case: Episode, flagged: frozenset[str], links: dict[str, Link], met_on: date | None) -> None:
        """`links` by kind of step; from `met_on` on the goals are met."""
        begun = case.entered(Stage.PLANNING)
        if begun is None or case.caseworker is None:
            return
        self._dice = self._desk.dice_of(case, "plan")
        approved = next((day for stage in _MEASURES if (day := case.entered(stage))), None)
        written = begun + timedelta(days=2)
        if not self._desk.is_past(written) or (approved is None and case.closed_at):
            return
        domains = sorted(flagged | ({_COURSE, _WORK} if case.pathway == Pathway.INDEPENDENCE else {"needs_and_rights"}))
        at = self._ground.moment(min(written, approved) if approved else written, self._dice)
        plan_id = self._ground.ids.at(at)
        state = PlanState.APPROVED if approved else self._dice.choice((PlanState.DRAFT, PlanState.PROPOSED))
        decided = self._ground.moment(approved, self._dice) if approved else None
        self._plan(case, plan_id, at, state, decided)
        for position, domain in enumerate(domains):
            self._goal(case, plan_id, position, domain, decided or at, links, met_on)
        self._told(case, plan_id, at, state, decided)

    def _plan(self, case: Episode, plan_id: UUID, at: datetime, state: PlanState, decided: datetime | None) -> None:
        self._ground.book.add(
            Plan, id=plan_id, case_id=case.id, client_id=case.person.id, number=1, state=str(state),
            author_id=case.caseworker, created_at=at, proposed_at=None if state == PlanState.DRAFT else at,
            decided_at=decided, decided_by=case.supervisor if decided else None, comment_sealed=None,
            client_agreed_on=decided and at.date(), client_agreed_form="signed" if decided else None,
            version=3 if decided else 1,
        )  # fmt: skip

    def _goal(
        self, case: Episode, plan_id: UUID, position: int, domain: str, at: datetime, links: dict[str, Link],
        met_on: date | None,
    ) -> None:  # fmt: skip
        goal_id, is_met = self._ground.ids.at(at), met_on is not None
        closed = max(self._ground.moment(met_on, self._dice), at) if met_on else None
        seal = self._desk.registry.seal
        self._ground.book.add(
            PlanGoal, id=goal_id, plan_id=plan_id, case_id=case.id, client_id=case.person.id, position=position,
            domain=domain, text_sealed=seal(case.person, words.GOALS[domain], f"plan_goals:text:{goal_id}"),
            state=str(GoalState.MET if is_met else GoalState.OPEN), drop_reason=None, drop_accepted_by=None,
            closed_at=closed, closed_by=case.caseworker if is_met else None, carried_from=None,
        )  # fmt: skip
        kind = {_COURSE: StepKind.COURSE, _WORK: StepKind.PLACEMENT}.get(domain, StepKind.OTHER)
        if case.pathway != Pathway.INDEPENDENCE:
            kind = StepKind.OTHER
        self._step(case, plan_id, goal_id, kind, at, links.get(str(kind)), closed)
        given = next((job.capital[1] for job in case.jobs if job.capital), None)
        if kind == StepKind.PLACEMENT and given and given >= at.date():
            paid = self._ground.moment(given, self._dice)
            self._step(case, plan_id, goal_id, StepKind.AID, at, None, closed, done_at=paid, position=1)

    def _step(
        self, case: Episode, plan_id: UUID, goal_id: UUID, kind: StepKind, at: datetime, link: Link | None,
        closed: datetime | None, *, done_at: datetime | None = None, position: int = 0,
    ) -> None:  # fmt: skip
        step_id, person = self._ground.ids.at(at), case.person
        state, closed_at, reason = StepState.OPEN, None, None
        if done_at:
            state, closed_at = StepState.DONE, done_at
        elif link:
            state, closed_at = link.state, link.closed_at
        elif closed and kind == StepKind.OTHER:
            state, closed_at = StepState.DONE, closed
        elif closed:
            state, closed_at, reason = StepState.DROPPED, closed, "goal_closed"
        text = words.STEPS.get(str(kind), words.STEPS["other"])
        self._ground.book.add(
            PlanStep, id=step_id, goal_id=goal_id, plan_id=plan_id, case_id=case.id, client_id=person.id, position=position,
            kind=str(kind), text_sealed=self._desk.registry.seal(person, text, f"plan_steps:text:{step_id}"),
            responsible_organisation_id=case.office.id, due_on=at.date() + timedelta(days=self._dice.randint(60, 240)),
            state=str(state), reason=reason, link_kind=link and link.kind, link_id=link and link.id,
            started_at=at if link or done_at else None, closed_at=closed_at,
        )  # fmt: skip

    def _told(self, case: Episode, plan_id: UUID, at: datetime, state: PlanState, decided: datetime | None) -> None:
        if state == PlanState.DRAFT:
            return
        self._desk.tell(case, "plan_proposed", plan_id, at, by=case.caseworker)
        self._desk.raise_task(
            TaskKind.DECIDE_PLAN, "plan", plan_id, case.office.id, role="supervisor",
            due_on=self._desk.day_after(at.date(), 3), created_at=at, person=case.person, by=case.caseworker,
            done=(decided, case.supervisor) if decided else None,
        )  # fmt: skip
        if decided is None:
            return
        self._desk.tell(case, "plan_approved", plan_id, decided, by=case.supervisor)
        self._desk.tell(case, "plan_agreed", plan_id, decided, by=case.caseworker)
        held_id = self._ground.ids.at(decided)
        attendees: list[dict[str, Any]] = [
            {"user_id": str(user), "organisation_id": str(case.office.id), "part": part}
            for user, part in ((case.supervisor, "chair"), (case.caseworker, "caseworker"))
        ]
        decisions = self._desk.registry.seal(
            case.person, self._dice.choice(words.DECISIONS), f"conferences:decisions:{held_id}"
        )
        self._ground.book.add(
            Conference, id=held_id, case_id=case.id, client_id=case.person.id, plan_id=plan_id, held_on=decided.date(),
            attendees=attendees, decisions_sealed=decisions, recorded_at=decided, recorded_by=case.caseworker,
        )  # fmt: skip
        self._desk.tell(case, "conference_held", held_id, decided, by=case.caseworker)
