"""The criteria one by one with their borders, the verdict as a whole, what is a relapse, and the policy's own checks."""

import copy
import json
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kessos_case.core.months import month_range, parse_month
from kessos_case.core.policies import policy as policy_file
from kessos_case.graduation.rules import (
    CRITERIA,
    AfterGraduation,
    AidFact,
    AlertFact,
    CheckFact,
    DecileFact,
    EligibilityEnd,
    FunctioningFact,
    GoalFact,
    GraduationFacts,
    GraduationKind,
    HomeLook,
    IncomeStatement,
    PlacementFact,
    PovertyLineFact,
    RelapseKind,
    ReunificationFacts,
    ScoreFact,
    VisitFact,
    VoiceFact,
    WeightedFacts,
    answer_heard,
    evaluate,
    fingerprint,
    home_on,
    read_policy,
    relapse_by_aid,
    relapse_by_case,
    relapse_by_street,
    relapse_by_work,
    relapses_of,
)

POLICY = read_policy(policy_file("graduation").content)
TODAY = date(2026, 11, 24)
AUGUST, SEPTEMBER, OCTOBER = (parse_month(f"2026-{month}") for month in ("08", "09", "10"))
YEAR = month_range(parse_month("2025-11"), OCTOBER)
LINE = 585_020
ENOUGH = 4 * LINE * 3 // 2  # 1.5 lines for each of 4 people


def row(number):
    return UUID(int=number)


def earned(amount, first=AUGUST, last=OCTOBER, *, number=1, source="wage_slip", people=4, recorded_on=TODAY):
    return IncomeStatement(row(number), first, last, amount, source, people, recorded_on)


def check(period, on, *, still_active=True, method="visit"):
    return CheckFact(row(1000 + period), period, on, still_active, method)


def work(days, *, number=20, until=None, verified=True, periods=(30, 90, 180), method="visit", **stated):
    """A placement that began so many days ago, checked on time."""
    start = TODAY - timedelta(days=days)
    checks = tuple(check(period, start + timedelta(days=period), method=method) for period in periods)
    defaults = {"ended_on": until, "verified_on": start if verified else None, "method": "employer", "checks": checks}
    return PlacementFact(row(number), "job", start, **defaults | stated)


def aid(net=None, covered_from=YEAR[0]):
    net = net or {}
    return AidFact(net, {month: (row(300 + index),) for index, month in enumerate(net)}, covered_from)


WEIGHTED = WeightedFacts(
    certificate_ids=(row(60),),
    self_efficacy_first=ScoreFact(row(61), 20),
    self_efficacy_last=ScoreFact(row(62), 21),
    savings=2_000_000,
    spending=2_000_000,
    income_source_count=2,
    health_insurance=True,
    children_at_school=True,
    social_support=True,
    decile=DecileFact(row(63), 5, date(2026, 9, 1)),
    ids={"savings": (row(64), row(65))},
)
PARTS = {"needs_and_rights": (10, 10), "roles": (12, 10), "problem_solving": (11, 10)}
FACTS = GraduationFacts(
    as_of=TODAY,
    pathway="independence",
    statements=(earned(3 * ENOUGH), earned(ENOUGH, OCTOBER, number=2, source="visit")),
    poverty_lines={month: PovertyLineFact(LINE, "35", parse_month("2025-09")) for month in YEAR},
    placements=(work(200),),
    aid=aid(),
    plan_id=row(30),
    goals=(GoalFact(row(31), "met"), GoalFact(row(32), "dropped", drop_accepted=True)),
    functioning=FunctioningFact(row(40), TODAY - timedelta(days=90), PARTS),
    voice=VoiceFact(row(50), date(2026, 11, 1), agrees=True),
    weighted=WEIGHTED,
)
HOME = ReunificationFacts(
    safe_home_id=row(70),
    safe_home_on=date(2026, 8, 1),
    visits=tuple(VisitFact(row(70 + month), date(2026, month, 1), True, True, True) for month in (8, 9, 10)),
    guardian_consent_id=row(90),
)
CHILD = GraduationFacts(as_of=TODAY, pathway="reunification", reunification=HOME)


def facts(**changes):
    return replace(FACTS, **changes)


def child(**changes):
    return replace(CHILD, reunification=replace(HOME, **changes))


def found(code, of):
    return CRITERIA[code](of, POLICY)


def said(code, of):
    """What is missing, as it is told, with the way to it."""
    return [(entry.code, entry.detail, entry.way) for entry in found(code, of).missing]


def test_someone_who_meets_everything_has_graduated():
    verdict = evaluate(FACTS, POLICY)
    assert (verdict.is_met, verdict.is_success, verdict.kind) == (True, True, GraduationKind.EMPOWERED)
    assert (verdict.points, verdict.missing, verdict.unmet, verdict.unknown) == (100, (), (), ())


@pytest.mark.parametrize("pathway", ["independence", "reunification"])
def test_of_someone_of_whom_nothing_is_known_everything_is_unknown(pathway):
    verdict = evaluate(GraduationFacts(TODAY, pathway), POLICY)
    known = {"plan", "stability", "work_lasts"}  # no plan, no alert and no work on record are answers
    assert set(verdict.unknown) >= {criterion.code for criterion in verdict.criteria} - known
    assert not verdict.is_met and verdict.points == 0


# Income


def test_income_is_met_at_exactly_one_and_a_half_lines_and_not_a_rupiah_below():
    assert found("income", FACTS).is_met
    poorer = earned(ENOUGH - 1, OCTOBER, number=2, source="visit")
    assert said("income", facts(statements=(earned(3 * ENOUGH), poorer))) == [
        (
            "income_too_low",
            "income for 2026-10: 3510119 of 3510120 rupiah for 4 people",
            "Keep that income from the next month on; 2027-02-01 is the earliest day.",
        )
    ]


def test_half_a_rupiah_of_the_line_is_not_rounded_away():
    lines = dict.fromkeys(YEAR, PovertyLineFact(585_021, "35", YEAR[0]))
    for amount, is_met in ((877_532, True), (877_531, False)):
        stated = tuple(
            earned(3 * amount, number=n, source=kind, people=1) for n, kind in ((1, "visit"), (2, "employer"))
        )
        assert found("income", facts(statements=stated, poverty_lines=lines)).is_met is is_met


def test_every_month_without_a_statement_is_named():
    criterion = found("income", facts(statements=(earned(ENOUGH, SEPTEMBER, SEPTEMBER),)))
    assert [(entry.detail, entry.way) for entry in criterion.missing] == [
        ("income for 2026-08", "Record income for 2026-08."),
        ("income for 2026-10", "Record income for 2026-10."),
        (
            "2 kinds of evidence of income: 1 so far",
            "Record income by another kind of evidence: employer, visit, business_books.",
        ),
    ]
    assert criterion.is_unknown


def test_a_month_without_a_poverty_line_is_unknown():
    lines = {month: line for month, line in FACTS.poverty_lines.items() if month != AUGUST}
    assert said("income", facts(poverty_lines=lines)) == [
        ("poverty_line_unknown", "poverty line for 2026-08", "Load the poverty line for 2026-08.")
    ]


def test_two_kinds_of_evidence_are_needed_and_the_own_word_is_none():
    stated = (earned(3 * ENOUGH), earned(3 * ENOUGH, number=2), earned(3 * ENOUGH, number=3, source="self_report"))
    assert [code for code, _detail, _way in said("income", facts(statements=stated))] == ["evidence_kinds_missing"]


def test_statements_of_one_month_are_never_added():
    halves = tuple(
        earned(3 * ENOUGH // 2, number=n, source=kind) for n, kind in ((1, "wage_slip"), (2, "business_books"))
    )
    assert len(found("income", facts(statements=halves)).missing) == 3


def test_where_statements_contradict_the_lowest_counts_and_both_are_shown():
    low = earned(1_000_000, OCTOBER, number=2, source="visit")
    criterion = found("income", facts(statements=(earned(3 * ENOUGH), low)))
    assert criterion.value["months"][2] == {
        "month": "2026-10",
        "income": 1_000_000,
        "people": 4,
        "stated_per_head": [250_000, 877_530],
        "poverty_line": LINE,
        "region_code": "35",
        "income_needed": ENOUGH,
    }
    assert criterion.notes == ("statements_contradict",)
    assert not criterion.is_met


def test_the_lowest_is_the_lowest_per_head():
    shared = earned(ENOUGH + 1, OCTOBER, number=2, source="visit", people=5)
    assert found("income", facts(statements=(earned(3 * ENOUGH), shared))).value["months"][2]["people"] == 5


@pytest.mark.parametrize(
    ("first", "last", "recorded_on", "is_used"),
    [
        ("2026-08", "2026-10", date(2026, 11, 1), True),
        ("2026-08", "2026-10", date(2026, 11, 25), False),  # after today
        ("2026-08", "2026-08", date(2026, 7, 31), False),  # of a month to come
        ("2026-07", "2026-10", date(2026, 10, 31), False),  # four months long
        ("2026-08", "2026-10", date(2026, 10, 1), True),
    ],
)
def test_a_statement_is_used_when_it_is_of_at_most_three_months_gone_by(first, last, recorded_on, is_used):
    stated = earned(9 * ENOUGH, parse_month(first), parse_month(last), recorded_on=recorded_on)
    assert bool(found("income", facts(statements=(stated,))).value["evidence_kinds"]) is is_used


def test_an_income_is_of_at_least_one_month_and_one_person():
    with pytest.raises(ValueError, match=r"2026-10\.\.2026-08 holds no month"):
        earned(1, OCTOBER, AUGUST)
    with pytest.raises(ValueError, match="at least one person"):
        earned(1, people=0)


# Work


def test_work_lasts_from_the_hundred_and_eightieth_day_on():
    assert found("work_lasts", facts(placements=(work(180),))).is_met
    assert said("work_lasts", facts(placements=(work(179, periods=(30, 90)),))) == [
        ("work_too_short", "180 days of work: 179 so far", "Wait until 2026-11-25."),
        (
            "check_missing",
            f"the 180-day check of placement {row(20)}",
            f"Do the 180-day check of placement {row(20)} on 2026-11-25.",
        ),
    ]


def test_a_check_that_was_left_out_is_named():
    criterion = found("work_lasts", facts(placements=(work(200, periods=(30, 180)),)))
    assert [entry.way for entry in criterion.missing] == [f"Do the 90-day check of placement {row(20)}."]
    assert criterion.is_unknown


@pytest.mark.parametrize("period", [90, 365])
def test_a_check_that_found_no_work_any_more_counts_against(period):
    place = work(400)
    gone = check(period, TODAY, still_active=False)
    criterion = found("work_lasts", facts(placements=(replace(place, checks=(*place.checks, gone)),)))
    assert [(entry.code, entry.detail) for entry in criterion.missing] == [
        ("check_failed", f"work at the {period}-day check of placement {row(20)}")
    ]
    assert not criterion.is_unknown


@pytest.mark.parametrize("method", ["employer", "visit", "wage_slip"])
def test_one_check_must_be_confirmed_by_someone_else(method):
    place = work(200, method="phone")
    assert said("work_lasts", facts(placements=(place,))) == [
        (
            "confirmation_missing",
            "a check confirmed by employer or visit or wage_slip",
            f"Confirm a check of placement {row(20)} by employer or visit or wage_slip.",
        )
    ]
    seen = replace(place.checks[0], method=method)
    assert found("work_lasts", facts(placements=(replace(place, checks=(seen, *place.checks[1:])),))).is_met


def test_a_proposed_placement_is_no_work():
    wanted = f"a verified placement or business that goes on on {TODAY}"
    proposed = facts(placements=(work(200, verified=False),))
    assert said("work_lasts", proposed) == [("work_missing", wanted, f"Verify placement {row(20)}.")]
    assert said("work_lasts", facts(placements=())) == [
        ("work_missing", wanted, "Find work, and verify the placement.")
    ]


def test_who_lost_the_work_today_has_none():
    assert found("work_lasts", facts(placements=(work(200, until=TODAY),))).value["days"] == 0
    assert found("work_lasts", facts(placements=(work(200, until=TODAY + timedelta(days=1)),))).is_met


def chain(gap):
    """A first placement of 100 days, a gap, and the present one; 220 days together with a gap of 30."""
    second = work(90, number=21, periods=(30, 90))
    first_end = second.starts_on - timedelta(days=gap)
    start = first_end - timedelta(days=100)
    checks = tuple(check(period, start + timedelta(days=period)) for period in (30, 90))
    return PlacementFact(row(20), "job", start, first_end, start, "employer", checks), second


def test_a_gap_of_thirty_days_keeps_the_chain_and_one_more_breaks_it():
    joined, broken = (found("work_lasts", facts(placements=chain(gap))) for gap in (30, 31))
    assert (joined.is_met, joined.value["days"], joined.value["placements"]) == (True, 220, 2)
    assert (broken.is_met, broken.value["days"], broken.value["placements"]) == (False, 90, 1)


def test_a_check_in_the_second_placement_stands_for_the_days_of_the_whole_chain():
    first, second = chain(30)
    early = replace(second, checks=second.checks[:1])
    assert said("work_lasts", facts(placements=(first, early))) == [
        (
            "check_missing",
            f"the 180-day check of placement {row(21)}",
            f"Do the 180-day check of placement {row(21)}.",
        )
    ]


@pytest.mark.parametrize("to_come", ["verified_on", "starts_on"])
def test_work_that_is_still_to_come_is_no_work(to_come):
    place = replace(work(200), **{to_come: TODAY + timedelta(days=1)})
    assert found("work_lasts", facts(placements=(place,))).value["placements"] == 0


def test_a_check_that_is_still_to_come_is_no_check():
    place = work(200)
    later = replace(place, checks=tuple(replace(check, on=TODAY + timedelta(days=1)) for check in place.checks))
    assert len(found("work_lasts", facts(placements=(later,))).missing) == 4


# Aid


def test_aid_for_one_of_the_last_six_months_is_not_off_aid():
    assert said("off_aid", facts(aid=aid({parse_month("2026-05"): 1}))) == [
        (
            "aid_received",
            "months without consumption aid: there was some for 2026-05",
            "Stay without consumption aid; 2026-12-01 is the earliest day.",
        )
    ]
    assert found("off_aid", facts(aid=aid({parse_month("2026-04"): 1}))).is_met


def test_aid_for_the_running_month_is_not_closed_yet():
    assert found("off_aid", facts(aid=aid({parse_month("2026-11"): 1}))).is_met


def test_a_month_that_was_taken_back_is_a_month_without_aid():
    criterion = found("off_aid", facts(aid=aid({OCTOBER: 0, SEPTEMBER: -200_000})))
    assert (criterion.is_met, criterion.value["aid"]) == (True, 0)


def test_the_way_out_of_aid_begins_with_its_last_month():
    ways = [way for _code, _detail, way in said("off_aid", facts(aid=aid({AUGUST: 1, OCTOBER: 1})))]
    assert ways == ["Stay without consumption aid; 2027-05-01 is the earliest day."]


def test_a_loss_of_the_business_is_no_aid():
    assert found("off_aid", facts(statements=(earned(-ENOUGH),))).is_met


def test_who_works_and_still_gets_aid_is_shown_as_such():
    assert found("off_aid", facts(aid=aid({OCTOBER: 1}))).notes == ("working_still_aided",)
    assert found("off_aid", facts(aid=aid({OCTOBER: 1}), placements=())).notes == ()
    assert "working_still_aided" in evaluate(facts(aid=aid({OCTOBER: 1})), POLICY).notes


def share_of(received, months=YEAR):
    stated = tuple(
        earned(900_000, month, month, number=index, recorded_on=date(month // 12, month % 12 + 1, 28))
        for index, month in enumerate(months)
    )
    return facts(statements=stated, aid=aid({YEAR[0]: received}))


def test_an_aid_share_of_exactly_ten_percent_is_little_enough():
    assert found("off_aid", share_of(1_200_000)).is_met
    assert said("off_aid", share_of(1_200_001)) == [
        (
            "aid_share_too_high",
            "aid at most 10 % of aid and income: 1200001 of 12000001 rupiah",
            "Wait until 2026-12-01, when the aid is 12 months past.",
        )
    ]


def test_an_unknown_income_leaves_the_share_unknown():
    criterion = found("off_aid", share_of(1_200_000, YEAR[:-1]))
    assert [(entry.code, entry.detail, entry.way) for entry in criterion.missing] == [
        ("aid_share_unknown", "income for 2026-10, beside the aid", "Record income for 2026-10.")
    ]
    assert criterion.is_unknown


@pytest.mark.parametrize(
    ("month", "way"),
    [
        (AUGUST, "Record income for 2026-08."),
        (AUGUST - 1, "Wait until 2026-12-01, when the aid is 12 months past."),
    ],
)
def test_an_income_can_be_recorded_three_months_back_and_no_further(month, way):
    without = [each for each in YEAR if each != month]
    assert [entry.way for entry in found("off_aid", share_of(1_200_000, without)).missing] == [way]


def test_a_statement_that_came_too_late_leaves_its_month_unknown():
    late = earned(900_000, YEAR[0], YEAR[0], number=99, recorded_on=date(2026, 3, 1))
    of = share_of(1_200_000, YEAR[1:])
    assert found("off_aid", replace(of, statements=(*of.statements, late))).value["months_without_income"] == [
        "2025-11"
    ]
    on_time = replace(late, recorded_on=date(2026, 2, 28))
    assert found("off_aid", replace(of, statements=(*of.statements, on_time))).is_met


def test_where_statements_contradict_the_share_is_of_the_lowest():
    of = share_of(1_200_000)
    low = earned(899_999, OCTOBER, OCTOBER, number=99, source="visit")
    assert not found("off_aid", replace(of, statements=(*of.statements, low))).is_met


def test_an_income_too_old_to_be_recorded_can_only_be_waited_for():
    ways = [way for _code, _detail, way in said("off_aid", share_of(1_200_000, YEAR[1:]))]
    assert ways == ["Wait until 2026-12-01, when the aid is 12 months past."]


def test_a_share_that_is_small_without_the_unknown_income_is_small_enough():
    assert found("off_aid", share_of(1_100_000, YEAR[:-1])).is_met


def test_where_the_ledger_is_dark_nobody_is_off_aid():
    assert said("off_aid", facts(aid=None)) == [("aid_unknown", "the aid ledger", "Import the aid ledger.")]
    criterion = found("off_aid", facts(aid=aid(covered_from=YEAR[2])))
    assert [entry.detail for entry in criterion.missing] == ["the aid ledger for 2025-11, 2025-12"]
    assert criterion.is_unknown


def test_the_lines_of_the_ledger_are_the_evidence():
    assert found("off_aid", facts(aid=aid({OCTOBER: 1}))).evidence[0] == ("disbursement", str(row(300)))


# Plan, functioning, stability, own voice


def test_a_goal_that_is_open_or_dropped_without_a_supervisor_is_named():
    goals = (GoalFact(row(31), "open"), GoalFact(row(32), "dropped"), GoalFact(row(33), "met"))
    assert said("plan", facts(goals=goals)) == [
        ("goal_open", f"goal {row(31)}", f"Meet goal {row(31)}, or drop it with a reason."),
        (
            "drop_not_accepted",
            f"a supervisor's word on dropped goal {row(32)}",
            f"Ask a supervisor to accept why goal {row(32)} was dropped.",
        ),
    ]
    assert found("plan", facts(goals=goals)).value == {"goals": 3, "settled": 1}


@pytest.mark.parametrize("nothing", [{"plan_id": None}, {"goals": ()}])
def test_no_plan_is_no_plan_fulfilled(nothing):
    assert said("plan", facts(**nothing)) == [("plan_missing", "an approved plan with goals", "Have a plan approved.")]


def assessed(days=0, **parts):
    return facts(functioning=FunctioningFact(row(40), TODAY - timedelta(days=days), PARTS | parts))


def test_an_assessment_of_ninety_days_is_fresh_and_one_of_ninety_one_is_not():
    assert found("functioning", assessed(90)).is_met
    assert said("functioning", assessed(91)) == [
        (
            "functioning_too_old",
            "an assessment of social functioning of the last 90 days: this one is 91 days old",
            "Assess social functioning again.",
        )
    ]


def test_each_part_of_functioning_must_reach_its_threshold():
    assert said("functioning", assessed(roles=(9, 10))) == [
        ("part_below_threshold", "roles: 9 of 10", "Work on roles, then assess again.")
    ]


def test_a_part_that_was_not_assessed_is_unknown():
    partly = facts(functioning=FunctioningFact(row(40), TODAY, {"roles": (10, 10), "problem_solving": (10, 10)}))
    assert said("functioning", partly) == [
        ("part_unknown", "needs_and_rights in the assessment", "Assess needs_and_rights.")
    ]


@pytest.mark.parametrize("functioning", [None, FunctioningFact(row(40), TODAY + timedelta(days=1), PARTS)])
def test_without_an_assessment_functioning_is_unknown(functioning):
    criterion = found("functioning", facts(functioning=functioning))
    assert [entry.way for entry in criterion.missing] == ["Complete an assessment of social functioning."]
    assert criterion.is_unknown


def test_an_open_grave_alert_stops_the_gate():
    alert = AlertFact(row(45), "violence", "high", until=TODAY)
    assert said("stability", facts(alerts=(alert,))) == [
        ("alert_open", f"an end of alert {row(45)} (violence)", f"Settle alert {row(45)}.")
    ]
    assert not found("stability", facts(alerts=(replace(alert, until=None),))).is_met
    assert found("stability", facts(alerts=(replace(alert, until=TODAY - timedelta(days=1)),))).is_met
    assert found("stability", facts(alerts=(replace(alert, severity="low"),))).is_met


@pytest.mark.parametrize(
    ("voice", "missing"),
    [
        (None, [("not_asked", "the person's own voice", "Ask the person, and record the answer.")]),
        ({"agrees": None}, [("answer_unknown", "the person's answer", "Record the person's answer.")]),
        ({"agrees": False}, [("why_not_unknown", "why the person does not agree", "Record the reason.")]),
        ({"agrees": False, "has_reason": True}, []),
        ({"agrees": True}, []),
    ],
)
def test_the_person_was_asked_and_agrees_or_says_why_not(voice, missing):
    asked = voice and VoiceFact(row(50), TODAY, **voice)
    assert said("own_voice", facts(voice=asked)) == missing


def test_a_reasoned_no_is_noted():
    voice = VoiceFact(row(50), TODAY, agrees=False, has_reason=True)
    assert evaluate(facts(voice=voice), POLICY).notes == ("does_not_agree",)


# Reunification


def test_a_child_back_in_a_safe_home_is_reunified_without_points():
    verdict = evaluate(CHILD, POLICY)
    assert (verdict.is_success, verdict.kind, verdict.lines) == (True, GraduationKind.REUNIFIED, ())


@pytest.mark.parametrize(
    ("code", "changes", "missing"),
    [
        (
            "safe_home",
            {"safe_home_id": None},
            [("safe_home_unknown", "a home assessed as safe", "Assess the home.")],
        ),
        (
            "visits_passed",
            {"visits": HOME.visits[:2]},
            [("visits_missing", "3 visits passed: 2 so far", "Visit until 3 visits have passed.")],
        ),
        (
            "visits_passed",
            {"visits": (*HOME.visits, VisitFact(row(99), TODAY, passed=False))},
            [
                (
                    "visit_failed",
                    "a visit passed after the one of 2026-11-24",
                    "Mend what the visit found, and visit again.",
                )
            ],
        ),
        (
            "school",
            {"visits": ()},
            [
                (
                    "school_unknown",
                    "school or day care attended",
                    "See at the next visit: school or day care attended.",
                )
            ],
        ),
        (
            "treatment",
            {"visits": (*HOME.visits, VisitFact(row(99), TODAY, True, treatment=False))},
            [
                (
                    "treatment_no",
                    "treatment adhered to: not so on 2026-11-24",
                    "Help with it, and visit again: treatment adhered to.",
                )
            ],
        ),
        (
            "guardian_consent",
            {"guardian_consent_id": None},
            [("consent_unknown", "the guardian's consent", "Ask the guardian, and record the consent.")],
        ),
    ],
)
def test_each_criterion_of_reunification_names_what_is_missing(code, changes, missing):
    assert said(code, child(**changes)) == missing
    assert not evaluate(child(**changes), POLICY).is_met


def test_a_home_that_will_be_assessed_is_not_assessed_yet():
    assert found("safe_home", child(safe_home_on=TODAY)).is_met
    assert not found("safe_home", child(safe_home_on=TODAY + timedelta(days=1))).is_met


def test_a_visit_that_is_still_to_come_has_not_passed():
    to_come = VisitFact(row(99), TODAY + timedelta(days=1), passed=True)
    assert found("visits_passed", child(visits=(*HOME.visits[:2], to_come))).value == {"passed": 2, "visits": 2}


def test_a_visit_that_does_not_say_leaves_the_last_answer():
    silent = VisitFact(row(99), TODAY, passed=True)
    assert found("school", child(visits=(*HOME.visits, silent))).is_met


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("school", {"school_applies": False, "visits": ()}),
        ("treatment", {"treatment_applies": False, "visits": ()}),
        ("guardian_consent", {"guardian_applies": False, "guardian_consent_id": None}),
    ],
)
def test_what_does_not_apply_is_not_asked_and_said_so(code, changes):
    criterion = found(code, child(**changes))
    assert (criterion.is_met, criterion.notes) == (True, ("does_not_apply",))


# Points


def test_of_two_visits_of_one_day_the_failed_one_holds_whichever_was_written_first():
    good, bad = (
        VisitFact(row(number), date(2026, 10, 20), number != 5, number != 5, number != 5) for number in (80, 5)
    )
    for visits in ((good, bad), (replace(bad, id=row(99)), good)):
        of = child(visits=(*HOME.visits, *visits))
        assert [code for code, _detail, _way in said("visits_passed", of)] == ["visit_failed"]
        assert [code for code, _detail, _way in said("school", of)] == ["school_no"]


def test_two_visits_of_one_day_that_say_the_same_are_both_evidence():
    twice = tuple(VisitFact(row(number), date(2026, 10, 20), True, True, True) for number in (80, 81))
    assert len(found("school", child(visits=(*HOME.visits, *twice))).evidence) == 2


@pytest.mark.parametrize("number", [1, 9999])
def test_of_two_checks_of_one_day_the_one_that_found_no_work_holds(number):
    ended = work(200, until=TODAY - timedelta(days=110), periods=())
    goes_on = work(100, number=21, periods=(30,))
    # In the later place the check of 30 days stands for those of 90 that have passed since the spell began.
    lost = CheckFact(row(number), 90, goes_on.checks[0].on, False, "visit")
    of = facts(placements=(replace(ended, checks=(check(30, TODAY - timedelta(days=170)), lost)), goes_on))
    assert "check_failed" in [code for code, _detail, _way in said("work_lasts", of)]


def test_a_check_that_was_confirmed_once_stays_so_when_a_later_one_stands_for_the_same_days():
    first = work(300, until=TODAY - timedelta(days=250), periods=(30,), method="self_report")
    then = work(240, number=21, periods=())
    checks = [(30, 180, "visit"), (90, 120, "self_report"), (180, 30, "self_report")]
    made = tuple(
        CheckFact(row(2000 + period), period, TODAY - timedelta(days=ago), True, method)
        for period, ago, method in checks
    )
    assert found("work_lasts", facts(placements=(first, replace(then, checks=made)))).value["confirmed_by"] == ["visit"]


@pytest.mark.parametrize("late", [1, 99])
def test_two_places_that_begin_on_one_day_are_both_the_first(late):
    regular, other = work(200), work(200, number=late, periods=())
    of = facts(placements=(regular, replace(other, checks=(check(30, TODAY - timedelta(days=1)),))))
    assert found("work_lasts", of).value["checks"] == [30, 90, 180]
    assert said("work_lasts", facts(placements=(replace(other, checks=of.placements[1].checks),)))


def weighed(**changes):
    return evaluate(facts(weighted=replace(WEIGHTED, **changes)), POLICY)


# Each line: what is one short of it, and what is unknown.
SHORT = {
    "skills_certificate": {"certificate_ids": ()},
    "self_efficacy": {"self_efficacy_last": ScoreFact(row(62), 20)},
    "savings": {"savings": 1_999_999},
    "income_sources": {"income_source_count": 1},
    "health_insurance": {"health_insurance": False},
    "children_at_school": {"children_at_school": False},
    "social_support": {"social_support": False},
    "decile": {"decile": DecileFact(row(63), 4, TODAY)},
}


@pytest.mark.parametrize("code", SHORT)
def test_a_line_that_falls_short_gives_no_points(code):
    verdict = weighed(**SHORT[code])
    assert verdict.points == 100 - POLICY.weighted[code]
    assert verdict.unknown == ()


@pytest.mark.parametrize("code", SHORT)
def test_an_unknown_line_gives_no_points_and_is_named(code):
    verdict = weighed(**dict.fromkeys(SHORT[code]))
    assert verdict.points == 100 - POLICY.weighted[code]
    assert verdict.unknown == (code,)


def test_one_test_of_self_efficacy_shows_no_gain():
    assert weighed(self_efficacy_last=WEIGHTED.self_efficacy_first).unknown == ("self_efficacy",)


def test_savings_without_known_spending_are_unknown():
    assert weighed(spending=None).unknown == weighed(spending=0).unknown == ("savings",)


def test_sixty_points_are_enough_and_fewer_name_the_shortest_way():
    forty_less = SHORT["skills_certificate"] | SHORT["savings"] | SHORT["income_sources"]
    assert (weighed(**forty_less).points, weighed(**forty_less).is_met) == (60, True)
    verdict = weighed(**forty_less | SHORT["social_support"])
    assert [(entry.code, entry.detail, entry.way) for entry in verdict.missing] == [
        ("points_missing", "60 points: 50 so far", "Reach skills_certificate (15).")
    ]
    assert not verdict.is_met


def test_the_shortest_way_names_as_many_lines_as_it_takes():
    (missing,) = evaluate(facts(weighted=WeightedFacts(decile=WEIGHTED.decile)), POLICY).missing
    assert missing.way == "Reach skills_certificate (15), self_efficacy (15), savings (15)."


@pytest.mark.parametrize(("savings", "is_unknown"), [(None, True), (0, False)])
def test_points_are_unknown_while_what_is_unknown_could_make_them_up(savings, is_unknown):
    thirty_points = SHORT["skills_certificate"] | SHORT["decile"] | SHORT["income_sources"]
    (missing,) = weighed(**thirty_points, self_efficacy_last=None, savings=savings).missing
    assert missing.detail == "60 points: 30 so far"
    assert missing.is_unknown is is_unknown


# The verdict


def test_an_end_of_eligibility_is_natural_and_no_success():
    end = EligibilityEnd(row(80), TODAY, "left_school")
    verdict = evaluate(facts(placements=(), eligibility_end=end), POLICY)
    assert (verdict.kind, verdict.is_met, verdict.is_success) == (GraduationKind.NATURAL, False, False)
    assert ("eligibility_end", str(row(80))) in verdict.evidence
    to_come = replace(end, on=TODAY + timedelta(days=1))
    assert evaluate(facts(placements=(), eligibility_end=to_come), POLICY).kind is GraduationKind.EMPOWERED


def test_who_meets_everything_is_empowered_though_eligibility_ended():
    verdict = evaluate(facts(eligibility_end=EligibilityEnd(row(80), TODAY, "left_school")), POLICY)
    assert (verdict.kind, verdict.is_success) == (GraduationKind.EMPOWERED, True)


def test_long_term_care_is_outside_graduation():
    verdict = evaluate(facts(pathway="long_term_care"), POLICY)
    assert (verdict.kind, verdict.is_met, verdict.criteria, verdict.lines) == (None, False, (), ())
    assert [entry.code for entry in verdict.missing] == ["outside_graduation"]
    assert [entry.code for entry in verdict.unmet] == ["criteria_unmet"]


def test_a_refusal_names_each_unmet_criterion_once():
    verdict = evaluate(facts(statements=(), voice=None, weighted=WeightedFacts()), POLICY)
    assert [entry.detail.split(":")[0] for entry in verdict.unmet] == ["income", "own_voice", "points"]
    assert verdict.unmet[0].detail.startswith("income: income for 2026-08; income for 2026-09; ")
    assert verdict.unmet[0].way.startswith("Record income for 2026-08. Record income for 2026-09. ")


def test_a_verdict_is_plain_json_that_names_policy_facts_and_evidence():
    verdict = evaluate(facts(statements=()), POLICY)
    written = json.loads(json.dumps(verdict.as_json()))
    assert written == verdict.as_json()
    assert (written["policy_version"], written["as_of"], written["kind"]) == (1, "2026-11-24", "empowered")
    assert written["fingerprint"] == fingerprint(facts(statements=()))
    assert {"kind": "placement", "id": str(row(20))} in written["evidence"]
    assert written["missing"][0] == {
        "code": "income_unknown",
        "detail": "income for 2026-08",
        "way": "Record income for 2026-08.",
        "is_unknown": True,
    }
    assert [line["on"] for line in written["lines"] if line["code"] == "decile"] == ["2026-09-01"]


AMOUNTS = st.integers(ENOUGH - 2, ENOUGH + 1)
AID = st.dictionaries(st.sampled_from(YEAR), st.integers(-200_000, 400_000), max_size=4)
STATEMENTS = st.lists(st.tuples(st.sampled_from(YEAR), AMOUNTS), max_size=6)


def stated_of(drawn):
    """The two statements of who meets everything, and others beside them."""
    more = [
        earned(amount, month, month, number=100 + index, source="employer", recorded_on=date(month // 12, month % 12 + 1, 28))
        for index, (month, amount) in enumerate(drawn)
    ]  # fmt: skip
    return (*FACTS.statements, *more)


@settings(max_examples=40)
@given(AID, STATEMENTS, st.sampled_from(YEAR), st.integers(0, 10**7))
def test_more_aid_never_turns_an_unmet_verdict_into_a_met_one(net, drawn, month, more):
    before = facts(aid=aid(net), statements=stated_of(drawn))
    after = replace(before, aid=aid(net | {month: net.get(month, 0) + more}))
    assert evaluate(before, POLICY).is_met or not evaluate(after, POLICY).is_met


@settings(max_examples=40)
@given(AID, STATEMENTS, st.data(), st.integers(0, 3))
def test_less_income_never_turns_an_unmet_verdict_into_a_met_one(net, drawn, data, less):
    stated = stated_of(drawn)
    before = facts(aid=aid(net), statements=stated)
    poorer = data.draw(st.sampled_from(stated))
    after = replace(
        before,
        statements=tuple(replace(each, amount=each.amount - less) if each is poorer else each for each in stated),
    )
    assert evaluate(before, POLICY).is_met or not evaluate(after, POLICY).is_met


@settings(max_examples=40)
@given(AID, STATEMENTS, st.sampled_from([AUGUST, SEPTEMBER, OCTOBER]))
def test_a_month_without_any_statement_never_helps(net, drawn, month):
    stated = tuple(each for each in stated_of(drawn) if not each.covers(month))
    assert not evaluate(facts(aid=aid(net), statements=stated), POLICY).is_met


@settings(max_examples=40)
@given(
    st.permutations(FACTS.statements), st.permutations(FACTS.goals), st.permutations(list(FACTS.poverty_lines.items()))
)
def test_the_order_of_the_facts_changes_neither_fingerprint_nor_verdict(statements, goals, lines):
    mixed = facts(statements=tuple(statements), goals=tuple(goals), poverty_lines=dict(lines))
    assert fingerprint(mixed) == fingerprint(FACTS)
    assert evaluate(mixed, POLICY).as_json() == evaluate(FACTS, POLICY).as_json()


FULL = facts(
    statements=(earned(1), earned(1, SEPTEMBER, number=2)),
    alerts=(AlertFact(row(45), "violence", "low", TODAY),),
    eligibility_end=EligibilityEnd(row(80), TODAY, "left_school"),
    aid=aid({OCTOBER: 1}),
    placements=(work(200, until=TODAY),),
    reunification=HOME,
)


def other(value):
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, date):
        return value + timedelta(days=1)
    return row(9999) if isinstance(value, UUID) else f"{value}x"


def changed(value):
    """Every value that differs from this one in exactly one leaf."""
    if is_dataclass(value):
        for field in fields(value):
            for new in changed(getattr(value, field.name)):
                yield replace(value, **{field.name: new})
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from (value | {key: new} for new in changed(each))
            yield {name: kept for name, kept in value.items() if name != key}
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from ((*value[:index], new, *value[index + 1 :]) for new in changed(each))
            if is_dataclass(each) or isinstance(each, UUID):
                yield value[:index] + value[index + 1 :]
    else:
        yield other(value)


def test_the_fingerprint_differs_whenever_any_fact_differs():
    versions = [FULL, *changed(FULL)]
    assert len({fingerprint(version) for version in versions}) == len(versions) > 150


# Relapse

GRADUATED = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("months", "is_relapse"),
    [
        (["2026-02", "2026-03"], True),
        (["2026-02", "2026-04"], True),
        (["2026-02", "2026-05"], False),
        (["2026-02"], False),
        (["2026-01", "2026-02"], False),  # the month of graduation is not after it
        (["2026-10", "2026-11"], True),
        (["2026-11", "2026-12"], False),  # not yet
    ],
)
def test_aid_for_two_of_three_consecutive_months_is_a_relapse(months, is_relapse):
    net = {parse_month(month): 200_000 for month in months}
    assert (relapse_by_aid(net, GRADUATED, TODAY, POLICY.relapse) is RelapseKind.AID) is is_relapse


def test_a_month_taken_back_is_no_month_of_aid():
    net = {parse_month("2026-02"): 200_000, parse_month("2026-03"): 0}
    assert relapse_by_aid(net, GRADUATED, TODAY, POLICY.relapse) is None


@pytest.mark.parametrize(("days", "is_relapse"), [(60, False), (61, True)])
def test_sixty_one_days_without_work_are_a_relapse(days, is_relapse):
    lost = work(400, until=TODAY - timedelta(days=days))
    assert (relapse_by_work([lost], GRADUATED, TODAY, POLICY.relapse) is RelapseKind.WORK_LOST) is is_relapse
    # The same with a replacement that came on that day: what was a relapse stays one.
    found_again = replace(work(0, number=21), starts_on=TODAY, verified_on=TODAY)
    assert (relapse_by_work([lost, found_again], GRADUATED, TODAY, POLICY.relapse) is not None) is is_relapse


def test_a_proposed_replacement_replaces_nothing():
    lost = work(400, until=TODAY - timedelta(days=61))
    proposed = work(30, number=21, verified=False)
    assert relapse_by_work([lost, proposed], GRADUATED, TODAY, POLICY.relapse) is RelapseKind.WORK_LOST


def test_work_lost_before_graduation_is_no_relapse():
    old = work(2000, until=GRADUATED - timedelta(days=1))
    assert relapse_by_work([old], GRADUATED, TODAY, POLICY.relapse) is None
    assert relapse_by_work([], GRADUATED, TODAY, POLICY.relapse) is None


def test_a_case_or_the_street_after_the_day_of_graduation_is_a_relapse():
    after = GRADUATED + timedelta(days=1)
    assert relapse_by_case([after], GRADUATED) is RelapseKind.NEW_CASE
    assert relapse_by_street([after], GRADUATED) is RelapseKind.STREET
    assert relapse_by_case([GRADUATED], GRADUATED) is relapse_by_street([], GRADUATED) is None


def test_every_kind_of_relapse_is_counted():
    net = dict.fromkeys(month_range(AUGUST, OCTOBER), 200_000)
    worst = AfterGraduation(GRADUATED, TODAY, net, (TODAY,), (work(400, until=GRADUATED),), (TODAY,))
    assert relapses_of(worst, POLICY) == tuple(RelapseKind)
    assert relapses_of(AfterGraduation(GRADUATED, TODAY, {}), POLICY) == ()


# The policy file


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("income.months", 0, "income.months: must be a whole number of 1 or more"),
        ("income.months", True, "income.months: must be a whole number of 1 or more"),
        ("income.poverty_line_percent", 1.5, "income.poverty_line_percent: must be a whole number of 1 or more"),
        ("work.gap_days", -1, "work.gap_days: must be a whole number of 0 or more"),
        ("work.checks", [], "work.checks: must be a list of at least one"),
        ("work.checks", [30, "90"], "work.checks: must be a whole number of 1 or more"),
        ("work.checks", [30, 365], "work.checks: a check comes after the days that are needed"),
        ("work", 3, "work: must be a table"),
        ("weighted", [], "weighted: must be a table"),
        ("stability.severities", [1], "stability.severities: must be a text"),
        ("pathways.independence.mandatory", ["luck"], "pathways.independence.mandatory: 'luck' is not known"),
        ("pathways.independence.mandatory", [], "pathways.independence.mandatory: must be a list of at least one"),
        ("pathways.independence.kind", "natural", "pathways.independence.kind: is no success"),
        ("pathways.independence.points_needed", 101, "pathways.independence.points_needed: is above 100"),
        ("weighted.savings", 20, "weighted: the points sum to 105 and not to 100"),
        ("weighted.beauty", 5, "weighted.beauty: 'beauty' is not known"),
        ("income.evidence_kinds_needed", 5, "income.evidence_kinds_needed: is more than there are kinds"),
        ("gate.signatures", 1, "gate.signatures: nobody graduates on one signature"),
        ("aftercare.visit_months", [13], "aftercare.visit_months: month 13 is after the end"),
        ("relapse.aid_months", 4, "relapse.aid_months: is more than the window"),
        ("off_aid.mercy", 1, "off_aid.mercy: is not known"),
        ("off_aid.months", None, "off_aid.months: is missing"),
        ("cuts", None, "cuts: is missing"),
    ],
)
def test_a_wrong_policy_is_refused_by_the_name_of_its_key(path, value, error):
    content = copy.deepcopy(policy_file("graduation").content)
    *tables, key = path.split(".")
    table = content
    for name in tables:
        table = table[name]
    table.pop(key, None)
    if value is not None:
        table[key] = value
    with pytest.raises(ValueError) as refused:
        read_policy(content)
    assert str(refused.value) == error


TWO = (row(61), row(62))


@pytest.mark.parametrize("turn", [1, -1])
def test_of_one_day_a_no_outweighs_a_yes_whichever_was_written_first(turn):
    yes = VoiceFact(TWO[0], TODAY, agrees=True)
    no = VoiceFact(TWO[1], TODAY, agrees=False, has_reason=True)
    before = VoiceFact(row(60), date(2026, 11, 1), agrees=True)
    assert answer_heard([before, yes, no][::turn], TODAY) == no
    assert answer_heard([before, yes, no][::turn], date(2026, 11, 10)) == before
    assert answer_heard([before, yes, no][::turn], date(2026, 10, 31)) is None


@pytest.mark.parametrize("turn", [1, -1])
def test_two_who_heard_the_same_on_one_day_are_both_evidence(turn):
    heard = answer_heard([VoiceFact(each, TODAY, agrees=True) for each in TWO[::turn]], TODAY)
    found = {criterion.code: criterion for criterion in evaluate(facts(voice=heard), POLICY).criteria}
    assert found["own_voice"].evidence == tuple(("voice", str(each)) for each in TWO)


MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
LIVED = HomeLook(row(70), MARCH, is_safe=True, starts_on=MARCH, guardian_consents=True)
OTHER_LOOK = replace(LIVED, id=row(71))


@pytest.mark.parametrize(
    ("other", "day", "found"),
    [
        # Danger found on the same day holds, unless he was seen living there on a later day; on a day after, it always holds.
        ({"is_safe": False, "starts_on": None}, APRIL, None),
        ({"is_safe": False, "starts_on": None, "assessed_on": APRIL}, APRIL, None),
        ({"is_safe": False, "starts_on": None, "assessed_on": APRIL}, date(2026, 3, 31), 70),
        ({"is_safe": False, "starts_on": None, "assessed_on": date(2026, 2, 1)}, APRIL, 70),
        # Of two safe ones of one day the one that asks for more: begun later, without the guardian's word.
        ({"starts_on": date(2026, 3, 9)}, APRIL, 71),
        ({"starts_on": date(2026, 3, 9)}, date(2026, 3, 8), 70),
        ({"guardian_consents": False}, APRIL, 71),
        ({"verified_on": date(2026, 3, 9), "guardian_consents": False}, APRIL, 71),
        # Whoever has not moved in lives in the one before; whoever has left the last one lives in none.
        ({"assessed_on": APRIL, "starts_on": None}, APRIL, 70),
        ({"assessed_on": APRIL, "starts_on": APRIL}, APRIL, 71),
        ({"assessed_on": APRIL, "starts_on": APRIL, "ended_on": date(2026, 4, 9)}, date(2026, 4, 8), 71),
        ({"assessed_on": APRIL, "starts_on": APRIL, "ended_on": date(2026, 4, 9)}, date(2026, 4, 9), None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("turn", [1, -1])
def test_where_a_person_lives_does_not_hang_on_which_look_was_written_first(other, day, found, turn):
    looks = [LIVED, replace(OTHER_LOOK, **other)]
    home = home_on(looks[::turn], day)
    assert (home and home.id) == (found and row(found))


@pytest.mark.parametrize("turn", [1, -1])
def test_who_was_seen_living_there_since_lives_in_a_safe_home_though_another_look_found_danger_that_day(turn):
    seen = replace(LIVED, verified_on=date(2026, 3, 9))
    looks = [seen, replace(OTHER_LOOK, is_safe=False, starts_on=None)][::turn]
    assert (home_on(looks, date(2026, 3, 8)), home_on(looks, date(2026, 3, 9))) == (None, seen)


def test_without_any_look_nobody_lives_in_a_safe_home():
    assert home_on([], TODAY) is None


def test_a_late_statement_that_reaches_beyond_the_judged_day_counts_for_the_months_before_it():
    late = earned(3, OCTOBER, OCTOBER + 2, number=99, recorded_on=date(2027, 1, 5))
    known = facts(statements=(*FACTS.statements, late))
    assert said("income", known) == said("income", FACTS) == []
    seen_later = said("income", replace(known, known_by=date(2027, 1, 5)))
    assert [code for code, _detail, _way in seen_later] == ["income_too_low"]


def test_a_late_statement_of_longer_ago_than_is_believed_counts_on_no_day():
    late = earned(3, OCTOBER, OCTOBER, number=99, recorded_on=date(2027, 2, 5))
    known = facts(statements=(*FACTS.statements, late), known_by=date(2027, 2, 5))
    assert said("income", known) == said("income", FACTS)
