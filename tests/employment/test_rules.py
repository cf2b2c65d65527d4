"""The machine of a placement, the windows of its checks, and what no proposal or statement can be."""

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.core.months import parse_month
from kessos_case.employment.rules import (
    APPLICATION_TRANSITIONS,
    CHECK_DAYS,
    LIVE,
    PLACEMENT_NEEDS,
    PLACEMENT_TRANSITIONS,
    ApplicationState,
    Effect,
    EndReason,
    InquiryAnswer,
    PlacementAsk,
    PlacementFacts,
    PlacementKind,
    PlacementState,
    PlacementVerb,
    VerificationMethod,
    allowed_application_verbs,
    allowed_placement_verbs,
    check_opens_on,
    effect_of,
    ends_on,
    gaps_between,
    is_timely,
    missing_for_placement,
    mistakes_in_proposal,
    mistakes_in_statement,
    period_of_check,
    placement_transition_for,
    wage_share,
    work_spells,
)

START = date(2026, 1, 5)
TODAY = date(2026, 3, 2)
# A request that has everything, for each verb.
WHOLE = {
    PlacementVerb.VERIFY: PlacementAsk(on=TODAY, method=VerificationMethod.VISIT),
    PlacementVerb.CHECK: PlacementAsk(on=TODAY, method=VerificationMethod.VISIT),
    PlacementVerb.END: PlacementAsk(on=TODAY, reason=EndReason.RESIGNED),
}
CASES = [(line, state) for line in PLACEMENT_TRANSITIONS for state in PlacementState]


def facts(**known) -> PlacementFacts:
    return PlacementFacts(**{"today": TODAY, "state": PlacementState.ACTIVE, "starts_on": START} | known)


def missing(verb: PlacementVerb, known: PlacementFacts, ask: PlacementAsk) -> list[str]:
    return [entry.code for entry in missing_for_placement(placement_transition_for(verb), known, ask)]


@pytest.mark.parametrize(("line", "state"), CASES)
def test_a_verb_is_allowed_exactly_where_the_table_says(line, state):
    lacks = missing(line.verb, facts(state=state), WHOLE[line.verb])
    assert (lacks == []) == (state in line.sources) == (line.verb in allowed_placement_verbs(state))
    assert lacks in ([], ["wrong_state"])


def test_every_verb_is_one_line_and_every_need_is_known_and_used():
    assert Counter(line.verb for line in PLACEMENT_TRANSITIONS) == Counter(PlacementVerb)
    assert {need for line in PLACEMENT_TRANSITIONS for need in line.needs} == set(PLACEMENT_NEEDS)


def test_what_has_ended_stays_so_and_all_else_can_end():
    assert allowed_placement_verbs(PlacementState.ENDED) == []
    ending = placement_transition_for(PlacementVerb.END)
    assert ending.sources == set(PlacementState) - {PlacementState.ENDED}


def test_everything_that_is_missing_is_said_at_once():
    later = TODAY + timedelta(days=1)
    known = facts(state=PlacementState.ENDED, starts_on=later + timedelta(days=1))
    ask = PlacementAsk(on=later, method=VerificationMethod.EMPLOYER, still_active=False)
    assert missing(PlacementVerb.VERIFY, known, ask) == ["wrong_state", "in_future", "before_start", "consent_missing"]
    expected = ["wrong_state", "in_future", "check_not_open", "consent_missing", "reason_missing"]
    assert missing(PlacementVerb.CHECK, known, ask) == expected
    known = facts(state=PlacementState.ENDED, last_at_work=TODAY + timedelta(days=2))
    assert missing(PlacementVerb.END, known, ask) == ["wrong_state", "in_future", "before_check", "reason_missing"]


@pytest.mark.parametrize("verb", [PlacementVerb.VERIFY, PlacementVerb.CHECK])
def test_an_employer_is_asked_with_consent_only_and_a_business_has_none(verb: PlacementVerb):
    state = min(placement_transition_for(verb).sources)
    ask = PlacementAsk(on=TODAY, method=VerificationMethod.EMPLOYER)
    assert missing(verb, facts(state=state), ask) == ["consent_missing"]
    assert missing(verb, facts(state=state, may_contact_employer=True), ask) == []
    assert missing(verb, facts(state=state, has_employer=False, may_contact_employer=True), ask) == ["employer_missing"]


@pytest.mark.parametrize("method", set(VerificationMethod) - {VerificationMethod.EMPLOYER})
def test_no_other_way_of_knowing_needs_consent(method: VerificationMethod):
    assert missing(PlacementVerb.CHECK, facts(), PlacementAsk(on=TODAY, method=method)) == []


def test_a_reason_is_given_exactly_when_work_is_over():
    over = PlacementAsk(on=TODAY, still_active=False)
    assert missing(PlacementVerb.CHECK, facts(), over) == ["reason_missing"]
    going_on = PlacementAsk(on=TODAY, reason=EndReason.RESIGNED)
    assert missing(PlacementVerb.CHECK, facts(), going_on) == ["reason_unwanted"]


# Windows of the checks


@pytest.mark.parametrize("period", CHECK_DAYS)
def test_a_check_opens_a_week_before_its_day_and_never_closes(period: int):
    first = START + timedelta(days=period - 7)
    for on, expected in ((first - timedelta(days=1), ["check_not_open"]), (first, []), (date(2036, 1, 1), [])):
        ask = PlacementAsk(on=on, method=VerificationMethod.VISIT, period=period)
        assert missing(PlacementVerb.CHECK, facts(today=date(2036, 1, 1)), ask) == expected


@pytest.mark.parametrize(
    ("days", "made", "period"),
    [(22, (), None), (23, (), 30), (82, (), 30), (83, (), 90), (83, (90,), 30), (40, (30,), None), (400, (), 365),
     (400, (365,), 180), (400, CHECK_DAYS, None)],
)  # fmt: skip
def test_without_a_period_it_is_the_latest_open_check_that_was_not_made(days: int, made, period):
    ask = PlacementAsk(on=START + timedelta(days=days))
    assert period_of_check(facts(made=frozenset(made)), ask) == period


def test_when_no_check_is_open_the_answer_says_when_the_next_one_opens():
    line = placement_transition_for(PlacementVerb.CHECK)
    [lack] = missing_for_placement(line, facts(made=frozenset({30})), WHOLE[PlacementVerb.CHECK])
    assert (lack.code, str(check_opens_on(START, 90)) in lack.detail) == ("check_not_open", True)
    ask = PlacementAsk(on=date(2027, 3, 2), method=VerificationMethod.VISIT)
    assert missing(PlacementVerb.CHECK, facts(today=ask.on, made=frozenset(CHECK_DAYS)), ask) == ["no_check_left"]


@given(st.integers(0, 800), st.sets(st.sampled_from(CHECK_DAYS)))
def test_a_check_is_refused_exactly_when_no_period_is_open(days: int, made: set[int]):
    ask = PlacementAsk(on=START + timedelta(days=days), method=VerificationMethod.VISIT)
    known = facts(today=ask.on, made=frozenset(made))
    is_open = any(check_opens_on(START, period) <= ask.on for period in set(CHECK_DAYS) - made)
    assert (missing(PlacementVerb.CHECK, known, ask) == []) == is_open == (period_of_check(known, ask) is not None)


# The end


def test_what_was_only_proposed_may_fall_through_before_it_begins():
    ask, start = PlacementAsk(on=TODAY, reason=EndReason.NEVER_STARTED), TODAY + timedelta(days=30)
    assert missing(PlacementVerb.END, facts(state=PlacementState.PROPOSED, starts_on=start), ask) == []
    assert missing(PlacementVerb.END, facts(starts_on=start), ask) == ["before_start"]


def test_work_does_not_end_before_a_check_found_the_person_at_it():
    ask = WHOLE[PlacementVerb.END]
    assert missing(PlacementVerb.END, facts(last_at_work=TODAY), ask) == []
    assert missing(PlacementVerb.END, facts(last_at_work=TODAY + timedelta(days=1)), ask) == ["before_check"]


def test_a_check_that_finds_no_work_is_not_of_a_day_before_one_that_found_it():
    """Else the same work would be over on a day on which somebody saw the person at it."""
    found = facts(last_at_work=TODAY + timedelta(days=1))
    over = PlacementAsk(on=TODAY, method=VerificationMethod.VISIT, still_active=False, reason=EndReason.RESIGNED)
    assert missing(PlacementVerb.CHECK, facts(last_at_work=TODAY), over) == []
    assert missing(PlacementVerb.CHECK, found, over) == ["before_check"]
    assert missing(PlacementVerb.CHECK, found, PlacementAsk(on=TODAY, method=VerificationMethod.VISIT)) == []


@pytest.mark.parametrize("verb", [PlacementVerb.CHECK, PlacementVerb.END])
def test_work_at_which_somebody_was_found_did_begin(verb: PlacementVerb):
    ask = PlacementAsk(on=TODAY, method=VerificationMethod.VISIT, still_active=False, reason=EndReason.NEVER_STARTED)
    assert missing(verb, facts(), ask) == []
    assert missing(verb, facts(last_at_work=START + timedelta(days=23)), ask) == ["before_check"]


def test_what_never_began_has_no_length_and_nothing_ends_before_it_begins():
    assert ends_on(START, TODAY, EndReason.RESIGNED) == TODAY
    assert ends_on(START, TODAY, EndReason.NEVER_STARTED) == START
    assert ends_on(TODAY, START, EndReason.DECEASED) == TODAY


# Proposals and statements


@pytest.mark.parametrize("kind", PlacementKind)
def test_a_business_is_told_in_words_and_other_work_has_an_employer(kind: PlacementKind):
    is_own = kind == PlacementKind.OWN_BUSINESS
    right = {"has_employer": not is_own, "has_business": is_own}
    wrong = {"has_employer": is_own, "has_business": not is_own}
    assert mistakes_in_proposal(kind, **right, starts_on=TODAY, today=TODAY) == []
    found = mistakes_in_proposal(kind, **wrong, starts_on=TODAY, today=TODAY)
    assert [entry.code for entry in found] == ["missing", "unwanted"]
    assert {entry.field for entry in found} == {"employer_id", "business"}


def test_work_is_proposed_at_most_ninety_days_ahead():
    def proposed(days: int) -> list[str]:
        start = TODAY + timedelta(days=days)
        found = mistakes_in_proposal(
            PlacementKind.JOB, has_employer=True, has_business=False, starts_on=start, today=TODAY
        )
        return [entry.field for entry in found]

    assert (proposed(90), proposed(91)) == ([], ["starts_on"])


@pytest.mark.parametrize(
    ("first", "last", "fields"),
    [
        ("2026-03", "2026-03", []), ("2025-12", "2026-02", []), ("2021-03", "2021-05", []),
        ("2026-02", "2026-01", ["to"]), ("2025-11", "2026-02", ["to"]), ("2026-03", "2026-04", ["to"]),
        ("2021-02", "2021-02", ["from"]), ("2021-02", "2026-04", ["to", "to", "from"]),
    ],
)  # fmt: skip
def test_a_statement_covers_up_to_three_months_that_have_begun(first: str, last: str, fields: list[str]):
    found = mistakes_in_statement(parse_month(first), parse_month(last), TODAY)
    assert [entry.field for entry in found] == fields


def test_a_late_statement_is_history():
    november, december = parse_month("2025-11"), parse_month("2025-12")
    assert is_timely(december, december, TODAY, back=3, longest=3)
    assert not is_timely(november, december, TODAY, back=3, longest=3)
    assert not is_timely(december, december + 3, TODAY, back=3, longest=3)


class TestGaps:
    """Days without work, by the rule of graduation."""

    @staticmethod
    def _work(starts_on: str, ended_on: str | None = None, *, is_verified: bool = True) -> Any:
        first, last = date.fromisoformat(starts_on), date.fromisoformat(ended_on) if ended_on else None
        return SimpleNamespace(id=starts_on, starts_on=first, ended_on=last, verified_on=first if is_verified else None)

    @pytest.mark.parametrize(
        ("works", "found"),
        [
            ([("2026-01-01", None)], []),
            ([("2026-01-01", "2026-01-31"), ("2026-02-01", None)], []),
            ([("2026-01-01", "2026-01-31"), ("2026-03-02", None)], [(30, True)]),
            ([("2026-01-01", "2026-01-31"), ("2026-03-03", None)], [(31, False)]),
            ([("2024-01-30", "2024-02-29"), ("2024-03-30", None)], [(30, True)]),
            # One that goes on beside it leaves no gap.
            ([("2026-01-01", None), ("2026-01-05", "2026-01-10"), ("2026-04-01", None)], []),
            ([("2026-04-01", "2026-04-20")], [(10, True)]),
        ],
    )
    def test_a_gap_of_thirty_days_is_a_bridge(self, works, found):
        gaps = gaps_between([self._work(*each) for each in works], date(2026, 4, 30), 30)
        assert [(gap.days, gap.is_bridged) for gap in gaps] == found

    def test_what_was_only_proposed_fills_none(self):
        works = [self._work("2026-01-01", "2026-01-31"), self._work("2026-02-01", is_verified=False)]
        (gap,) = gaps_between(works, date(2026, 2, 20), 30)
        assert (gap.days, gap.starts_on, gap.bridge_until) == (20, None, date(2026, 3, 2))

    def test_chains_and_gaps_agree(self):
        works = [self._work("2026-01-01", "2026-01-31"), self._work("2026-03-03", None)]
        broken = [gap for gap in gaps_between(works, date(2026, 4, 30), 30) if not gap.is_bridged]
        assert len(work_spells(works, date(2026, 4, 30), 30)) == len(broken) + 1


@pytest.mark.parametrize(("wage", "share"), [(2_500_000, 100), (2_499_999, 99), (0, 0)])
def test_a_wage_below_the_minimum_is_never_shown_as_all_of_it(wage: int, share: int):
    assert wage_share(wage, 2_500_000) == share


@pytest.mark.parametrize("table", [APPLICATION_TRANSITIONS])
def test_every_need_of_an_application_is_known_and_every_live_state_can_be_left(table):
    for state in LIVE:
        assert {line.verb for line in table if state in line.sources} >= {"hire", "refuse", "withdraw"}
    for state in set(ApplicationState) - LIVE:
        assert allowed_application_verbs(state) == []


def test_a_no_of_an_employer_never_ends_work():
    for state in PlacementState:
        for period in (None, *CHECK_DAYS):
            assert effect_of(InquiryAnswer.LEFT, state, period, frozenset()) == Effect.LOOK
            assert effect_of(InquiryAnswer.UNKNOWN, state, period, frozenset()) == Effect.KEEP
