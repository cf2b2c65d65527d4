"""One person's cases at one UPT under random hands: whoever asks for what in whatever order, some things never happen."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kessos_case.access.rules import Role
from kessos_case.cases.rules import (
    OPEN_STAGES,
    Ask,
    AssessmentFact,
    CaseFacts,
    CloseReason,
    GoalFact,
    Pathway,
    PlanFact,
    PlanState,
    Stage,
    StepFact,
    Transition,
    Verb,
    allowed_verbs,
    missing_for,
    read_pathways,
    stage_after,
    transition_for,
)

CONTENT = tomllib.loads((Path(__file__).parents[2] / "config" / "policies" / "pathways.toml").read_text())
PATHWAYS = read_pathways(CONTENT)
ONWARD = {verb for verb in Verb if verb.startswith("start_")} | {Verb.GRADUATE}
BEFORE_MEASURES = {Stage.INTAKE, Stage.ASSESSMENT, Stage.PLANNING}

PEOPLE = [UUID(int=number) for number in (1, 2)]
UPT, GOAL, STEP, ITEM = (UUID(int=number) for number in (11, 12, 13, 14))
BOTH = frozenset({Role.CASEWORKER, Role.SUPERVISOR})
ROLES = [
    frozenset({Role.CASEWORKER}),
    frozenset({Role.SUPERVISOR}),
    BOTH,
    frozenset({Role.TRIAGE}),
    frozenset({Role.TKSK}),
]
GOALS = (GoalFact(GOAL, "work", (StepFact(STEP, UPT, date(2028, 6, 1)),)),)
INSTRUMENTS = ("gse10", "household_skills", "social_functioning")
TODAY = date(2028, 1, 31)
PLAN = PlanFact(ITEM, 1, PEOPLE[0], PlanState.APPROVED, PEOPLE[1], TODAY, GOALS)


def assessed_on(day: date) -> tuple[AssessmentFact, ...]:
    return tuple(AssessmentFact(name, day, frozenset({"work"})) for name in INSTRUMENTS)


# Nothing is missing in a new case, so that random moves come far; random hands then take away what a guard protects.
NEW = CaseFacts(
    today=TODAY,
    client_id=ITEM,
    organisation_id=UPT,
    category="PPKS-24",
    accepted_referral_id=ITEM,
    caseworker_id=PEOPLE[0],
    agreement="signed",
    assessments=assessed_on(TODAY),
    plan=PLAN,
    conference_on=TODAY,
    completed_courses=1,
    safe_home=True,
    verified_outcome=True,
    confirmed_review_id=ITEM,
    confirmed_by=frozenset(PEOPLE),
    contact_attempts=3,
    contact_attempt_days=3,
)

roles = st.sampled_from(ROLES)
which = st.integers(0, 5)  # more than there are cases, so it is taken modulo

MENDED = {
    name: getattr(NEW, name)
    for name in (
        "caseworker_id",
        "agreement",
        "plan",
        "conference_on",
        "completed_courses",
        "safe_home",
        "verified_outcome",
        "confirmed_review_id",
        "confirmed_by",
        "is_paused",
    )
}

# What may be wrong on the day when the next stage is asked for: one thing at a time, so that no other guard hides it.
PROBLEMS = {
    Stage.INTAKE: [{"caseworker_id": None}, {"agreement": None}],
    Stage.ASSESSMENT: [{"assessments": ()}, {"assessments": NEW.assessments[:2]}],
    Stage.PLANNING: [
        {"caseworker_id": None},
        {"agreement": None},
        {"assessments": ()},
        {"plan": None},
        {"plan": replace(PLAN, state=PlanState.PROPOSED)},
        {"plan": replace(PLAN, state=PlanState.SUPERSEDED)},
        {"plan": replace(PLAN, approver_id=None)},
        {"plan": replace(PLAN, approver_id=PLAN.author_id)},
        {"plan": replace(PLAN, client_agreed_on=None)},
        {"plan": replace(PLAN, goals=())},
        {"conference_on": None},
    ],
    Stage.TRAINING: [{"completed_courses": 0}],
    Stage.REHABILITATION: [{"safe_home": False}],
    Stage.PLACEMENT: [{"verified_outcome": False}],
    Stage.REUNIFICATION: [{"verified_outcome": False}],
    Stage.CARE: [],
    Stage.AFTERCARE: [{"confirmed_review_id": None}, {"confirmed_by": frozenset(PEOPLE[:1])}],
}


@st.composite
def requests(draw: st.DrawFn, line: Transition, facts: CaseFacts) -> Ask:
    """A request that says the right things, or all but one of them."""
    right = Ask(
        reason=draw(st.sampled_from(sorted(line.reasons) or [None])),
        note="as agreed",
        until=facts.today + timedelta(days=draw(st.integers(0, 180))),
        stage=draw(st.sampled_from(PATHWAYS.policies[facts.pathway].stages)),
        pathway=draw(st.sampled_from(sorted(set(Pathway) - {facts.pathway}))),
        organisation_id=ITEM,
        settled=frozenset({("task", ITEM)}),
        goal_decisions={GOAL: "carry"},
    )
    wrong = st.sampled_from(
        [
            {"reason": CloseReason.TRANSFERRED},
            {"note": None},
            {"until": facts.today - timedelta(days=1)},
            {"stage": draw(st.sampled_from(Stage))},
            {"pathway": facts.pathway},
            {"organisation_id": UPT},
            {"settled": frozenset()},
            {"goal_decisions": {}},
        ]
    )
    return replace(right, **draw(st.one_of(st.just({}), st.just({}), st.just({}), wrong)))


class CaseLife(RuleBasedStateMachine):
    """The cases as a service would keep them. What a move rested on is written down when it is made."""

    def __init__(self) -> None:
        super().__init__()
        self.today = NEW.today
        self.cases: list[CaseFacts] = []
        self.measures_by: list[CaseFacts | None] = []  # the facts when the case last went past planning
        self.ended_by: list[CaseFacts | None] = []

    def seen_by(self, number: int, who: frozenset[str]) -> CaseFacts:
        case = self.cases[number] if number < len(self.cases) else NEW
        others = [place for place, other in enumerate(self.cases) if other.stage in OPEN_STAGES and place != number]
        open_case = UUID(int=others[0]) if others else None
        return replace(case, today=self.today, actor_roles=who, open_case_id=open_case)

    @initialize(pathway=st.sampled_from(Pathway), place=st.integers(0, 5))
    def begin(self, pathway: Pathway, place: int) -> None:
        stages = PATHWAYS.policies[pathway].stages
        stage = stages[place % len(stages)]
        self.cases.append(replace(NEW, pathway=pathway, stage=stage))
        self.measures_by.append(None if stage in BEFORE_MEASURES else NEW)
        self.ended_by.append(None)

    @rule(
        who=roles,
        category=st.sampled_from(["PPKS-24", "PPKS-01", "PPKS-08", None]),
        pathway=st.sampled_from([None, *Pathway]),
        reason=st.sampled_from([None, "court"]),
    )
    def open(self, who: frozenset[str], category: str | None, pathway: Pathway | None, reason: str | None) -> None:
        facts = replace(self.seen_by(len(self.cases), who), category=category)
        line, ask = transition_for("open"), Ask(pathway=pathway, reason=reason)
        if not missing_for(line, facts, ask, PATHWAYS):
            proposed = {"PPKS-24": "independence", "PPKS-01": "reunification", "PPKS-08": "long_term_care"}[category]
            self.cases.append(replace(facts, stage=Stage.INTAKE, pathway=pathway or Pathway(proposed)))
            self.measures_by.append(None)
            self.ended_by.append(None)

    @rule(number=which, days=st.sampled_from([0, 1, 29, 31, 91]), data=st.data())
    def move_on(self, number: int, days: int, data: st.DataObject) -> None:
        number %= len(self.cases)
        self.today += timedelta(days=days)
        case = self.cases[number]
        mended = replace(case, **MENDED, assessments=assessed_on(self.today))
        problems = [*PROBLEMS[case.stage], {"is_paused": True}] if case.stage in OPEN_STAGES else [{}]
        self.cases[number] = replace(mended, **data.draw(st.just({}) | st.sampled_from(problems)))
        for verb, _ in allowed_verbs(self.seen_by(number, BOTH), PATHWAYS):
            if verb in ONWARD:
                self.ask_for(number, verb, BOTH, data)

    @rule(number=which, who=roles, any_verb=st.sampled_from(sorted(set(Verb) - {Verb.OPEN})), data=st.data())
    def move(self, number: int, who: frozenset[str], any_verb: Verb, data: st.DataObject) -> None:
        number %= len(self.cases)
        offered = [verb for verb, _ in allowed_verbs(self.seen_by(number, who), PATHWAYS)]
        self.ask_for(number, data.draw(st.sampled_from([*offered, any_verb])), who, data)

    def ask_for(self, number: int, verb: Verb, who: frozenset[str], data: st.DataObject) -> None:
        facts, line = self.seen_by(number, who), transition_for(verb)
        ask = data.draw(requests(line, facts))
        if missing_for(line, facts, ask, PATHWAYS):
            return
        assert verb in dict(allowed_verbs(facts, PATHWAYS))
        self.cases[number] = self.after(number, line, facts, ask)

    def after(self, number: int, line: Transition, facts: CaseFacts, ask: Ask) -> CaseFacts:
        stage = stage_after(line, facts, ask)
        if stage not in OPEN_STAGES:
            self.ended_by[number] = facts
            facts = replace(facts, previous_stage=facts.stage, closed_on=self.today)
        elif stage in BEFORE_MEASURES:
            self.measures_by[number] = None
        elif facts.stage in BEFORE_MEASURES:
            self.measures_by[number] = facts
        if line.verb is Verb.CHANGE_PATHWAY:
            old = replace(facts.plan, state=PlanState.SUPERSEDED) if facts.plan else None
            facts = replace(facts, pathway=ask.pathway, plan=old)
        paused = {Verb.PAUSE: True, Verb.RESUME: False, Verb.CLOSE: False}.get(line.verb, facts.is_paused)
        return replace(facts, stage=stage, is_paused=paused)

    @invariant()
    def a_person_has_one_open_case(self) -> None:
        assert sum(case.stage in OPEN_STAGES for case in self.cases) <= 1

    @invariant()
    def a_case_stays_on_its_pathway(self) -> None:
        for case in self.cases:
            stage = case.stage if case.stage in OPEN_STAGES else case.previous_stage
            assert stage in PATHWAYS.policies[case.pathway].stages

    @invariant()
    def only_an_open_case_is_paused(self) -> None:
        assert all(case.stage in OPEN_STAGES for case in self.cases if case.is_paused)

    @invariant()
    def no_measure_begins_without_a_plan_that_another_approved(self) -> None:
        for case, facts in zip(self.cases, self.measures_by, strict=True):
            if case.stage in OPEN_STAGES - BEFORE_MEASURES or case.stage == Stage.GRADUATED:
                assert facts is not None
                assert facts.plan.state == PlanState.APPROVED
                assert None not in (facts.plan.author_id, facts.plan.approver_id)
                assert facts.plan.author_id != facts.plan.approver_id
                assert facts.plan.client_agreed_on and facts.conference_on
                assert facts.flagged_domains() <= {goal.domain for goal in facts.plan.goals}

    @invariant()
    def no_measure_begins_before_the_person_agreed_and_was_assessed(self) -> None:
        for case, facts in zip(self.cases, self.measures_by, strict=True):
            if case.stage in OPEN_STAGES - BEFORE_MEASURES:
                known = {assessment.instrument for assessment in facts.assessments}
                assert known >= set(PATHWAYS.policies[case.pathway].required_instruments)
                assert facts.agreement and facts.caseworker_id

    @invariant()
    def nobody_graduates_without_a_verdict_of_two_people(self) -> None:
        for case, facts in zip(self.cases, self.ended_by, strict=True):
            if case.stage == Stage.GRADUATED:
                assert facts.confirmed_review_id and len(facts.confirmed_by) >= 2
                assert case.pathway != Pathway.LONG_TERM_CARE

    @invariant()
    def only_a_supervisor_ends_a_case(self) -> None:
        for case, facts in zip(self.cases, self.ended_by, strict=True):
            if case.stage not in OPEN_STAGES:
                assert Role.SUPERVISOR in facts.actor_roles


CaseLife.TestCase.settings = settings(
    max_examples=60, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestCaseLife = CaseLife.TestCase
