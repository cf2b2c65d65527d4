"""Plans: a goal for each flagged domain, steps that a course or work closes, what they cost, who approved and who signed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from kessos_case.cases.casework import Plan, PlanGoal, PlanSignature, PlanStep
from kessos_case.cases.rules import (
    AgreementForm,
    CostSource,
    GoalState,
    Pathway,
    PlanState,
    SignatureForm,
    Signer,
    Stage,
    StepKind,
    StepState,
)
from kessos_case.cases.service import pathways
from kessos_case.core.months import Month, months_later
from kessos_case.demo import pictures, words
from kessos_case.demo.conference_rows import ConferenceRows, Decided
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import MEASURES, Episode
from kessos_case.demo.people import ADULT
from kessos_case.demo.process import CASEWORK
from kessos_case.demo.taper_rows import TaperRows
from kessos_case.tasks.rules import TaskKind

# Of an independence plan, the domain whose step is the course, and the one whose step is work.
_COURSE, _WORK = "skills", "economy"
_MENTORS = "social_support"
# What a step costs in rupiah, and whose money pays for it; a programme costs what it pays.
_COSTS: dict[StepKind, tuple[tuple[int, int], tuple[CostSource, ...]]] = {
    StepKind.COURSE: ((1_500_000, 3_600_000), (CostSource.PROVINCE, CostSource.PROVINCE, CostSource.COMPANY)),
    StepKind.PLACEMENT: ((150_000, 500_000), (CostSource.OWN, CostSource.ALMS, CostSource.VILLAGE)),
}
_COSTLY = 0.7
# Between two moments of one plan that must keep their order.
_SOON = timedelta(minutes=20)


@dataclass(frozen=True)
class Link:
    """What closes a step: its kind and id, and whether it has."""

    kind: str
    id: UUID
    state: StepState
    closed_at: datetime | None


@dataclass
class _Version:
    """The version of a plan while it is written: when begun, proposed and decided, and the day from which goals are met."""

    case: Episode
    id: UUID
    state: PlanState
    begun: datetime
    proposed: datetime | None
    decided: datetime | None
    met_on: date | None
    agreed: tuple[date, AgreementForm] | None = None

    @property
    def at(self) -> datetime:
        """When its words were last changed."""
        return self.proposed or self.begun


@dataclass
class _Step:
    """One step before it is written."""

    kind: StepKind
    text: str
    link: Link | None = None
    office_id: UUID | None = None
    due_on: date | None = None
    done_at: datetime | None = None
    programme: str | None = None


class PlanRows:
    """Writes the one plan of a case, as far as it has come."""

    def __init__(self, desk: Desk, conferences: ConferenceRows, tapers: TaperRows) -> None:
        self._desk, self._ground = desk, desk.ground
        self._conferences, self._tapers = conferences, tapers

    def write(self, case: Episode, flagged: frozenset[str], links: dict[str, Link], met_on: date | None) -> None:
        """`links` by kind of step; from `met_on` on the goals are met."""
        self._dice = self._desk.dice_of(case, "plan")
        version = self._begun(case, met_on)
        if version is None:
            return
        domains = sorted(flagged | ({_COURSE, _WORK} if case.pathway == Pathway.INDEPENDENCE else {"needs_and_rights"}))
        decided = self._discuss(version, domains)
        self._agree(version)
        self._plan(version)
        taper = self._tapers.agreed(case, version.at) if case.pathway == Pathway.INDEPENDENCE else None
        for position, domain in enumerate(domains):
            self._goal(version, position, domain, self._steps(version, domain, links, decided, taper))
        if taper:
            self._tapers.write(case, version.id, version.at, taper)
        self._told(version)

    def _begun(self, case: Episode, met_on: date | None) -> _Version | None:
        """The version as far as it has come; None before its first draft, and of a case that ended before it was approved."""
        entered = case.entered(Stage.PLANNING)
        if entered is None or case.caseworker is None:
            return None
        measure = next((move for move in case.moves if move.after == MEASURES[case.pathway]), None)
        written = self._desk.day_after(entered, 2)
        if measure is None and (not self._desk.is_past(written) or case.closed_at):
            return None
        begun = self._ground.moment(written, self._dice)
        if measure:
            begun = min(begun, measure.at - 3 * _SOON)
            state, decided = PlanState.APPROVED, measure.at - timedelta(minutes=2)
        else:
            state, decided = self._dice.choice((PlanState.DRAFT, PlanState.PROPOSED)), None
        # Proposed once it was discussed; see `_discuss`.
        proposed = None if state == PlanState.DRAFT else begun
        return _Version(case, self._ground.ids.at(begun), state, begun, proposed, decided, met_on)

    def _discuss(self, version: _Version, domains: list[str]) -> list[Decided]:
        """The conference about the draft: of an approved version always, of others as it may be."""
        case, last = version.case, (version.decided or self._ground.now) - _SOON
        if version.decided is None and self._dice.random() > CASEWORK.draft_discussed:
            return []
        middle = self._ground.moment(
            self._ground.working_day((version.begun + (last - version.begun) * 0.6).date()), self._dice
        )
        held = min(max(middle, version.begun + timedelta(seconds=1)), last)
        if held < version.begun:
            return []
        if version.proposed:
            version.proposed = held + timedelta(minutes=1)
        return self._conferences.held(case, version.id, held, domains, is_planned=version.proposed is not None)

    def _agree(self, version: _Version) -> None:
        """The person's own agreement, or the guardian's, to what is proposed; of a version that is decided always."""
        if version.proposed is None or (version.decided is None and self._dice.random() < 0.5):
            return
        on = version.proposed.date()
        forms = (AgreementForm.SIGNED, AgreementForm.SIGNED, AgreementForm.ORAL_WITNESSED)
        form = AgreementForm.GUARDIAN if version.case.age_on(on) < ADULT else self._dice.choice(forms)
        version.agreed = on, form

    def _plan(self, version: _Version) -> None:
        case, agreed = version.case, version.agreed
        self._ground.book.add(
            Plan, id=version.id, case_id=case.id, client_id=case.person.id, number=1, state=str(version.state),
            author_id=case.caseworker, created_at=version.begun, proposed_at=version.proposed,
            decided_at=version.decided, decided_by=case.supervisor if version.decided else None, comment_sealed=None,
            client_agreed_on=agreed and agreed[0], client_agreed_form=agreed and str(agreed[1]),
            review_on=self._reviewed(version) if version.decided else None, version=3 if version.decided else 1,
        )  # fmt: skip
        if agreed and agreed[1] != AgreementForm.ORAL_WITNESSED and self._dice.random() < CASEWORK.signature_kept:
            self._sign(version, *agreed)

    def _reviewed(self, version: _Version) -> date:
        """When it is looked at again: the day after the last review that was held, as often as its pathway asks."""
        assert version.decided is not None
        case, months = version.case, pathways().policies[version.case.pathway].plan_review_months
        day, until = months_later(version.decided.date(), months), self._ground.today
        if case.closed_at:
            until = min(until, case.closed_at.date())
        held = []
        while day < until and not ((until - day).days < 45 and self._dice.random() > CASEWORK.reviews_kept):
            held.append(day)
            day = months_later(day, months)
        for one in held[-2:]:
            at = self._ground.moment(min(self._ground.working_day(one), until - timedelta(days=1)), self._dice)
            if at > version.decided:
                self._desk.tell(case, "plan_reviewed", version.id, at, by=case.caseworker)
        return day

    def _sign(self, version: _Version, on: date, form: AgreementForm) -> None:
        case, drawn = version.case, pictures.signature(version.case.person.place % pictures.HANDS)
        key = self._desk.registry.keys[case.person.id]
        signer = Signer.GUARDIAN if form == AgreementForm.GUARDIAN else Signer.CLIENT
        assert version.proposed is not None
        self._ground.book.add(
            PlanSignature, plan_id=version.id, case_id=case.id, client_id=case.person.id, form=str(SignatureForm.DRAWN),
            signer=str(signer), image_sealed=key.seal_bytes(drawn, f"plan_signatures:image:{version.id}"),
            media="image/png", signed_on=on, recorded_at=version.proposed, recorded_by=case.caseworker,
        )  # fmt: skip
        self._desk.tell(case, "plan_signed", version.id, version.proposed, by=case.caseworker)

    def _steps(
        self, version: _Version, domain: str, links: dict[str, Link], decided: list[Decided], taper: Month | None
    ) -> list[_Step]:
        """The step that the domain is about, then what brings a programme, a mentor, and what a conference added."""
        case = version.case
        kind = {_COURSE: StepKind.COURSE, _WORK: StepKind.PLACEMENT}.get(domain, StepKind.OTHER)
        if case.pathway != Pathway.INDEPENDENCE:
            kind = StepKind.OTHER
        steps = [_Step(kind, words.STEPS[str(kind)], links.get(str(kind)))]
        if kind == StepKind.PLACEMENT:
            steps += self._programme(version, taper)
        if domain == _MENTORS and case.pathway == Pathway.INDEPENDENCE and self._dice.random() < CASEWORK.wants_mentor:
            steps.append(_Step(StepKind.MENTOR, words.STEPS["mentor"]))
        return steps + [
            _Step(StepKind.OTHER, one.text, office_id=one.office_id, due_on=one.due_on)
            for one in decided
            if one.domain == domain
        ]

    def _programme(self, version: _Version, taper: Month | None) -> list[_Step]:
        """Capital for a business: what came, else what is asked for before aid steps down."""
        given = next((job.capital for job in version.case.jobs if job.capital), None)
        if given and given[1] >= version.at.date():
            paid = self._ground.moment(given[1], self._dice)
            return [_Step(StepKind.AID, words.STEPS["aid"], done_at=paid, programme=given[0])]
        if taper is None:
            return []
        due_on, programme = self._tapers.before(taper), self._tapers.empowers(version.at)
        return [_Step(StepKind.AID, words.STEPS["programme"], due_on=due_on, programme=programme)]

    def _goal(self, version: _Version, position: int, domain: str, steps: list[_Step]) -> None:
        case, at = version.case, version.begun
        goal_id, is_met = self._ground.ids.at(at), version.met_on is not None
        ended = self._ground.moment(version.met_on, self._dice) if version.met_on else None
        closed = max(ended, version.decided or version.at) if ended else None
        seal = self._desk.registry.seal
        self._ground.book.add(
            PlanGoal, id=goal_id, plan_id=version.id, case_id=case.id, client_id=case.person.id, position=position,
            domain=domain, text_sealed=seal(case.person, words.GOALS[domain], f"plan_goals:text:{goal_id}"),
            state=str(GoalState.MET if is_met else GoalState.OPEN), drop_reason=None, drop_accepted_by=None,
            closed_at=closed, closed_by=case.caseworker if is_met else None, carried_from=None,
        )  # fmt: skip
        for place, step in enumerate(steps):
            self._step(version, goal_id, place, step, closed)

    def _step(self, version: _Version, goal_id: UUID, position: int, step: _Step, closed: datetime | None) -> None:
        case, at = version.case, version.at
        step_id = self._ground.ids.at(at)
        state, closed_at, reason = self._standing(step, closed)
        if step.kind == StepKind.MENTOR and state == StepState.OPEN and version.decided:
            case.mentor_step = step_id, version.decided
        cost, source = self._cost(step)
        due_on = step.due_on or at.date() + timedelta(days=self._dice.randint(60, 240))
        self._ground.book.add(
            PlanStep, id=step_id, goal_id=goal_id, plan_id=version.id, case_id=case.id, client_id=case.person.id,
            position=position, kind=str(step.kind),
            text_sealed=self._desk.registry.seal(case.person, step.text, f"plan_steps:text:{step_id}"),
            responsible_organisation_id=step.office_id or case.office.id, due_on=due_on, cost=cost,
            cost_source=source and str(source), programme_code=step.programme, state=str(state), reason=reason,
            link_kind=step.link and step.link.kind, link_id=step.link and step.link.id,
            started_at=at if step.link or step.done_at else None, closed_at=closed_at,
        )  # fmt: skip

    def _standing(self, step: _Step, closed: datetime | None) -> tuple[StepState, datetime | None, str | None]:
        """Where a step stands, since when it is closed, and why it was dropped."""
        if step.done_at:
            return StepState.DONE, step.done_at, None
        if step.link:
            return step.link.state, step.link.closed_at, None
        if closed is None:
            return StepState.OPEN, None, None
        if step.kind == StepKind.OTHER:
            return StepState.DONE, closed, None
        return StepState.DROPPED, closed, "goal_closed"

    def _cost(self, step: _Step) -> tuple[int | None, CostSource | None]:
        if step.programme:
            source = CostSource.NATION if step.programme == "KUBE" else CostSource.PROVINCE
            return self._ground.prices[step.programme], source
        if step.kind not in _COSTS or self._dice.random() > _COSTLY:
            return None, None
        (least, most), sources = _COSTS[step.kind]
        return self._dice.randrange(least, most, 50_000), self._dice.choice(sources)

    def _told(self, version: _Version) -> None:
        case, proposed, decided = version.case, version.proposed, version.decided
        if proposed is None:
            return
        self._desk.tell(case, "plan_proposed", version.id, proposed, by=case.caseworker)
        self._desk.raise_task(
            TaskKind.DECIDE_PLAN, "plan", version.id, case.office.id, role="supervisor",
            due_on=self._desk.day_after(proposed.date(), 3), created_at=proposed, person=case.person, by=case.caseworker,
            done=(decided, case.supervisor) if decided else None,
        )  # fmt: skip
        if version.agreed:
            self._desk.tell(case, "plan_agreed", version.id, proposed, by=case.caseworker)
        if decided:
            self._desk.tell(case, "plan_approved", version.id, decided, by=case.supervisor)
