"""Flags: what raises one, how many, who comes first, how they end, and what their review may see and say."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from kessos_case.cases.service import plan_for, planning
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound
from kessos_case.dependency import service
from kessos_case.dependency.rules import Band, FlagCause
from kessos_case.dependency.rules.flags import Contender, Past, Reviewed, cause_of, is_drawn, may_return, settle
from kessos_case.employment import service as employment
from kessos_case.journey.service import record_death
from tests.factories import aid, cases, casework, households
from tests.factories import dependency as maker

RULE = service.dependency_policy().flags
NIGHT = date(2026, 3, 2)


def day(back: int) -> date:
    """So many days before the night."""
    return NIGHT - timedelta(days=back)


@pytest.fixture(autouse=True)
def by_score_alone(policies):
    """Nobody is drawn by lot but where a test is about the lot: it goes by ids, and those are other ones each time."""
    policies.change("dependency", lot_percent=0)


def history(*steps: tuple[int, int | None]) -> list[Past]:
    """Scores as (days back, points); without points the person was not scored."""
    policy = service.dependency_policy()
    bands = [
        None if points is None else [b for b, least in policy.bands.items() if points >= least][-1]
        for _, points in steps
    ]
    return [Past(day(back), points, band) for (back, points), band in zip(steps, bands, strict=True)]


def contender(number: int, points: int, *, household: int | None = None, **stated: bool) -> Contender:
    """Somebody by the number of his id."""
    return Contender(UUID(int=number), UUID(int=1000 + household) if household else None, points, 10, **stated)


# What raises a flag


@pytest.mark.parametrize(
    ("steps", "cause"),
    [
        ([(0, 9)], (FlagCause.BAND_ENTERED, day(0))),
        ([(300, 9)], (FlagCause.BAND_ENTERED, day(300))),
        ([(300, 8), (200, 9), (100, 10)], (FlagCause.BAND_ENTERED, day(200))),
        ([(300, 9), (100, 13)], (FlagCause.BAND_ENTERED, day(100))),
        ([(300, 13), (100, 9)], (FlagCause.BAND_ENTERED, day(300))),
        ([(300, 9), (100, None), (50, 9)], (FlagCause.BAND_ENTERED, day(50))),
        ([(300, 9), (100, 8)], None),
        ([(300, 1), (60, 4)], (FlagCause.RISE, day(60))),
        ([(300, 1), (60, 3), (30, 4)], (FlagCause.RISE, day(30))),
        ([(300, 1), (120, 4)], None),
        ([(300, 4), (60, 1), (30, 4)], (FlagCause.RISE, day(30))),
        ([(300, 1), (60, 3)], None),
        ([(30, 4)], None),
        ([(300, 1), (60, None)], None),
        ([], None),
    ],
)
def test_a_flag_is_raised_by_a_band_that_is_entered_or_by_a_rise(steps, cause):
    assert cause_of(history(*steps), NIGHT, RULE) == cause


@pytest.mark.parametrize("basis", [("other-policy", 0), ("policy", 3)])
def test_who_is_only_known_better_or_scored_by_another_policy_has_not_risen(basis):
    earlier, now = history((300, 1), (60, 4))
    same = [replace(earlier, basis=("policy", 0)), replace(now, basis=("policy", 0))]
    assert cause_of(same, NIGHT, RULE) == (FlagCause.RISE, day(60))
    assert cause_of([same[0], replace(now, basis=basis)], NIGHT, RULE) is None


@pytest.mark.parametrize(
    ("reviewed", "returns"),
    [
        (None, True),
        (Reviewed(day(20), None, 7, Band.HIGH), False),
        (Reviewed(day(40), None, 7, Band.HIGH), True),
        (Reviewed(day(40), day(1), 7, Band.HIGH), False),
        (Reviewed(day(40), day(1), 3, Band.HIGH), True),
        (Reviewed(day(40), day(1), 7, Band.WATCH), True),
        (Reviewed(day(40), day(0), 3, Band.WATCH), False),
    ],
)
def test_after_a_decision_only_something_new_raises_one_again(reviewed, returns):
    assert may_return(day(30), 7, Band.HIGH, reviewed, NIGHT) is returns


def test_the_highest_come_first_up_to_the_capacity_and_one_of_a_household():
    people = [contender(1, 9, household=1), contender(2, 12), contender(3, 11, household=1), contender(4, 10)]
    found = settle(people, capacity=2, off_factor_percent=150)
    assert [(one.client_id.int, rank) for one, rank in found.raised] == [(2, 1), (3, 2)]
    assert found.waiting == 1


def test_equal_points_are_told_apart_by_months_and_then_by_id():
    longer = Contender(UUID(int=9), None, 9, 40)
    found = settle([contender(2, 9), contender(1, 9), longer], capacity=3, off_factor_percent=150)
    assert [one.client_id.int for one, _ in found.raised] == [9, 1, 2]


def test_a_flag_that_stands_goes_down_only_beyond_one_and_a_half_of_the_capacity():
    above = [contender(number, 12) for number in (1, 2)]
    for rank, is_lowered in ((3, False), (4, True)):
        others = above + [contender(3, 11)] * (rank - 3)
        standing = contender(9, 9, has_flag=True)
        found = settle([*others, standing], capacity=2, off_factor_percent=150)
        assert (standing in found.lowered) is is_lowered


def test_what_is_under_review_or_was_drawn_is_not_taken_away():
    kept = contender(9, 1, has_flag=True, is_kept=True)
    assert settle([contender(1, 9), contender(2, 9), kept], capacity=1, off_factor_percent=150).lowered == ()


def test_the_lot_takes_so_many_of_a_hundred_and_others_in_another_month():
    people = [UUID(int=number) for number in range(4000)]
    drawn = {person for person in people if is_drawn(person, 24314, "dependency-1", 5)}
    later = {person for person in people if is_drawn(person, 24315, "dependency-1", 5)}
    assert 160 <= len(drawn) <= 240
    assert len(drawn & later) <= 30


# A night at an office


@pytest.fixture
def worker(make, clock):
    return make.caseworker()


@pytest.fixture
def leader(make, worker):
    return cases.supervisor(make)


def test_a_night_raises_a_flag_and_asks_the_supervisors_without_a_word_of_the_score(make, worker, leader, truth):
    case = maker.long_aided(make, worker)
    maker.scored(case.client_id)
    assert maker.night_of_flags(case.organisation_id)["raised"] == 1
    flag = truth.run("select * from dependency_flags").one()
    assert (flag.kind, flag.cause, flag.state, flag.rank) == ("score", "band_entered", "raised", 1)
    assert (flag.due_on, flag.expires_on) == (date(2026, 3, 16), date(2026, 4, 1))
    task = truth.run("select * from tasks where kind = 'review_flag'").one()
    assert (task.subject_id, task.role, task.text_sealed) == (flag.id, "supervisor", None)
    assert (
        truth.one("select count(*) from timeline_entries where kind like '%flag%' or subject_id = :id", id=flag.id) == 0
    )


def test_the_same_night_again_changes_nothing(make, worker, leader, truth):
    for months in (59, 58, 57, 20):
        case = maker.long_aided(make, worker, months=months)
        maker.scored(case.client_id)
    maker.night_of_flags(case.organisation_id)
    before = truth.all("select id, version, state, rank from dependency_flags order by id")
    again = maker.night_of_flags(case.organisation_id)
    assert truth.all("select id, version, state, rank from dependency_flags order by id") == before
    assert not {"raised", "lowered", "expired", "sampled"} & {name for name, count in again.items() if count}


def test_no_more_are_raised_than_the_supervisors_can_look_at(make, worker, truth, policies):
    people = [maker.long_aided(make, worker, months=months) for months in (59, 58, 57)]
    for case in people:
        maker.scored(case.client_id)
    office = people[0].organisation_id
    assert maker.night_of_flags(office)["no_supervisor"] == 3
    assert truth.one("select count(*) from dependency_flags") == 0
    leader = cases.supervisor(make)
    policies.change("dependency", per_supervisor=2)
    counts = maker.night_of_flags(office)
    assert (counts["raised"], counts["waiting"]) == (2, 1)
    assert set(truth.all("select client_id from dependency_flags")) == {case.client_id for case in people[:2]}
    # Whoever waited gets the place that a decision frees.
    maker.reviewed(make, leader, maker.flag_of(make, leader, people[0].client_id).id, **dismissal())
    assert maker.night_of_flags(office, date(2026, 3, 3))["raised"] == 1


def test_one_of_a_household_is_flagged(make, worker, leader, truth):
    people = [maker.long_aided(make, worker) for _ in range(2)]
    households.family(make, worker, *[case.client_id for case in people])
    for case in people:
        maker.scored(case.client_id)
    assert maker.night_of_flags(people[0].organisation_id)["raised"] == 1


def test_a_flag_expires_and_may_return_the_night_after(make, worker, leader, truth):
    flag = maker.flagged(make, worker, leader)
    expired = date(2026, 4, 1)
    assert maker.night_of_flags(flag.organisation_id, expired)["expired"] == 1
    assert truth.all("select state, count(*) from tasks where kind = 'review_flag' group by 1") == [("cancelled", 1)]
    assert maker.night_of_flags(flag.organisation_id, expired)["raised"] == 0
    assert maker.night_of_flags(flag.organisation_id, expired + timedelta(days=1))["raised"] == 1


def test_who_is_exempt_by_now_keeps_no_flag(make, worker, leader, truth):
    flag = maker.flagged(make, worker, leader)
    maker.exemption(make, worker, flag.client_id)
    assert truth.all("select state from dependency_flags") == ["lowered"]
    assert maker.night_of_flags(flag.organisation_id, date(2026, 3, 3))["raised"] == 0


@pytest.mark.parametrize("event", ["exemption", "death"])
def test_a_night_that_comes_late_shows_nobody_who_was_excused_in_the_morning(make, worker, leader, clock, truth, event):
    case = maker.long_aided(make, worker)
    clock.move(days=1)
    yesterday = maker.today() - timedelta(days=1)
    maker.scored(case.client_id, yesterday)
    if event == "exemption":
        maker.exemption(make, worker, case.client_id)
    else:
        truth.run("update clients set died_on = :today where id = :id", today=maker.today(), id=case.client_id)
    assert maker.night_of_flags(case.organisation_id, yesterday)["raised"] == 0


def test_who_has_died_keeps_no_flag(make, worker, leader, truth):
    flag = maker.flagged(make, worker, leader)
    truth.run("update clients set died_on = '2026-03-03' where id = :id", id=flag.client_id)
    maker.scored(flag.client_id, date(2026, 3, 3))
    assert maker.night_of_flags(flag.organisation_id, date(2026, 3, 3))["lowered"] == 1


def test_a_death_ends_the_flag_at_once(make, worker, leader, truth):
    flag = maker.flagged(make, worker, leader)
    with make.acting(worker) as session:
        record_death(session, flag.client_id, died_on=date(2026, 3, 1))
    assert truth.all("select state, closed_by from dependency_flags") == [("lowered", worker.id)]
    assert truth.all("select state from tasks where kind = 'review_flag'") == ["cancelled"]


def test_after_a_case_was_closed_an_agreed_action_is_told_to_the_office(make, worker, leader, truth):
    flag = maker.flagged(make, worker, leader)
    truth.run("update cases set stage = 'closed', close_reason = 'moved', closed_at = '2026-03-02'")
    truth.run("update client_access set valid_until = '2026-03-02' where client_id = :id", id=flag.client_id)
    after = maker.reviewed(make, leader, flag.id, **action())
    assert (after.state, after.plan_id, after.decision_note) == ("action_agreed", None, "Kursus menjahit")
    assert after.client.is_masked


@pytest.mark.parametrize(("programme", "raised"), [("PKH-SMA", 0), ("BLT-DD", 1)])
def test_a_stage_that_is_not_paid_yet_raises_nothing(make, worker, leader, clock, truth, programme, raised):
    clock.set("2026-02-10T03:00:00+00:00")
    case = maker.long_aided(make, worker, months=0)
    maker.aid_for(make, worker, case.client_id, 58, until=2, programme=programme)
    maker.scored(case.client_id)
    assert truth.one("select band from dependency_scores") == "high"
    assert maker.night_of_flags(case.organisation_id)["raised"] == raised


@pytest.mark.parametrize(("programme", "lowered"), [("PKH-SMA", 0), ("BLT-DD", 1)])
def test_a_stage_that_is_not_paid_yet_takes_no_flag_away(make, worker, leader, clock, policies, programme, lowered):
    clock.set("2026-01-05T03:00:00+00:00")
    case = maker.long_aided(make, worker, months=0)
    maker.aid_for(make, worker, case.client_id, 58, until=1, programme=programme)
    maker.scored(case.client_id)
    assert maker.night_of_flags(case.organisation_id)["raised"] == 1
    clock.set("2026-02-03T03:00:00+00:00")
    maker.scored(case.client_id)
    for _ in range(3):
        maker.scored(maker.long_aided(make, worker, months=60).client_id)
    # Fewer can be looked at than come before him.
    policies.change("dependency", per_supervisor=1)
    assert maker.night_of_flags(case.organisation_id)["lowered"] == lowered


def test_a_person_with_cases_at_two_offices_is_looked_at_by_one(make, worker, leader, truth):
    case = maker.long_aided(make, worker)
    other = make.caseworker(cases.MAGETAN)
    cases.supervisor(make, cases.MAGETAN)
    maker.reached_by(other, case.client_id)
    cases.open_case(make, other, case.client_id, category="PPKS-24")
    maker.scored(case.client_id)
    raised = [maker.night_of_flags(office)["raised"] for office in (case.organisation_id, other.organisation_id)]
    assert raised == [0, 1]


def test_a_case_that_was_closed_long_ago_raises_nothing(make, worker, leader, truth):
    case = maker.long_aided(make, worker)
    maker.scored(case.client_id)
    truth.run(
        "update cases set stage = 'closed', close_reason = 'moved', opened_at = '2020-01-01', closed_at = '2024-03-01'"
    )
    assert maker.night_of_flags(case.organisation_id)["raised"] == 0
    truth.run("update cases set closed_at = '2024-03-03'")
    assert maker.night_of_flags(case.organisation_id)["raised"] == 1


def test_nobody_is_flagged_whom_the_office_reaches_no_more(make, worker, leader, truth):
    case = maker.long_aided(make, worker)
    maker.scored(case.client_id)
    truth.run("update client_access set valid_until = '2026-03-01'")
    assert maker.night_of_flags(case.organisation_id)["raised"] == 0
    truth.run("update client_access set valid_until = null where ground = 'case'")
    assert maker.night_of_flags(case.organisation_id)["raised"] == 1


def test_a_day_before_flags_that_stand_is_passed_over(make, worker, leader):
    flag = maker.flagged(make, worker, leader)
    assert not maker.night_of_flags(flag.organisation_id, date(2026, 3, 1))


def test_the_lot_shows_some_without_a_flag_once_a_month(make, worker, leader, truth, policies):
    policies.change("dependency", lot_percent=100)
    case = maker.long_aided(make, worker, months=6)
    maker.scored(case.client_id)
    assert maker.night_of_flags(case.organisation_id)["sampled"] == 1
    flag = maker.flag_of(make, leader, case.client_id)
    assert (flag.kind, flag.band, flag.points) == (None, None, None)
    maker.reviewed(make, leader, flag.id, **dismissal(until=date(2026, 3, 20)))
    assert maker.night_of_flags(case.organisation_id, date(2026, 3, 25))["sampled"] == 0
    assert maker.night_of_flags(case.organisation_id, date(2026, 4, 1))["sampled"] == 1


def test_whose_flag_ends_tonight_is_not_drawn_tonight(make, worker, leader, policies):
    flag = maker.flagged(make, worker, leader)
    policies.change("dependency", lot_percent=100)
    counts = maker.night_of_flags(flag.organisation_id, date(2026, 4, 1))
    assert (counts["expired"], counts["sampled"]) == (1, 0)


def test_who_is_drawn_by_lot_takes_no_place_in_the_ranking(make, worker, leader, truth, policies):
    policies.change("dependency", lot_percent=100, per_supervisor=1)
    people = [maker.long_aided(make, worker, months=months) for months in (59, 58, 57)]
    for case in people:
        maker.scored(case.client_id)
    office = people[0].organisation_id
    first = maker.night_of_flags(office)
    assert (first["raised"], first["sampled"]) == (1, 2)
    assert not {"raised", "sampled", "lowered"} & {
        name for name, count in maker.night_of_flags(office).items() if count
    }


# The review


def test_the_number_is_shown_after_the_opinion_and_not_before(make, worker, leader):
    flag = maker.flagged(make, worker, leader)
    assert (flag.points, flag.band, flag.kind, flag.cause) == (None, None, None, None)
    assert {one.points for one in flag.reasons} == {None}
    assert "+" not in "".join(one.words.id + one.words.en for one in flag.reasons)
    after = maker.reviewed(make, leader, flag.id)
    assert (after.points, after.band, after.kind, after.state) == (11, "high", "score", "under_review")
    assert after.opinion_reason == "Lama menunggu"


def test_nowhere_else_is_the_number_shown_before_the_opinion(make, worker, leader):
    flag = maker.flagged(make, worker, leader)
    seen = maker.seen(make, leader, flag.client_id)
    assert (seen.score.points, seen.score.band, seen.score.is_hidden) == (None, None, True)
    with make.acting(leader) as session, pytest.raises(Conflict, match="opinion"):
        service.what_if(session, flag.client_id, facts={"worked_12": True})
    # The caseworker gives no opinion and works with what there is.
    assert maker.seen(make, worker, flag.client_id).score.points == 11


def test_an_opinion_is_recorded_once(make, worker, leader):
    flag = maker.flagged(make, worker, leader)
    maker.reviewed(make, leader, flag.id)
    with pytest.raises(Conflict, match="recorded"):
        maker.reviewed(make, leader, flag.id, opinion="disagree")


def test_an_agreed_action_becomes_a_step_of_the_next_plan(make, worker, leader, truth):
    flag = maker.flagged(make, worker, leader)
    approved = casework.approved_plan(make, worker, flag.case_id, supervisor=leader)
    after = maker.reviewed(make, leader, flag.id, **action())
    assert (after.state, after.decision) == ("action_agreed", "action")
    plan = casework.seen_plan(make, worker, after.plan_id)
    assert (plan.state, plan.number) == ("draft", approved.number + 1)
    steps = [(step.text, step.kind) for goal in plan.goals for step in goal.steps]
    assert steps == [("Bantu mengurus KTP", "other"), ("Kursus menjahit", "course")]
    assert after.plan_step_id in [step.id for goal in plan.goals for step in goal.steps]
    assert truth.all("select kind, state, user_id from tasks where subject_id = :id order by kind", id=flag.id) == [
        ("plan_agreed_step", "open", worker.id),
        ("review_flag", "done", None),
    ]


def test_the_caseworker_takes_the_step_on_and_another_approves(make, worker, leader):
    flag = maker.flagged(make, worker, leader)
    after = maker.reviewed(make, leader, flag.id, **action())
    with make.acting(worker) as session:
        draft = plan_for(session, after.plan_id, lock=True)
        goal = casework.goal(casework.step(worker.organisation_id, **course()), text="Mandiri")
        saved = planning.change_plan(session, draft, [goal])
        proposed = planning.propose_plan(session, saved.id)
    assert casework.decided(make, leader, proposed.id).state == "approved"
    assert maker.flag_of(make, leader, flag.client_id).plan_id == after.plan_id


def test_a_step_that_comes_into_an_open_draft_is_not_overwritten_unseen(make, worker, leader):
    flag = maker.flagged(make, worker, leader)
    draft = casework.plan(make, worker, flag.case_id, propose=False)
    maker.reviewed(make, leader, flag.id, **action())
    after = casework.seen_plan(make, worker, draft.id)
    assert (after.author_id, len(after.goals)) == (worker.id, 2)
    assert after.version > draft.version


def test_a_plan_that_waits_for_its_decision_is_left_alone_and_the_caseworker_is_told(make, worker, leader, truth):
    flag = maker.flagged(make, worker, leader)
    casework.plan(make, worker, flag.case_id)
    after = maker.reviewed(make, leader, flag.id, **action())
    assert (after.plan_id, after.decision_note) == (None, "Kursus menjahit")
    assert truth.one("select count(*) from tasks where kind = 'plan_agreed_step'") == 1


def test_a_dismissal_holds_until_its_day_and_then_needs_new_facts(make, worker, leader, clock, truth):
    flag = maker.flagged(make, worker, leader)
    after = maker.reviewed(make, leader, flag.id, **dismissal(until=date(2026, 3, 20)))
    assert (after.state, after.dismiss_reason, after.dismissed_until) == (
        "dismissed",
        "temporary_need",
        date(2026, 3, 20),
    )
    assert maker.night_of_flags(flag.organisation_id, date(2026, 3, 21))["raised"] == 0
    clock.move(days=20)
    aid_again(make, worker, flag.client_id)
    assert maker.night_of_flags(flag.organisation_id, date(2026, 3, 22))["raised"] == 1


def test_the_reason_of_a_dismissal_may_be_words(make, worker, leader):
    flag = maker.flagged(make, worker, leader)
    maker.reviewed(make, leader, flag.id)
    after = maker.reviewed(make, leader, flag.id, decision="dismiss", reason="Sedang sakit", until=date(2026, 4, 1))
    assert (after.dismiss_reason, after.decision_note, after.opinion_reason) == (
        "other",
        "Sedang sakit",
        "Lama menunggu",
    )


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, {"opinion"}),
        ({"opinion": "agree"}, {"reason"}),
        ({"decision": "dismiss", "until": date(2026, 4, 1)}, {"opinion"}),
        ({"opinion": "agree", "reason": "x", "decision": "dismiss"}, {"until"}),
        ({"opinion": "agree", "reason": "x", "decision": "action"}, {"step"}),
        ({"opinion": "agree", "reason": "x", "until": date(2026, 4, 1)}, {"until"}),
        ({"opinion": "agree", "reason": "x", "decision": "dismiss", "until": date(2026, 3, 2)}, {"until"}),
        ({"opinion": "agree", "reason": "x", "decision": "dismiss", "until": date(2027, 3, 3)}, {"until"}),
    ],
)
def test_a_review_is_refused_with_what_it_lacks(make, worker, leader, said, fields):
    flag = maker.flagged(make, worker, leader)
    with pytest.raises(Invalid) as refused, make.acting(leader) as session:
        service.review_flag(session, flag.id, **said)
    assert {wrong["field"] for wrong in refused.value.errors} == fields


def test_only_a_supervisor_of_the_office_reviews(make, worker, leader):
    flag = maker.flagged(make, worker, leader)
    with pytest.raises(Forbidden):
        maker.reviewed(make, worker, flag.id)
    with pytest.raises(NotFound):
        maker.reviewed(make, cases.supervisor(make, cases.MAGETAN), flag.id)


def test_a_closed_flag_is_not_reviewed_again(make, worker, leader):
    flag = maker.flagged(make, worker, leader)
    maker.reviewed(make, leader, flag.id, **dismissal())
    with pytest.raises(Conflict, match="dismissed already"):
        maker.reviewed(make, leader, flag.id, **dismissal())


def test_opinions_are_counted_so_that_the_score_can_be_judged(make, worker, leader):
    flag = maker.flagged(make, worker, leader)
    with make.acting(leader) as session:
        assert service.opinions(session) == []
    maker.reviewed(make, leader, flag.id, opinion="disagree")
    with make.acting(leader) as session:
        (counted,) = service.opinions(session)
    assert (counted.kind, counted.band, counted.opinion, counted.flags) == ("score", "high", "disagree", 1)


def course() -> dict[str, Any]:
    """A step as a review states it."""
    return {"text": "Kursus menjahit", "kind": "course", "due_on": casework.in_days(30)}


def action() -> dict[str, Any]:
    """A whole review that agrees a step."""
    return {"opinion": "agree", "reason": "Lama menunggu", "decision": "action", "step": course()}


def dismissal(until: date = date(2026, 4, 30)) -> dict[str, Any]:
    """A whole review that sets a flag aside."""
    return {"opinion": "disagree", "reason": "Sudah didampingi", "decision": "dismiss",
            "dismiss_reason": "temporary_need", "until": until}  # fmt: skip


def aid_again(make, worker, client_id) -> None:
    """Aid of long ago that comes to light: another line of the scorecard."""
    aid.disbursement(make, worker, client_id, "2021-02", programme=maker.PROGRAMME, paid_on=date(2021, 2, 3))
    with make.acting(worker) as session:
        for first in range(4):
            employment.state_income(session, client_id, from_month=24302 + 3 * first, to_month=24304 + 3 * first,
                                    amount=0, source="visit")  # fmt: skip
    maker.scored(client_id)
