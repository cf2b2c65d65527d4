"""The review's machine, from its own table: who may take which step, and that no hand signs twice."""

from dataclasses import replace
from datetime import date
from itertools import combinations, product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.core.months import last_day, month_of, months_later
from kessos_case.core.policies import policy as policy_file
from kessos_case.graduation.rules import (
    CO_SIGNER,
    REVIEW_TRANSITIONS,
    SYSTEM,
    Confirmation,
    Missing,
    ReviewFacts,
    ReviewState,
    Signer,
    lapsed,
    missing_to_sign,
    read_policy,
    state_after,
    transition_for,
    visit_days,
)

POLICY = read_policy(policy_file("graduation").content)
BEGUN, OVER = date(2025, 11, 24), date(2026, 11, 24)
HOME, ELSEWHERE = UUID(int=1), UUID(int=2)
RECOMMENDER, FIRST, SECOND, AUTHOR, OTHER = (UUID(int=number) for number in range(10, 15))
ROLES = ("caseworker", "supervisor", CO_SIGNER, "tksk", SYSTEM)
UNMET = (Missing("criteria_unmet", "income: income for 2026-08", "Record income for 2026-08."),)
REVIEW = ReviewFacts(
    "provisional",
    HOME,
    recommended_by=RECOMMENDER,
    provisional_by=FIRST,
    provisional_on=BEGUN,
    evidence_authors=frozenset({AUTHOR}),
    visits_done=frozenset(POLICY.aftercare.visit_months),
)


def signer(user=OTHER, role="supervisor", office=HOME):
    return Signer(user, office, frozenset({role}))


def told(verb, review=REVIEW, by=None, **stated):
    """Everything that is missing, when nothing but what is named is."""
    defaults = {
        "unmet": (),
        "today": OVER,
        "policy": POLICY,
        "agrees": True,
        "reason": "sebab",
        "until": date(2027, 1, 1),
    }
    return missing_to_sign(transition_for(verb), review, by or signer(), **defaults | stated)


def codes(*args, **stated):
    return [entry.code for entry in told(*args, **stated)]


@pytest.mark.parametrize(
    ("line", "state", "role", "office"), [*product(REVIEW_TRANSITIONS, ReviewState, ROLES, (HOME, ELSEWHERE))]
)
def test_a_step_is_open_exactly_where_the_table_says(line, state, role, office):
    found = codes(line.verb, replace(REVIEW, state=state), signer(role=role, office=office))
    at_home = role == SYSTEM or (office == HOME) != (role == CO_SIGNER)
    assert (found == []) == (state in line.sources and role in line.by and at_home)


@pytest.mark.parametrize("line", REVIEW_TRANSITIONS)
def test_everything_that_is_missing_is_said_at_once(line):
    expected = {
        "criteria": "criteria_unmet",
        "other_than_recommender": "recommended_by_you",
        "other_than_author": "evidence_by_you",
        "other_than_signers": "signed_before",
        "agreement_or_reason": "reason_missing",
        "aftercare_over": "aftercare_not_over",
        "visits_done": "visit_missing",
        "holds_still": "late_facts",
        "reason": "reason_missing",
        "until": "until_missing",
    }
    me = ReviewFacts(
        "confirmed", HOME, OTHER, OTHER, OVER, confirmations=((OTHER, HOME),), evidence_authors=frozenset({OTHER}),
        late=(Missing("late_facts", "off_aid on 2025-11-24", "Begin anew."),),
    )  # fmt: skip
    nothing = {"unmet": UNMET, "agrees": None, "reason": " ", "until": OVER}
    found = codes(line.verb, me, signer(role="tksk"), **nothing)
    assert set(found) == {"wrong_state", "wrong_actor"} | {expected[need] for need in line.needs}
    assert all(entry.way for entry in told(line.verb, me, signer(role="tksk"), **nothing))


def test_every_open_state_leads_on_and_the_others_end():
    leaving = {state for line in REVIEW_TRANSITIONS for state in line.sources}
    assert leaving == {ReviewState.ELIGIBLE, ReviewState.RECOMMENDED, ReviewState.PROVISIONAL}
    reached = {line.target for line in REVIEW_TRANSITIONS} - leaving
    assert reached == {ReviewState.CONFIRMED, ReviewState.DEFERRED, ReviewState.WITHDRAWN}


def test_an_unknown_verb_has_no_line():
    with pytest.raises(KeyError):
        transition_for("graduate")


def test_the_recommender_gives_no_provisional_verdict():
    recommended = replace(REVIEW, state="recommended", provisional_by=None, provisional_on=None)
    assert codes("provisional", recommended, signer(RECOMMENDER)) == ["recommended_by_you"]
    assert codes("provisional", recommended, signer(AUTHOR)) == ["evidence_by_you"]
    assert codes("provisional", recommended, signer(FIRST)) == []


def test_two_people_confirm_and_the_first_signature_confirms_nothing():
    confirm, signed = transition_for("confirm"), replace(REVIEW, confirmations=((FIRST, HOME),))
    assert codes("confirm", REVIEW, signer(FIRST)) == []
    assert state_after(confirm, REVIEW, POLICY) is ReviewState.PROVISIONAL
    assert codes("confirm", signed, signer(SECOND, CO_SIGNER, ELSEWHERE)) == []
    assert state_after(confirm, signed, POLICY) is ReviewState.CONFIRMED


@pytest.mark.parametrize("line", REVIEW_TRANSITIONS)
def test_only_a_confirmation_waits_for_a_second_hand(line):
    waits = state_after(line, replace(REVIEW, state=min(line.sources)), POLICY) is not line.target
    assert waits == (line.verb == "confirm")


PEOPLE = (RECOMMENDER, FIRST, SECOND, AUTHOR, OTHER)


@given(st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["supervisor", CO_SIGNER])), max_size=12))
def test_whoever_tries_a_confirmed_review_bears_two_free_hands(tries):
    review, signed = REVIEW, []
    for user, role in tries:
        office = ELSEWHERE if role == CO_SIGNER else HOME
        if not codes("confirm", review, signer(user, role, office)):
            state = state_after(transition_for("confirm"), review, POLICY)
            signed.append(user)
            review = replace(review, state=state, confirmations=(*review.confirmations, (user, office)))
    assert len(signed) == len(set(signed)) <= POLICY.gate.signatures
    assert not {RECOMMENDER, AUTHOR} & set(signed)
    assert (review.state == "confirmed") == (len(signed) == POLICY.gate.signatures)


@pytest.mark.parametrize("role", ["supervisor", CO_SIGNER])
def test_nobody_signs_twice_not_even_in_another_role(role):
    signed = replace(REVIEW, confirmations=((FIRST, HOME),))
    office = ELSEWHERE if role == CO_SIGNER else HOME
    assert codes("confirm", signed, signer(FIRST, role, office)) == ["signed_before"]


def test_a_co_signer_is_of_another_office():
    assert codes("confirm", by=signer(role=CO_SIGNER)) == ["same_office"]
    assert codes("confirm", by=Signer(OTHER, HOME, frozenset({CO_SIGNER, "supervisor"}))) == []


def test_a_supervisor_of_another_office_signs_only_as_a_co_signer():
    assert codes("confirm", by=signer(office=ELSEWHERE)) == ["wrong_actor"]
    assert codes("confirm", by=Signer(OTHER, ELSEWHERE, frozenset({CO_SIGNER, "supervisor"}))) == []
    assert codes("withdraw", by=Signer(OTHER, ELSEWHERE, frozenset({CO_SIGNER, "supervisor"}))) == ["wrong_actor"]


def test_each_unmet_criterion_is_handed_on_as_it_is():
    assert told("confirm", unmet=UNMET) == list(UNMET)


def test_aftercare_ends_twelve_months_after_the_provisional_verdict():
    assert told("confirm", today=date(2026, 11, 23)) == [
        Missing("aftercare_not_over", "12 months of aftercare", "Confirm from 2026-11-24 on.")
    ]
    assert codes("confirm", replace(REVIEW, provisional_on=None)) == ["aftercare_not_over"]


@pytest.mark.parametrize(
    "done", [months for count in range(6) for months in combinations(POLICY.aftercare.visit_months, count)]
)
def test_every_aftercare_visit_that_is_missing_is_named(done):
    missing = [month for month in (1, 3, 6, 9, 12) if month not in done]
    assert [entry.way for entry in told("confirm", replace(REVIEW, visits_done=frozenset(done)))] == [
        f"Do the aftercare visit of month {month}." for month in missing
    ]


@pytest.mark.parametrize("agrees", [None, False])
@pytest.mark.parametrize(("verb", "state"), [("provisional", "recommended"), ("confirm", "provisional")])
def test_without_the_persons_agreement_a_signature_needs_a_reason(agrees, verb, state):
    review = replace(REVIEW, state=state)
    assert codes(verb, review, agrees=agrees, reason=None) == ["reason_missing"]
    assert codes(verb, review, agrees=agrees) == codes(verb, review, agrees=True, reason=None) == []


def test_deferring_names_a_reason_and_a_day_to_come():
    assert codes("defer", reason=None, until=None) == ["reason_missing", "until_missing"]
    assert codes("defer", until=OVER) == ["until_missing"]


def test_late_facts_withdraw_a_provisional_verdict_with_a_reason():
    system = Signer(None, None, frozenset({SYSTEM}))
    assert codes("withdraw", by=system, unmet=UNMET, reason="late_facts") == []
    assert codes("withdraw", by=system, reason="") == ["reason_missing"]


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 3, 30), -1, date(2026, 2, 28)),
    ],
)
def test_months_are_added_to_the_end_of_shorter_ones(day, count, expected):
    assert months_later(day, count) == expected


@given(st.dates(date(1901, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_adding_months_lands_in_that_month_on_that_day_or_its_last(day, count):
    later = months_later(day, count)
    assert month_of(later) == month_of(day) + count
    assert later.day == day.day or later == last_day(month_of(later))


def test_aftercare_is_visited_after_one_three_six_nine_and_twelve_months():
    assert visit_days(date(2028, 2, 29), POLICY) == {
        1: date(2028, 3, 29),
        3: date(2028, 5, 29),
        6: date(2028, 8, 29),
        9: date(2028, 11, 29),
        12: date(2029, 2, 28),
    }


LATER = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("since", "counts"),
    [
        ({}, True),
        ({"evidence_authors": frozenset({FIRST})}, False),
        ({"agrees": False}, False),
        ({"agrees": None}, False),
        ({"agrees": False, "against_the_word": True}, True),
        ({"fell_back_on": [LATER]}, False),
        ({"fell_back_on": [OVER]}, True),
    ],
)
def test_a_signature_counts_while_what_it_was_given_under_stands(since, counts):
    stated = {"evidence_authors": frozenset(), "agrees": True, "fell_back_on": []} | since
    given = Confirmation(FIRST, OVER, stated.pop("against_the_word", False))
    gone = lapsed([given], **stated)
    assert gone == (frozenset() if counts else {FIRST})
    signed = replace(REVIEW, confirmations=((FIRST, HOME),), lapsed=gone)
    second = state_after(transition_for("confirm"), signed, POLICY)
    assert (second is ReviewState.CONFIRMED) == counts
    # And whoever signed once signs no second time, for that would make of one person two.
    assert codes("confirm", signed, signer(FIRST)) == ["signed_before"]


def test_nobody_confirms_what_late_facts_speak_against():
    late = (Missing("late_facts", "off_aid on 2025-11-24", "Begin anew."),)
    assert codes("confirm", replace(REVIEW, late=late)) == ["late_facts"]
