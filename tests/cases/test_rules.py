"""The case's machine from its own table; its guards, pathways and plans."""

import tomllib
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path
from uuid import UUID

import pytest

from kessos_case.access.rules import Role
from kessos_case.cases.rules import (
    ASSESSMENT_MOVES,
    GOAL_MOVES,
    NEEDS,
    OPEN_STAGES,
    PLAN_TRANSITIONS,
    STEP_MOVES,
    TRANSITIONS,
    Ask,
    AssessmentFact,
    CaseFacts,
    CloseReason,
    GoalFact,
    GoalState,
    LawfulGround,
    OpenItem,
    Pathway,
    PlanFact,
    PlanState,
    Stage,
    StepFact,
    StepState,
    Verb,
    allowed_verbs,
    care_review_due,
    earlier_stages,
    missing_for,
    missing_for_plan,
    missing_to_approve,
    missing_to_propose,
    plan_transition_for,
    proposed_pathway,
    read_pathways,
    stage_after,
    transition_for,
)
from kessos_case.cases.rules.needs import SAID_WHEN_ASKED

CONTENT = tomllib.loads((Path(__file__).parents[2] / "config" / "policies" / "pathways.toml").read_text())
PATHWAYS = read_pathways(CONTENT)
TODAY = date(2028, 2, 29)
AUTHOR, APPROVER, HERE, THERE, PLAN, GOAL, STEP, ITEM = (UUID(int=number) for number in range(1, 9))
INSTRUMENTS = ("gse10", "household_skills", "social_functioning")


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def assessed(day: date, *instruments: str, flagged: str = "work") -> tuple[AssessmentFact, ...]:
    return tuple(AssessmentFact(name, day, frozenset({flagged})) for name in instruments or INSTRUMENTS)


WHOLE = PlanFact(
    id=PLAN,
    number=2,
    author_id=AUTHOR,
    state=PlanState.APPROVED,
    approver_id=APPROVER,
    client_agreed_on=TODAY,
    goals=(GoalFact(GOAL, "work", (StepFact(STEP, HERE, TODAY),)),),
)

# A case that lacks nothing, whatever is asked of it.
READY = CaseFacts(
    today=TODAY,
    actor_roles=frozenset({Role.CASEWORKER, Role.SUPERVISOR, Role.TRIAGE}),
    client_id=ITEM,
    category="PPKS-24",
    organisation_id=HERE,
    accepted_referral_id=ITEM,
    caseworker_id=AUTHOR,
    agreement="signed",
    assessments=assessed(TODAY),
    plan=WHOLE,
    conference_on=TODAY,
    completed_courses=1,
    safe_home=True,
    verified_outcome=True,
    confirmed_review_id=ITEM,
    confirmed_by=frozenset({AUTHOR, APPROVER}),
    open_items=(OpenItem("task", ITEM),),
    contact_attempts=3,
    contact_attempt_days=3,
    previous_stage=Stage.AFTERCARE,
    closed_on=TODAY,
)
OTHER_PATHWAY = {
    Pathway.INDEPENDENCE: Pathway.REUNIFICATION,
    Pathway.REUNIFICATION: Pathway.LONG_TERM_CARE,
    Pathway.LONG_TERM_CARE: Pathway.INDEPENDENCE,
}


def at(stage: Stage | None, pathway: Pathway = Pathway.INDEPENDENCE, **changes) -> CaseFacts:
    return replace(READY, stage=stage, pathway=pathway, **changes)


def full_ask(line, pathway) -> Ask:
    return Ask(
        reason=min(line.reasons, default="because"),
        until=TODAY,
        stage=Stage.INTAKE,
        pathway=OTHER_PATHWAY[pathway],
        organisation_id=THERE,
        settled=frozenset({("task", ITEM)}),
        goal_decisions={GOAL: "carry"},
    )


def codes(missing) -> list[str]:
    return [entry.code for entry in missing]


def lacks(verb: str, stage: Stage | None, pathway: Pathway = Pathway.INDEPENDENCE, ask=None, **changes):
    """What is missing when a case that is ready, but for the changes, is asked to move."""
    line = transition_for(verb)
    asked = replace(full_ask(line, pathway), **(ask or {}))
    return missing_for(line, at(stage, pathway, **changes), asked, PATHWAYS)


def lack(code: str, plan=None, ask=None, **facts):
    return code, plan or {}, ask or {}, facts


# How each need goes unmet, and what is said then.
UNMET = {
    "client": lack("client_missing", client_id=None),
    "category": lack("category_missing", category="PPKS-27"),
    "organisation": lack("organisation_missing", organisation_id=None),
    "pathway_choice": lack("reason_missing", category="PPKS-24", ask={"pathway": "long_term_care", "reason": " "}),
    "accepted_referral": lack("referral_missing", actor_roles=frozenset({Role.TRIAGE}), accepted_referral_id=None),
    "alive": lack("client_died", died_on=TODAY),
    "only_case": lack("case_open", open_case_id=ITEM),
    "caseworker": lack("caseworker_missing", caseworker_id=None),
    "agreement": lack("agreement_missing", agreement=None, lawful_ground=LawfulGround.EMERGENCY),
    "assessed": lack("assessment_missing", assessments=assessed(TODAY, "gse10")),
    "assessed_lately": lack("assessment_old", assessments=assessed(days_ago(91))),
    "approved_plan": lack("plan_not_approved", plan={"state": PlanState.PROPOSED}),
    "whole_plan": lack("domain_without_goal", plan={"goals": (GoalFact(GOAL, "health", state=GoalState.MET),)}),
    "another_approver": lack("approver_is_author", plan={"author_id": APPROVER}),
    "conference": lack("conference_missing", conference_on=None),
    "client_agreement": lack("client_agreement_missing", plan={"client_agreed_on": None}),
    "course": lack("course_missing", completed_courses=0),
    "safe_home": lack("safe_home_missing", safe_home=False),
    "verified_outcome": lack("outcome_unverified", verified_outcome=False),
    "verdict": lack("verdict_missing", confirmed_by=frozenset({APPROVER})),
    "earlier_stage": lack("stage_not_earlier", ask={"stage": Stage.AFTERCARE}),
    "running": lack("already_paused", is_paused=True),
    "resting": lack("not_paused", is_paused=False),
    "expected_end": lack("until_in_past", ask={"until": days_ago(1)}),
    "other_pathway": lack("pathway_missing", ask={"pathway": None}),
    "goals_decided": lack("goals_undecided", ask={"goal_decisions": {GOAL: "forget"}}),
    "receiving_organisation": lack("organisation_same", ask={"organisation_id": HERE}),
    "no_open_transfer": lack("transfer_open", transfer_open=True),
    "contact_attempts": lack("attempts_missing", contact_attempt_days=2, ask={"reason": CloseReason.LOST_CONTACT}),
    "settled_items": lack("open_items", ask={"settled": frozenset()}),
    "not_transferred": lack("case_transferred", close_reason=CloseReason.TRANSFERRED),
    "within_reopen_days": lack("reopen_too_late", closed_on=days_ago(31)),
    "known_stage": lack("previous_stage_missing", previous_stage=None),
}


def situation(line, stage, pathway, roles, *unmet):
    """A case that is ready for this line but for the needs that are unmet, and the full request."""
    facts = at(stage, pathway, actor_roles=roles, is_paused=line.verb is Verb.RESUME)
    ask = full_ask(line, pathway)
    for need in unmet:
        _, plan, asked, changes = UNMET[need]
        facts = replace(facts, plan=replace(facts.plan, **plan), **changes)
        ask = replace(ask, **asked)
    return facts, ask


ROLES = [frozenset({role}) for role in (Role.CASEWORKER, Role.SUPERVISOR, Role.TRIAGE, Role.TKSK)] + [frozenset()]


@pytest.mark.parametrize("line", TRANSITIONS, ids=lambda line: line.verb)
def test_a_verb_is_allowed_exactly_where_the_table_says(line):
    for stage, pathway, roles, need in product((None, *Stage), Pathway, ROLES, (None, *line.needs)):
        if stage in OPEN_STAGES and stage not in PATHWAYS.policies[pathway].stages:  # no case stands there
            continue
        facts, ask = situation(line, stage, pathway, roles, *[need] if need else [])
        right_place = stage in line.sources and pathway in line.pathways if line.sources else stage is None
        right_actor = bool(line.who & facts.actor_roles)
        found = codes(missing_for(line, facts, ask, PATHWAYS))
        assert (found == []) == (right_place and right_actor and need is None)
        if right_place and right_actor and need:
            assert set(found) == {UNMET[need][0]}
        fits = need not in ("running", "resting")
        offered = dict(allowed_verbs(facts, PATHWAYS))
        assert (line.verb in offered) == (right_place and right_actor and fits)


@pytest.mark.parametrize("line", TRANSITIONS, ids=lambda line: line.verb)
def test_everything_that_is_missing_is_said_at_once(line):
    hidden = {"assessed"} if "assessed_lately" in line.needs else {"pathway_choice"}  # behind another of the same thing
    needs = [need for need in line.needs if need not in hidden | {"accepted_referral"}]
    wrong = next(stage for stage in Stage if stage not in line.sources)
    pathway = next((pathway for pathway in Pathway if pathway not in line.pathways), Pathway.INDEPENDENCE)
    facts, ask = situation(line, wrong, pathway, frozenset(), *needs)
    if line.reasons and "contact_attempts" not in line.needs:
        ask = replace(ask, reason="because")
        needs_reason = {"reason_missing"}
    else:
        needs_reason = set()
    expected = {"wrong_state", "wrong_actor"} | {UNMET[need][0] for need in needs} | needs_reason
    expected |= set() if pathway in line.pathways else {"wrong_pathway"}
    assert set(codes(missing_for(line, facts, ask, PATHWAYS))) == expected


def test_every_need_of_the_table_is_known_and_every_known_one_is_needed():
    assert {need for line in TRANSITIONS for need in line.needs} == set(NEEDS) == set(UNMET)


def test_each_verb_has_one_line():
    assert [line.verb for line in TRANSITIONS] == list(dict.fromkeys(line.verb for line in TRANSITIONS))
    assert {line.verb for line in TRANSITIONS} == set(Verb)


def test_no_open_stage_is_a_dead_end_and_an_ended_case_only_reopens():
    for pathway, policy in PATHWAYS.policies.items():
        for stage in policy.stages:
            onward = {line.verb for line in TRANSITIONS if stage in line.sources and pathway in line.pathways}
            assert onward >= {Verb.CLOSE, Verb.CHANGE_PATHWAY, Verb.PAUSE, Verb.RESUME, Verb.TRANSFER}
    for stage in set(Stage) - OPEN_STAGES:
        assert {line.verb for line in TRANSITIONS if stage in line.sources} == {Verb.REOPEN}


@pytest.mark.parametrize("policy", PATHWAYS.policies.values(), ids=lambda policy: policy.pathway)
def test_the_stages_of_a_pathway_are_a_way_through_the_table(policy):
    steps = {
        (source, line.target) for line in TRANSITIONS if policy.pathway in line.pathways for source in line.sources
    }
    assert set(pairwise(policy.stages)) <= steps
    assert ((policy.stages[-1], Stage.GRADUATED) in steps) == (policy.pathway != Pathway.LONG_TERM_CARE)


def test_a_line_names_only_pathways_that_have_its_stages():
    for line in TRANSITIONS:
        for pathway in line.pathways:
            stages = {*PATHWAYS.policies[pathway].stages, Stage.GRADUATED, Stage.CLOSED}
            assert not line.sources or line.sources & stages
            assert line.target is None or line.target in stages


def test_work_is_never_the_end_of_care():
    stages = PATHWAYS.policies[Pathway.LONG_TERM_CARE].stages
    verbs = {verb for stage in stages for verb, _ in allowed_verbs(at(stage, Pathway.LONG_TERM_CARE), PATHWAYS)}
    assert not verbs & {Verb.START_TRAINING, Verb.START_PLACEMENT, Verb.START_AFTERCARE, Verb.GRADUATE}


# What is only said with the verb, and what is on record.


@pytest.mark.parametrize("line", [line for line in TRANSITIONS if line.reasons], ids=lambda line: line.verb)
def test_a_verb_with_reasons_takes_no_other_words(line):
    stage = min(line.sources)
    for reason in (None, "", "because", CloseReason.TRANSFERRED):
        (only,) = lacks(line.verb, stage, min(line.pathways), {"reason": reason})
        assert (only.code, only.field) == ("reason_missing", "reason")
        assert all(word in only.detail for word in line.reasons)


def test_other_is_a_reason_only_with_a_note():
    assert codes(lacks("pause", Stage.CARE, ask={"reason": "other", "note": " "})) == ["note_missing"]
    assert lacks("pause", Stage.CARE, ask={"reason": "other", "note": "hajj"}) == []


def test_a_button_does_not_ask_for_what_is_said_with_it():
    for stage, paused in product((None, *Stage), (False, True)):
        facts = at(stage, is_paused=paused, open_items=(), plan=replace(WHOLE, goals=()), assessments=())
        said = {entry.code for _, missing in allowed_verbs(facts, PATHWAYS) for entry in missing}
        assert not said & SAID_WHEN_ASKED


def test_a_button_names_what_is_missing_on_record():
    facts = at(Stage.PLANNING, plan=None, actor_roles=frozenset({Role.SUPERVISOR}))
    offered = dict(allowed_verbs(facts, PATHWAYS))
    assert codes(offered[Verb.START_TRAINING]) == ["plan_missing", "client_agreement_missing"]
    assert codes(offered[Verb.CLOSE]) == ["open_items"]
    assert set(offered) == {Verb.START_TRAINING, Verb.CHANGE_PATHWAY, Verb.TRANSFER, Verb.CLOSE}


def test_nothing_is_offered_to_a_stranger():
    for stage in (None, *Stage):
        assert allowed_verbs(at(stage, actor_roles=frozenset({Role.PARTNER})), PATHWAYS) == []


def test_an_error_says_only_what_there_is_to_say():
    (one,) = lacks("start_assessment", Stage.INTAKE, caseworker_id=None)
    assert one.as_error() == {"code": "caseworker_missing", "detail": "No caseworker is assigned."}


# Opening.


def test_the_proposed_pathway_needs_no_reason():
    for pathway in (None, Pathway.INDEPENDENCE):
        assert lacks("open", None, ask={"pathway": pathway, "reason": None}) == []


def test_another_pathway_than_the_proposed_one_needs_a_reason():
    (one,) = lacks("open", None, ask={"pathway": Pathway.LONG_TERM_CARE, "reason": None})
    assert (one.code, one.field) == ("reason_missing", "pathway_reason")


def test_a_caseworker_opens_a_case_without_a_referral():
    assert lacks("open", None, accepted_referral_id=None) == []


# Agreement and assessment.


def test_a_lawful_ground_with_its_reason_stands_for_an_agreement():
    ground = {"agreement": None, "lawful_ground": LawfulGround.GUARDIAN_ABSENT}
    assert lacks("start_assessment", Stage.INTAKE, has_ground_reason=True, **ground) == []
    assert codes(lacks("start_assessment", Stage.INTAKE, **ground)) == ["agreement_missing"]


def test_each_instrument_is_named_as_missing_or_old():
    known = assessed(days_ago(91), "household_skills") + assessed(days_ago(90), "social_functioning")
    missing = lacks("start_planning", Stage.ASSESSMENT, assessments=known)
    assert [entry.detail for entry in missing] == [
        "The instrument gse10 is missing.",
        "household_skills of 2027-11-30 is older than 90 days.",
    ]


def test_a_child_needs_no_instrument_about_work():
    known = assessed(TODAY, "social_functioning")
    assert lacks("start_planning", Stage.ASSESSMENT, Pathway.REUNIFICATION, assessments=known) == []


def test_the_newest_assessment_counts_wherever_it_stands():
    known = assessed(days_ago(1)) + assessed(days_ago(400), flagged="health")
    facts = at(Stage.ASSESSMENT, assessments=known)
    assert lacks("start_planning", Stage.ASSESSMENT, assessments=known) == []
    assert facts.flagged_domains() == {"work"}


def test_of_two_assessments_on_one_day_the_later_counts():
    facts = at(Stage.ASSESSMENT, assessments=assessed(TODAY, "gse10") + assessed(TODAY, "gse10", flagged="health"))
    assert facts.flagged_domains() == {"health"}


def test_an_assessment_of_tomorrow_does_not_count_today():
    tomorrow = assessed(days_ago(-1))
    assert codes(lacks("start_planning", Stage.ASSESSMENT, assessments=tomorrow)) == ["assessment_missing"] * 3


# Before any measure.


def test_the_way_round_by_a_change_of_pathway_does_not_skip_intake():
    bare = {"caseworker_id": None, "agreement": None, "assessments": ()}
    found = codes(lacks("start_care", Stage.PLANNING, Pathway.LONG_TERM_CARE, **bare))
    assert found == ["caseworker_missing", "agreement_missing", "assessment_missing"]


def test_without_a_plan_everything_about_it_is_missing():
    found = codes(lacks("start_training", Stage.PLANNING, plan=None, conference_on=None))
    assert found == ["plan_missing", "conference_missing", "client_agreement_missing"]


@pytest.mark.parametrize("state", set(PlanState) - {PlanState.APPROVED})
def test_only_an_approved_plan_starts_anything(state):
    found = codes(lacks("start_training", Stage.PLANNING, plan=replace(WHOLE, state=state)))
    assert found == ["plan_not_approved"]


def test_a_plan_that_nobody_approved_is_not_approved():
    found = codes(lacks("start_training", Stage.PLANNING, plan=replace(WHOLE, approver_id=None)))
    assert found == ["plan_not_approved"]


def test_the_approver_of_an_unknown_authors_plan_may_be_the_author():
    found = codes(lacks("start_training", Stage.PLANNING, plan=replace(WHOLE, author_id=None)))
    assert found == ["approver_is_author"]


def test_a_conference_that_is_only_planned_was_not_held():
    assert codes(lacks("start_training", Stage.PLANNING, conference_on=days_ago(-1))) == ["conference_missing"]


def test_a_domain_flagged_after_the_approval_wants_a_goal_too():
    later = READY.assessments + assessed(TODAY, "gse10", flagged="self_efficacy")
    (one,) = lacks("start_training", Stage.PLANNING, assessments=later)
    assert (one.code, one.id) == ("domain_without_goal", "self_efficacy")


# Training to aftercare.


def test_a_waiver_in_words_or_on_record_stands_for_a_course():
    none = {"completed_courses": 0}
    assert lacks("start_placement", Stage.TRAINING, ask={"waiver": "has a trade"}, **none) == []
    assert lacks("start_placement", Stage.TRAINING, course_waiver=True, **none) == []
    assert codes(lacks("start_placement", Stage.TRAINING, ask={"waiver": "  "}, **none)) == ["course_missing"]


def test_two_people_without_a_verdict_graduate_nobody():
    assert codes(lacks("graduate", Stage.AFTERCARE, confirmed_review_id=None)) == ["verdict_missing"]


@pytest.mark.parametrize(("stage", "code"), [(None, "stage_missing"), (Stage.PLACEMENT, "stage_not_earlier")])
def test_stepping_back_leads_to_an_earlier_stage(stage, code):
    assert codes(lacks("step_back", Stage.PLACEMENT, ask={"stage": stage})) == [code]


def test_stepping_back_does_not_leave_the_pathway():
    found = lacks("step_back", Stage.AFTERCARE, Pathway.REUNIFICATION, {"stage": Stage.TRAINING})
    assert codes(found) == ["stage_not_earlier"]


# Rest, change, hand-over, end.


@pytest.mark.parametrize("line", [line for line in TRANSITIONS if line.sources <= OPEN_STAGES], ids=lambda x: x.verb)
def test_a_paused_case_moves_on_only_by_resuming_closing_or_transfer(line):
    stage = min(line.sources, default=None)
    found = codes(lacks(line.verb, stage, min(line.pathways), is_paused=True))
    free = {Verb.RESUME: [], Verb.CLOSE: [], Verb.TRANSFER: [], Verb.OPEN: [], Verb.PAUSE: ["already_paused"]}
    assert found == free.get(line.verb, ["paused"])


def test_a_pause_left_on_an_ended_case_does_not_hinder_reopening():
    assert lacks("reopen", Stage.CLOSED, is_paused=True) == []


@pytest.mark.parametrize(
    ("until", "found"),
    [
        (None, ["until_missing"]),
        (days_ago(1), ["until_in_past"]),
        (TODAY, []),
        (days_ago(-180), []),
        (days_ago(-181), ["until_too_far"]),
        (date.max, ["until_too_far"]),
    ],
)
def test_a_pause_has_an_end_within_sight(until, found):
    assert codes(lacks("pause", Stage.TRAINING, ask={"until": until})) == found


def test_the_pathway_changes_to_another():
    assert codes(lacks("change_pathway", Stage.CARE, ask={"pathway": Pathway.INDEPENDENCE})) == ["pathway_same"]


def test_only_open_goals_are_carried_or_closed():
    met = replace(WHOLE, goals=(GoalFact(GOAL, "work", state=GoalState.MET), GoalFact(STEP, "health")))
    (one,) = lacks("change_pathway", Stage.TRAINING, plan=met)
    assert (one.code, one.kind, one.id) == ("goals_undecided", "goal", str(STEP))
    assert lacks("change_pathway", Stage.TRAINING, plan=met, ask={"goal_decisions": {STEP: "close"}}) == []


def test_a_case_is_offered_to_one_upt_at_a_time():
    assert codes(lacks("transfer", Stage.CARE, transfer_open=True)) == ["transfer_open"]
    assert codes(lacks("transfer", Stage.CARE, ask={"organisation_id": None})) == ["organisation_missing"]


def test_closing_names_each_open_item():
    items = (OpenItem("task", ITEM), OpenItem("referral", ITEM), OpenItem("enrolment", GOAL))
    missing = lacks("close", Stage.TRAINING, open_items=items)
    assert [(entry.code, entry.kind, entry.id) for entry in missing] == [
        ("open_items", "referral", str(ITEM)),
        ("open_items", "enrolment", str(GOAL)),
    ]


@pytest.mark.parametrize(("attempts", "days"), [(0, 0), (2, 2), (3, 2), (9, 1)])
def test_a_person_is_lost_only_after_three_attempts_on_three_days(attempts, days):
    tried = {"contact_attempts": attempts, "contact_attempt_days": days}
    lost = {"reason": CloseReason.LOST_CONTACT}
    assert codes(lacks("close", Stage.AFTERCARE, ask=lost, **tried)) == ["attempts_missing"]
    assert lacks("close", Stage.AFTERCARE, ask={"reason": CloseReason.MOVED}, **tried) == []


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.GRADUATED])
def test_an_ended_case_reopens_for_thirty_days(stage):
    assert lacks("reopen", stage, closed_on=days_ago(30)) == []
    assert codes(lacks("reopen", stage, closed_on=days_ago(31))) == ["reopen_too_late"]
    assert codes(lacks("reopen", stage, closed_on=None)) == ["reopen_too_late"]


def test_a_case_does_not_reopen_into_an_end():
    assert codes(lacks("reopen", Stage.CLOSED, previous_stage=Stage.GRADUATED)) == ["previous_stage_missing"]


def test_each_verb_leads_where_the_table_or_the_request_says():
    led = {
        line.verb: stage_after(line, at(Stage.CARE), Ask(stage=Stage.PLANNING))
        for line in TRANSITIONS
        if line.target is None
    }
    assert led == {
        Verb.STEP_BACK: Stage.PLANNING,
        Verb.REOPEN: Stage.AFTERCARE,
        Verb.PAUSE: Stage.CARE,
        Verb.RESUME: Stage.CARE,
        Verb.TRANSFER: Stage.CARE,
    }
    assert stage_after(transition_for("change_pathway"), at(Stage.CARE), Ask()) == Stage.PLANNING


def test_a_move_without_a_destination_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="step_back"):
        stage_after(transition_for("step_back"), at(Stage.PLACEMENT), Ask())


# Pathways.


def test_every_category_proposes_one_pathway():
    proposed = {number: proposed_pathway(PATHWAYS, f"PPKS-{number:02d}") for number in range(1, 27)}
    reunited = {number for number, pathway in proposed.items() if pathway == Pathway.REUNIFICATION}
    assert reunited == {1, 2, 3, 4, 5, 6, 7, 18, 20}
    assert {number for number, pathway in proposed.items() if pathway == Pathway.LONG_TERM_CARE} == {8}
    with pytest.raises(KeyError):
        proposed_pathway(PATHWAYS, "PPKS-27")


def test_earlier_stages_come_in_order():
    stages = earlier_stages(PATHWAYS, Pathway.INDEPENDENCE, Stage.TRAINING)
    assert stages == (Stage.INTAKE, Stage.ASSESSMENT, Stage.PLANNING)
    assert earlier_stages(PATHWAYS, Pathway.INDEPENDENCE, Stage.INTAKE) == ()
    assert earlier_stages(PATHWAYS, Pathway.INDEPENDENCE, Stage.CARE) == ()


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_care_is_reviewed_a_year_later_and_never_after(since, due):
    assert care_review_due(PATHWAYS, since) == due


def change(path: str, value) -> dict:
    """The policy's content with one value changed, or taken away."""
    content = deepcopy(CONTENT)
    *tables, name = path.split("/")
    place = content
    for table in tables:
        place = place[table]
    if value is None:
        del place[name]
    else:
        place[name] = value
    return content


BROKEN = [
    ("limits", None, "limits"),
    ("limits/assessment_days", None, "limits.assessment_days"),
    ("limits/reopen_days", 0, "limits.reopen_days"),
    ("limits/contact_days", True, "limits.contact_days"),
    ("limits/contact_days", "3", "limits.contact_days"),
    ("limits/reopen_weeks", 4, "limits: unknown key reopen_weeks"),
    ("unheard", 1, "unknown key unheard"),
    ("stages/closed", None, "stages.closed"),
    ("stages/closed", {"id": "Terminasi", "en": " "}, "stages.closed"),
    ("stages/waiting", {"id": "a", "en": "b"}, "stages: unknown key waiting"),
    ("pathways/independence", None, "pathways.independence"),
    ("pathways/work", {}, "pathways: unknown key work"),
    ("pathways/long_term_care/label", "Care", "pathways.long_term_care.label"),
    ("pathways/long_term_care/required_instruments", [], "pathways.long_term_care.required_instruments"),
    ("pathways/long_term_care/advised_instruments", None, "pathways.long_term_care.advised_instruments"),
    ("pathways/independence/advised_instruments", ["gse10"], "pathways.independence.advised_instruments"),
    ("pathways/independence/reassess_months", 0, "pathways.independence.reassess_months"),
    ("pathways/long_term_care/required_instruments", ["a", "a"], "pathways.long_term_care.required_instruments"),
    ("pathways/long_term_care/stages", ["intake", "planning", "care"], "pathways.long_term_care.stages"),
    ("pathways/long_term_care/stages", ["intake", "assessment", "planning"], "pathways.long_term_care.stages"),
    ("pathways/long_term_care/stages", ["intake", "assessment", "planning", "closed"], "closed is no open stage"),
    ("pathways/long_term_care/categories", ["PPKS-08", "PPKS-24"], "PPKS-24 must propose exactly one"),
    ("pathways/long_term_care/categories", ["PPKS-24"], "PPKS-08, PPKS-24"),
    ("pathways/long_term_care/categories", ["PPKS-08", "PPKS-27"], "PPKS-27"),
]


@pytest.mark.parametrize(("path", "value", "named"), BROKEN)
def test_a_broken_policy_names_the_key(path, value, named):
    with pytest.raises(ValueError, match=named):
        read_pathways(change(path, value))


# Plans.


def goal(domain="work", *, state=GoalState.OPEN, **step) -> GoalFact:
    return GoalFact(GOAL, domain, (StepFact(STEP, **{"organisation_id": HERE, "due_on": TODAY} | step),), state)


def test_a_whole_plan_lacks_nothing():
    assert missing_to_propose([goal()], {"work"}) == []


def test_every_flagged_domain_without_a_goal_is_named():
    missing = missing_to_propose([goal("work"), goal("skills", state=GoalState.DROPPED)], {"work", "skills", "health"})
    assert [entry.detail for entry in missing] == ["Domain health has no goal.", "Domain skills has no goal."]


def test_a_plan_without_a_goal_is_none():
    assert codes(missing_to_propose([], set())) == ["goal_missing"]


def test_a_step_names_each_thing_that_it_lacks():
    missing = missing_to_propose([goal(organisation_id=None, due_on=None)], set())
    assert [entry.detail for entry in missing] == [
        f"Step {STEP} has no responsible organisation.",
        f"Step {STEP} has no due date.",
    ]


@pytest.mark.parametrize(("step", "found"), [(StepState.DONE, []), (StepState.DROPPED, ["goal_without_step"])])
def test_a_goal_lives_by_the_steps_that_were_not_dropped(step, found):
    only = GoalFact(GOAL, "work", (StepFact(STEP, state=step),))
    assert codes(missing_to_propose([only], {"work"})) == found


def test_a_goal_that_was_met_covers_its_domain():
    assert missing_to_propose([GoalFact(GOAL, "work", state=GoalState.MET)], {"work"}) == []


@pytest.mark.parametrize(("author", "approver"), [(AUTHOR, AUTHOR), (None, APPROVER), (AUTHOR, None), (None, None)])
def test_approval_is_another_persons(author, approver):
    missing = missing_to_approve([goal()], {"work"}, author_id=author, approver_id=approver)
    assert codes(missing) == ["approver_is_author"]
    assert missing_to_approve([goal()], {"work"}, author_id=AUTHOR, approver_id=APPROVER) == []


@pytest.mark.parametrize("line", PLAN_TRANSITIONS, ids=lambda line: line.verb)
def test_a_plan_moves_exactly_where_its_table_says(line):
    for state, author, roles, whole in product(PlanState, (AUTHOR, APPROVER), ROLES, (True, False)):
        plan = replace(WHOLE, state=state, author_id=author, goals=WHOLE.goals if whole else ())
        actor = {
            "author": author == APPROVER,
            "another supervisor": author != APPROVER and Role.SUPERVISOR in roles,
            "program": False,
        }
        ready = whole or not line.whole
        missing = missing_for_plan(line, plan, {"work"}, actor_id=APPROVER, actor_roles=roles, comment="more detail")
        assert (missing == []) == (state in line.sources and actor[line.by] and ready)


def test_returning_a_plan_says_why():
    line = plan_transition_for("return")
    plan = replace(WHOLE, state=PlanState.PROPOSED)
    supervisor = frozenset({Role.SUPERVISOR})
    missing = missing_for_plan(line, plan, (), actor_id=APPROVER, actor_roles=supervisor, comment=" ")
    assert codes(missing) == ["comment_missing"]


def test_everything_that_an_approval_lacks_is_said_at_once():
    line = plan_transition_for("approve")
    missing = missing_for_plan(
        line, replace(WHOLE, goals=()), {"work"}, actor_id=AUTHOR, actor_roles=frozenset({Role.CASEWORKER})
    )
    assert codes(missing) == ["wrong_state", "wrong_actor", "approver_is_author", "goal_missing", "domain_without_goal"]


@pytest.mark.parametrize("moves", [GOAL_MOVES, STEP_MOVES, ASSESSMENT_MOVES])
def test_small_machines_know_every_state_and_never_stand_still(moves):
    assert set(moves) == set(type(next(iter(moves))))
    assert set().union(*moves.values()) <= set(moves)
    assert all(state not in onward for state, onward in moves.items())
