"""Which service may serve a need, and which best."""

import random
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.core.policies import policy
from kessos_case.partners import rules
from kessos_case.partners.rules import Need, Part, ProtectedKind, Rule, ServiceFacts, in_the_way, routing_policy

CONTENT = policy("routing").content
POLICY = routing_policy(CONTENT)
DAY = date(2026, 11, 24)
HOUSE, OTHER = UUID(int=1), UUID(int=2)

# A service that any need below may be offered to, and a need that asks for nothing special.
SERVICE = ServiceFacts(
    service_id=UUID(int=10),
    organisation_id=HOUSE,
    organisation_kind="lks",
    service_type="temporary_shelter",
    parent_type="basic_needs",
    region_code="35.09.12",
    coverage=("35.09",),
    agreement_until=date(2027, 6, 30),
    capacity=10,
    free=4,
)
NEED = Need(service_types=frozenset({"temporary_shelter"}), region_code="35.09.12.2004", day=DAY)


def answer(rule: Rule, service: dict, need: dict):
    results = rules.check_service(replace(SERVICE, **service), replace(NEED, **need), POLICY)
    return next(result for result in results if result.code == rule)


def codes(values: str) -> frozenset[str]:
    return frozenset(values.split())


def failing(service: ServiceFacts, need: Need) -> set[str]:
    return {result.code for result in rules.check_service(service, need, POLICY) if not result.holds}


# Hard rules

YES_AND_NO = [
    (Rule.NEED, {}, {}, True),
    (Rule.NEED, {}, {"service_types": codes("basic_needs")}, True),
    (Rule.NEED, {"service_type": "basic_needs", "parent_type": None}, {"parents": codes("basic_needs")}, True),
    (Rule.NEED, {}, {"service_types": codes("meals"), "parents": codes("basic_needs")}, False),
    (Rule.NEED, {"parent_type": None}, {"service_types": codes("meals")}, False),
    (Rule.REGION, {}, {}, True),
    (Rule.REGION, {"coverage": ("35",)}, {"region_code": "35.78"}, True),
    (Rule.REGION, {"coverage": ("35.10", "35.09.12")}, {}, True),
    (Rule.REGION, {}, {"region_code": "35.78.11"}, False),
    (Rule.REGION, {"coverage": ("35.09.12",)}, {"region_code": "35.09"}, False),
    (Rule.REGION, {"coverage": ()}, {}, False),
    (Rule.AGE, {}, {}, True),
    (Rule.AGE, {"min_age": 60}, {"age_from": 60, "age_to": 60}, True),
    (Rule.AGE, {"min_age": 6, "max_age": 17}, {"age_from": 7, "age_to": 17}, True),
    (Rule.AGE, {"min_age": 18}, {"age_from": 15, "age_to": 25}, False),
    (Rule.AGE, {"max_age": 17}, {"age_from": 15, "age_to": 25}, False),
    (Rule.AGE, {"min_age": 60}, {}, False),
    (Rule.SEX, {}, {}, True),
    (Rule.SEX, {"sexes": codes("L P")}, {}, True),
    (Rule.SEX, {"sexes": codes("P")}, {"sex": "P"}, True),
    (Rule.SEX, {"sexes": codes("P")}, {"sex": "L"}, False),
    (Rule.SEX, {"sexes": codes("P")}, {}, False),
    (Rule.CATEGORY, {}, {}, True),
    (Rule.CATEGORY, {"categories": frozenset()}, {}, True),
    (Rule.CATEGORY, {"categories": codes("PPKS-08 PPKS-11")}, {"categories": codes("PPKS-11")}, True),
    (Rule.CATEGORY, {"categories": codes("PPKS-08")}, {"categories": codes("PPKS-11")}, False),
    (Rule.CATEGORY, {"categories": codes("PPKS-08")}, {}, False),
    (Rule.ACCESS, {}, {}, True),
    (Rule.ACCESS, {"disability_access": True}, {"needs_access": True}, True),
    (Rule.ACCESS, {}, {"needs_access": True}, False),
    (Rule.AGREEMENT, {"agreement_until": DAY}, {}, True),
    (Rule.AGREEMENT, {"agreement_from": DAY}, {}, True),
    (Rule.AGREEMENT, {"organisation_kind": "upt", "agreement_until": None}, {}, True),
    (Rule.AGREEMENT, {"agreement_until": None}, {}, False),
    (Rule.AGREEMENT, {"agreement_until": date(2026, 11, 23)}, {}, False),
    (Rule.AGREEMENT, {"agreement_from": date(2026, 11, 25)}, {}, False),
    (Rule.ACTIVE, {}, {}, True),
    (Rule.ACTIVE, {"is_active": False}, {}, False),
    (Rule.PAUSED, {}, {}, True),
    (Rule.PAUSED, {"paused_from": date(2026, 11, 25)}, {}, True),
    (Rule.PAUSED, {"paused_from": date(2026, 11, 1), "paused_until": date(2026, 11, 23)}, {}, True),
    (Rule.PAUSED, {"paused_from": date(2026, 11, 1), "paused_until": DAY}, {}, False),
    (Rule.PAUSED, {"paused_from": date(2026, 11, 1)}, {}, False),
    (Rule.CAPACITY, {"free": 1}, {}, True),
    (Rule.CAPACITY, {"free": 0, "allows_waiting": True, "waiting": 19}, {}, True),
    (Rule.CAPACITY, {"free": 0}, {}, False),
    (Rule.CAPACITY, {"free": None}, {}, False),
    (Rule.CAPACITY, {"free": 0, "allows_waiting": True, "waiting": 20}, {}, False),
    (Rule.CAPACITY, {"free": 0, "allows_waiting": True}, {"urgency": "emergency"}, False),
    (Rule.CONSENT, {}, {}, True),
    (Rule.CONSENT, {}, {"needs_consent": True, "consented": frozenset({HOUSE})}, True),
    (Rule.CONSENT, {}, {"needs_consent": True, "consented": frozenset({OTHER})}, False),
    (Rule.REFUSED, {}, {"refused_by": frozenset({OTHER})}, True),
    (Rule.REFUSED, {}, {"refused_by": frozenset({HOUSE})}, False),
    (Rule.BARRED, {}, {"barred": frozenset({OTHER})}, True),
    (Rule.BARRED, {}, {"barred": frozenset({HOUSE})}, False),
    (Rule.ACCREDITATION, {}, {}, True),
    (Rule.ACCREDITATION, {"is_accredited": True}, {"protected": codes("child trafficking")}, True),
    (Rule.ACCREDITATION, {}, {"protected": codes("sexual_violence")}, False),
    (Rule.ACCREDITATION, {}, {"age_from": 13, "age_to": 23}, False),
    (Rule.ACCREDITATION, {}, {"age_from": 18, "age_to": 18}, True),
    (Rule.ACCREDITATION, {"service_type": "meals"}, {"age_from": 10, "age_to": 10}, True),
]


@pytest.mark.parametrize(("rule", "service", "need", "holds"), YES_AND_NO)
def test_a_rule_says_yes_or_no_and_why(rule: Rule, service: dict, need: dict, holds: bool):
    result = answer(rule, service, need)
    assert result.holds is holds
    assert result.detail.endswith(".")


def test_every_rule_has_a_yes_and_a_no_of_its_own():
    assert {(rule, holds) for rule, _, _, holds in YES_AND_NO} == {(rule, holds) for rule in Rule for holds in (0, 1)}


@pytest.mark.parametrize("rule", Rule)
def test_a_yes_and_a_no_are_told_apart_in_words(rule: Rule):
    said = {(holds, answer(rule, service, need).detail) for of, service, need, holds in YES_AND_NO if of == rule}
    assert not {detail for holds, detail in said if holds} & {detail for holds, detail in said if not holds}


def test_an_unknown_age_is_not_taken_for_one_that_fits():
    assert answer(Rule.AGE, {"min_age": 60}, {}).detail == "The age is unknown; it takes ages 60 and over."


def test_a_service_is_open_to_a_need_without_anything_special():
    assert failing(SERVICE, NEED) == set()


def test_everything_that_fails_is_listed_at_once():
    wrong_service = replace(
        SERVICE,
        min_age=60,
        sexes=codes("P"),
        categories=codes("PPKS-08"),
        agreement_until=None,
        is_active=False,
        paused_from=DAY,
        free=0,
    )
    wrong_need = replace(
        NEED,
        service_types=codes("legal_aid"),
        region_code="35.78",
        needs_access=True,
        protected=codes("child"),
        needs_consent=True,
        refused_by=frozenset({HOUSE}),
        barred=frozenset({HOUSE}),
    )
    assert failing(wrong_service, wrong_need) == set(Rule)
    assert [result.code for result in rules.check_service(wrong_service, wrong_need, POLICY)] == list(Rule)


def test_an_officer_with_a_reason_may_pass_a_soft_rule_and_nobody_a_lawful_one():
    results = rules.check_service(
        replace(SERVICE, min_age=60), replace(NEED, needs_consent=True, age_from=50, age_to=50), POLICY
    )
    assert [result.code for result in in_the_way(results)] == [Rule.AGE, Rule.CONSENT]
    assert [result.code for result in in_the_way(results, has_reason=True)] == [Rule.CONSENT]


def test_what_protects_a_person_is_lawful():
    protecting = {Rule.CONSENT, Rule.BARRED, Rule.ACCREDITATION, Rule.AGREEMENT}
    assert protecting <= POLICY.lawful


def test_a_protected_case_is_known_by_what_is_asked_or_by_the_category():
    kinds = rules.protected_kinds
    assert kinds(["meals", "trafficking_support"], ["PPKS-06"], POLICY) == {
        ProtectedKind.TRAFFICKING,
        ProtectedKind.CHILD,
    }
    assert kinds(["sexual_violence_support"], [], POLICY) == {ProtectedKind.SEXUAL_VIOLENCE}
    assert kinds(["meals"], ["PPKS-11"], POLICY) == frozenset()


# The policy


def test_the_policy_names_every_rule_and_every_part_of_the_score():
    assert list(CONTENT["hard_rules"]) == list(Rule)
    assert list(CONTENT["weights"]) == list(Part)
    assert set(rules.CHECKS) == set(Rule)


def test_a_policy_names_all_that_is_wrong_in_it():
    wrong = CONTENT | {
        "hard_rules": {"consent": "perhaps"},
        "weights": CONTENT["weights"] | {"need": 99},
        "fit": {"exact": 2, "parent": 0},
    }
    with pytest.raises(ValueError) as refused:
        routing_policy(wrong)
    assert all(table in str(refused.value) for table in ("hard_rules", "lawful or soft", "weights", "fit"))


@pytest.mark.parametrize("table", ["hard_rules", "waiting_list", "child_housing"])
def test_a_policy_without_a_table_is_refused_by_its_name(table: str):
    with pytest.raises(ValueError, match=table):
        routing_policy({name: value for name, value in CONTENT.items() if name != table})


def test_only_known_types_and_categories_stand_in_the_policy():
    folder = Path(__file__).parents[2] / "config" / "reference"
    groups = tomllib.loads((folder / "service_types.toml").read_text())["group"]
    types = {code for group in groups for code in (group["code"], *(kind["code"] for kind in group["service"]))}
    assert POLICY.child_housing <= types
    assert all(asked <= types for asked, _ in POLICY.protected.values())


# The score


def parts(service: dict | None = None, need: dict | None = None):
    return rules.score(replace(SERVICE, **service or {}), replace(NEED, **need or {}), POLICY).parts


def test_the_very_type_comes_before_its_group():
    exact, group, none = (
        parts(need={"service_types": codes(asked)})[Part.NEED]
        for asked in ("temporary_shelter", "basic_needs", "meals")
    )
    assert exact == POLICY.weights["need"] > group > none == 0


def test_nearer_is_better():
    places = ("35.09.12.2004", "35.09.12.2001", "35.09.13", "35.78.11", "33.01")
    points = [parts({"region_code": place})[Part.NEARNESS] for place in places]
    assert points == sorted(points, reverse=True)
    assert len(set(points)) == 5
    assert points[-1] == 0


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
        (Part.ANSWER, {"offered": 20, "answer_share": 0.1}, {"offered": 20, "answer_share": 1.0}),
    ],
)
def test_past_cases_count_and_few_of_them_little(part: Part, well: dict, badly: dict):
    unknown = parts()[part]
    assert unknown == pytest.approx(POLICY.weights[part] * POLICY.prior[part])
    assert parts(well)[part] > unknown > parts(badly)[part] > 0


def test_one_lost_case_moves_the_score_less_than_ten():
    one, ten = (parts({"ended": cases})[Part.OUTCOME] for cases in (1, 10))
    assert parts()[Part.OUTCOME] > one > ten


def test_who_served_the_person_well_goes_first():
    assert parts(need={"served_well_by": frozenset({HOUSE})})[Part.CONTINUITY] == 5
    assert parts(need={"served_well_by": frozenset({OTHER})})[Part.CONTINUITY] == 0


def test_the_best_of_all_has_a_hundred_points():
    best = replace(
        SERVICE, region_code="35.09.12.2004", free=10, offered=10**9, accepted=10**9, answer_share=0.0, ended=10**9
    )
    best = replace(best, completed=10**9)
    assert rules.score(best, replace(NEED, served_well_by=frozenset({HOUSE})), POLICY).total == 100


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


# The list

SERVICES = st.lists(
    st.builds(
        replace,
        st.just(SERVICE),
        service_id=st.uuids(),
        region_code=st.sampled_from(["35.09.12", "35.09", "35.78"]),
        coverage=st.sampled_from([("35",), ("35.78",)]),
        free=st.sampled_from([None, 0, 1, 4]),
        waiting=st.integers(0, 3),
        allows_waiting=st.booleans(),
        ended=st.integers(0, 3),
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
    for one, next_one in pairwise(ranked):
        if (one.is_candidate, next_one.is_candidate) == (True, True):
            assert one.score.total >= next_one.score.total


def test_of_equals_the_one_longest_without_an_offer_is_first_then_the_smaller_id():
    def equal(number: int, offered: datetime | None) -> ServiceFacts:
        return replace(SERVICE, service_id=UUID(int=number), last_offered_at=offered)

    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    ranked = rules.rank([equal(1, new), equal(3, None), equal(2, None), equal(4, old)], NEED, POLICY)
    assert [found.service.service_id.int for found in ranked] == [2, 3, 4, 1]


def test_one_that_fails_is_listed_with_its_score_and_every_rule_that_it_failed():
    far = replace(SERVICE, service_id=UUID(int=11), coverage=("35.78",), min_age=60)
    best, failed = rules.rank([far, SERVICE], NEED, POLICY)
    assert (best.is_candidate, failed.is_candidate) == (True, False)
    assert {result.code for result in in_the_way(failed.rules)} == {Rule.REGION, Rule.AGE}
    assert failed.score == best.score
