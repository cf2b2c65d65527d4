"""Which service may serve a need, and which best."""

from dataclasses import replace

import pytest

from kessos_case.partners import rules
from kessos_case.partners.rules import Need, ProtectedKind, Rule, ServiceFacts, in_the_way
from tests.factories.facts import DAY, HOUSE, NEED, POLICY, SERVICE, YES_AND_NO, codes


def answer(rule: Rule, service: dict, need: dict):
    results = rules.check_service(SERVICE._replace(**service), replace(NEED, **need), POLICY)
    return next(result for result in results if result.code == rule)


def failing(service: ServiceFacts, need: Need) -> set[str]:
    return {result.code for result in rules.check_service(service, need, POLICY) if not result.holds}


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
    wrong_service = SERVICE._replace(
        min_age=60,
        sexes=codes("P"),
        categories=codes("PPKS-08"),
        agreement_until=None,
        is_active=False,
        paused_from=DAY,
        free=0,
        open_offers=50,
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
        SERVICE._replace(min_age=60), replace(NEED, needs_consent=True, age_from=50, age_to=50), POLICY
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
