"""The score of a service, part by part, and the ranked list."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.partners import rules
from kessos_case.partners.rules import Need, Part, ProtectedKind, Rule, ServiceFacts, in_the_way
from tests.factories.facts import DAY, HOUSE, NEED, OTHER, POLICY, SERVICE, codes


def failing(service: ServiceFacts, need: Need) -> set[str]:
    return {result.code for result in rules.check_service(service, need, POLICY) if not result.holds}


def parts(service: dict | None = None, need: dict | None = None):
    return rules.score(SERVICE._replace(**service or {}), replace(NEED, **need or {}), POLICY).parts


def test_the_very_type_comes_before_its_group():
    exact, group, none = (
        parts(need={"service_types": codes(asked)})[Part.NEED]
        for asked in ("temporary_shelter", "basic_needs", "meals")
    )
    assert exact == POLICY.weights["need"] > group > none == 0


def test_nearer_is_better():
    places = ("35.09.12.2004", "35.09.12.2001", "35.09.13", "35.78.11", "33.01", "73.01")
    points = [parts({"region_code": place})[Part.NEARNESS] for place in places]
    assert points == sorted(points, reverse=True)
    assert len(set(points)) == 6
    assert points[-1] == 0


def test_across_the_border_is_nearer_than_elsewhere_in_the_province_whichever_is_named_first():
    for here, there in (("35.73.05", "35.07.10"), ("35.07.10", "35.73.05")):
        points = parts({"region_code": here}, {"region_code": there})[Part.NEARNESS]
        assert points == pytest.approx(POLICY.weights["nearness"] * POLICY.nearness["neighbour"])


class TestTravel:
    """Where the office has measured the road, it counts in place of the border."""

    def points(self, minutes: float) -> float:
        terms = replace(POLICY, minutes={frozenset({"35.09", "35.11"}): minutes})
        return rules.score(SERVICE._replace(region_code="35.11"), NEED, terms).parts[Part.NEARNESS]

    def test_it_is_never_nearer_than_the_regency_itself_and_falls_with_the_road(self):
        falling = [self.points(minutes) for minutes in (0, 30, 60, 120, 600)]
        assert falling[0] == parts({"region_code": "35.09.31"})[Part.NEARNESS] == 2 * falling[2]
        assert falling == sorted(set(falling), reverse=True)

    def test_within_the_regency_and_for_other_pairs_nothing_changes(self):
        terms = replace(POLICY, minutes={frozenset({"35.09", "35.11"}): 5})
        for place in ("35.09.12", "35.78"):
            service = SERVICE._replace(region_code=place)
            assert rules.score(service, NEED, terms) == rules.score(service, NEED, POLICY)


class TestFreshness:
    """An entry that nobody confirms falls."""

    @pytest.mark.parametrize(("days", "share"), [(0, 1), (89, 1), (90, 0.4), (179, 0.4), (180, 0), (4000, 0)])
    def test_after_ninety_days_and_again_after_twice_as_many(self, days: int, share: float):
        points = parts({"confirmed_on": DAY - timedelta(days=days)})[Part.FRESHNESS]
        assert points == pytest.approx(POLICY.weights["freshness"] * share)

    def test_of_equals_the_confirmed_one_is_first(self):
        stale = SERVICE._replace(service_id=UUID(int=1), confirmed_on=DAY - timedelta(days=91))
        assert [found.service for found in rules.rank([stale, SERVICE], NEED, POLICY)] == [SERVICE, stale]

    def test_one_that_was_never_confirmed_counts_as_old(self):
        assert parts({"confirmed_on": None})[Part.FRESHNESS] == 0


class TestOpening:
    """Tuesday the 24th of November: who is there now matters to an emergency alone, and is no rule."""

    DAYTIME = {"open_days": frozenset({1, 2, 3, 4, 5}), "opens_at": time(8), "closes_at": time(15)}

    @pytest.mark.parametrize(
        ("stated", "at", "is_open"),
        [
            (DAYTIME, time(8), True),
            (DAYTIME, time(14, 59), True),
            (DAYTIME, time(15), False),
            (DAYTIME | {"open_days": frozenset({1, 3})}, time(9), False),
            ({"open_days": frozenset({2})}, time(23), True),
            ({"opens_at": time(8), "closes_at": time(15)}, time(7), False),
            ({}, time(3), None),
            (DAYTIME, None, None),
        ],
    )
    def test_days_and_hours_as_the_service_has_said_them(self, stated: dict, at: time | None, is_open: bool | None):
        assert rules.is_open(SERVICE._replace(**stated), replace(NEED, at=at)) is is_open

    def test_an_emergency_at_night_had_better_go_where_somebody_is(self):
        night = {"urgency": "emergency", "at": time(2)}
        closed, silent = parts(self.DAYTIME, night)[Part.WAIT], parts({}, night)[Part.WAIT]
        assert closed == pytest.approx(silent * POLICY.closed_share)
        assert failing(SERVICE._replace(**self.DAYTIME), replace(NEED, **night)) == set()

    def test_anything_else_waits_for_the_morning(self):
        assert parts(self.DAYTIME, {"at": time(2)}) == parts({}, {"at": time(2)})


def test_a_free_place_is_better_than_a_short_line_and_that_than_a_long_one():
    waits = [(3, 2), (2, 2), (0, 2), (None, 9)]
    points = [parts({"free": free, "waiting": waiting})[Part.WAIT] for free, waiting in waits]
    assert points == sorted(points, reverse=True)
    assert points[0] == POLICY.weights["wait"] == 2 * points[1]
    assert points[-1] > 0


def test_whoever_has_more_room_gets_more_of_the_load():
    points = [parts({"free": free})[Part.LOAD] for free in (10, 5, 0, None)]
    assert points == [5, 2.5, 0, 0]
    assert parts({"capacity": 0})[Part.LOAD] == 0


@pytest.mark.parametrize(
    ("part", "well", "badly"),
    [
        (Part.ACCEPTANCE, {"offered": 20, "accepted": 20}, {"offered": 20}),
        (Part.OUTCOME, {"ended": 20, "completed": 20}, {"ended": 20}),
        (Part.OUTCOME, {"observed": 20, "retained": 20}, {"observed": 20}),
        (Part.ANSWER, {"offered": 20, "answer_share": 0.1}, {"offered": 20, "answer_share": 1.0}),
    ],
)
def test_past_cases_count_and_few_of_them_little(part: Part, well: dict, badly: dict):
    unknown = parts()[part]
    assert parts(well)[part] > unknown > parts(badly)[part] > 0


def test_of_whom_nothing_is_known_counts_as_the_mean():
    shares = {part: parts()[part] / POLICY.weights[part] for part in (Part.ACCEPTANCE, Part.ANSWER, Part.OUTCOME)}
    mean = (
        POLICY.results["completed"] * POLICY.prior["completed"] + POLICY.results["retained"] * POLICY.prior["retained"]
    )
    assert shares == pytest.approx(
        {Part.ACCEPTANCE: POLICY.prior["acceptance"], Part.ANSWER: POLICY.prior["answer"], Part.OUTCOME: mean}
    )


def test_who_still_works_after_half_a_year_counts_beside_who_completed():
    """By hand: 9 of 10 completed, 3 of 6 still at work; drawn by 10 cases of 0.7 each."""
    share = 0.6 * (9 + 7) / 20 + 0.4 * (3 + 7) / 16
    found = parts({"ended": 10, "completed": 9, "observed": 6, "retained": 3})[Part.OUTCOME]
    assert found == pytest.approx(POLICY.weights["outcome"] * share, abs=0.005)


def test_one_lost_case_moves_the_score_less_than_ten():
    one, ten = (parts({"ended": cases})[Part.OUTCOME] for cases in (1, 10))
    assert parts()[Part.OUTCOME] > one > ten


def test_who_served_the_person_well_goes_first():
    assert parts(need={"served_well_by": frozenset({HOUSE})})[Part.CONTINUITY] == 5
    assert parts(need={"served_well_by": frozenset({OTHER})})[Part.CONTINUITY] == 0


def test_the_best_of_all_has_a_hundred_points_and_the_worst_has_none():
    many = 10**9
    past = {"offered": many, "accepted": many, "answer_share": 0.0, "ended": many, "completed": many}
    best = SERVICE._replace(region_code="35.09.12.2004", free=10, observed=many, retained=many, **past)
    assert rules.score(best, replace(NEED, served_well_by=frozenset({HOUSE})), POLICY).total == 100
    past |= {"accepted": 0, "answer_share": 1.0, "completed": 0}
    worst = SERVICE._replace(region_code="73", free=None, waiting=many, observed=many, confirmed_on=None, **past)
    assert rules.score(worst, replace(NEED, service_types=codes("meals")), POLICY).total == pytest.approx(0, abs=0.05)


PERSONS = st.fixed_dictionaries(
    {
        "age_from": st.none() | st.integers(0, 120),
        "age_to": st.none() | st.integers(0, 120),
        "sex": st.sampled_from(["L", "P", "unknown"]),
        "categories": st.frozensets(st.sampled_from(["PPKS-06", "PPKS-11", "PPKS-16"])),
        "needs_access": st.booleans(),
        "protected": st.frozensets(st.sampled_from(list(ProtectedKind))),
    }
)


@given(PERSONS)
def test_nothing_of_the_person_moves_the_score(person: dict):
    assert rules.score(SERVICE, replace(NEED, **person), POLICY) == rules.score(SERVICE, NEED, POLICY)


FACTS = st.builds(
    SERVICE._replace,
    service_type=st.sampled_from(["temporary_shelter", "basic_needs", "meals"]),
    region_code=st.sampled_from(["35.09.12.2004", "35.09.12", "35.09", "35.11", "35.78.08", "35", "33.01", "73"]),
    capacity=st.integers(0, 50),
    free=st.none() | st.integers(0, 50),
    waiting=st.integers(0, 30),
    offered=st.integers(0, 500),
    answer_share=st.none() | st.floats(0, 1),
    confirmed_on=st.none() | st.dates(DAY - timedelta(days=800), DAY),
    open_days=st.frozensets(st.integers(1, 7)),
)


@st.composite
def lived(draw: st.DrawFn) -> ServiceFacts:
    """Facts whose counts can be: no more good ends than ends."""
    facts = draw(FACTS)
    ended, observed = draw(st.integers(0, 500)), draw(st.integers(0, 500))
    return facts._replace(
        free=None if facts.free is None else min(facts.free, facts.capacity),
        accepted=draw(st.integers(0, facts.offered)),
        ended=ended,
        completed=draw(st.integers(0, ended)),
        observed=observed,
        retained=draw(st.integers(0, observed)),
    )


URGENCIES = st.sampled_from(["emergency", "urgent", "routine"])


@given(lived(), URGENCIES)
def test_a_score_is_the_sum_of_its_parts_and_none_is_more_than_its_weight(service: ServiceFacts, urgency: str):
    found = rules.score(service, replace(NEED, urgency=urgency, at=time(10)), POLICY)
    assert 0 <= found.total <= 100
    assert found.total == pytest.approx(sum(found.parts.values()), abs=1e-6)
    assert list(found.parts) == list(Part)
    assert all(0 <= points <= POLICY.weights[part] for part, points in found.parts.items())


# What becomes better of a service, a field at a time; None where it cannot.
BETTER = {
    "a free place more": lambda one: one.capacity > (one.free or 0) and one._replace(free=(one.free or 0) + 1),
    "one less in line": lambda one: one.waiting and one._replace(waiting=one.waiting - 1),
    "one more said yes": lambda one: one.accepted < one.offered and one._replace(accepted=one.accepted + 1),
    "quicker": lambda one: one.answer_share and one._replace(answer_share=one.answer_share / 2),
    "one more done well": lambda one: one.completed < one.ended and one._replace(completed=one.completed + 1),
    "one more at work": lambda one: one.retained < one.observed and one._replace(retained=one.retained + 1),
    "confirmed later": lambda one: one._replace(confirmed_on=DAY),
    "the very type": lambda one: one._replace(service_type="temporary_shelter"),
    "nearer": lambda one: one._replace(region_code=NEED.region_code),
    "always there": lambda one: one._replace(open_days=frozenset()),
}


@pytest.mark.parametrize("change", BETTER)
@given(lived(), URGENCIES)
def test_what_is_better_never_costs_a_point(change: str, service: ServiceFacts, urgency: str):
    need = replace(NEED, urgency=urgency, at=time(10))
    better = BETTER[change](service)
    if better:
        before, after = (rules.score(one, need, POLICY).parts for one in (service, better))
        assert all(after[part] >= before[part] for part in Part)


@given(st.integers(0, 1000), st.integers(0, 1000), URGENCIES)
def test_who_answers_more_bears_no_less(answers: int, more: int, urgency: str):
    less, most = (
        rules.bearable(SERVICE._replace(answered_lately=count), urgency, POLICY) for count in (answers, answers + more)
    )
    assert POLICY.pace.least <= less <= most


SERVICES = st.lists(
    st.builds(
        SERVICE._replace,
        service_id=st.uuids(),
        region_code=st.sampled_from(["35.09.12", "35.09", "35.78"]),
        coverage=st.sampled_from([("35",), ("35.78",)]),
        free=st.sampled_from([None, 0, 1, 4]),
        waiting=st.integers(0, 3),
        allows_waiting=st.booleans(),
        ended=st.integers(0, 3),
        open_offers=st.integers(0, 9),
        confirmed_on=st.none() | st.sampled_from([DAY, date(2026, 1, 1)]),
        last_offered_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    max_size=12,
    unique_by=lambda service: service.service_id,
)


@given(SERVICES, st.randoms(use_true_random=False))
def test_the_same_facts_give_the_same_list_in_whatever_order_they_come(services: list, shuffler: random.Random):
    ranked = rules.rank(services, NEED, POLICY)
    shuffler.shuffle(services)
    assert rules.rank(services, NEED, POLICY) == ranked
    assert len(ranked) == len(services)


@given(SERVICES)
def test_the_list_falls_from_candidates_to_those_nobody_may_choose(services: list):
    ranked = rules.rank(services, NEED, POLICY)
    tiers = [(not found.is_candidate, bool(in_the_way(found.rules, has_reason=True))) for found in ranked]
    assert tiers == sorted(tiers)
    assert [found.is_candidate for found in ranked] == sorted(
        (not in_the_way(one.rules) for one in ranked), reverse=True
    )
    for one, next_one in pairwise(ranked):
        if (one.is_candidate, next_one.is_candidate) == (True, True):
            assert one.score.total >= next_one.score.total


@given(SERVICES, PERSONS)
def test_a_person_who_is_eligible_everywhere_gets_the_same_list_whoever_he_is(services: list, person: dict):
    open_to_all = [service._replace(disability_access=True, is_accredited=True) for service in services]

    def order(need: Need) -> list[UUID]:
        return [found.service.service_id for found in rules.rank(open_to_all, need, POLICY)]

    assert order(replace(NEED, **person)) == order(NEED)


def test_of_equals_the_one_longest_without_an_offer_is_first_then_the_smaller_id():
    def equal(number: int, offered: datetime | None) -> ServiceFacts:
        return SERVICE._replace(service_id=UUID(int=number), last_offered_at=offered)

    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    ranked = rules.rank([equal(1, new), equal(3, None), equal(2, None), equal(4, old)], NEED, POLICY)
    assert [found.service.service_id.int for found in ranked] == [2, 3, 4, 1]


def test_one_that_fails_is_listed_with_its_score_and_every_rule_that_it_failed():
    far = SERVICE._replace(service_id=UUID(int=11), coverage=("35.78",), min_age=60)
    best, failed = rules.rank([far, SERVICE], NEED, POLICY)
    assert (best.is_candidate, failed.is_candidate) == (True, False)
    assert {result.code for result in in_the_way(failed.rules)} == {Rule.REGION, Rule.AGE}
    assert failed.score == best.score
