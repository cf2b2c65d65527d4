"""The referral's machine and the offers' machine, from their own tables; the line and the clocks."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.clients.rules import Confidentiality, confidentiality_of
from kessos_case.core.policies import policy
from kessos_case.referrals import rules
from kessos_case.referrals.rules import (
    Clock,
    DeclineReason,
    Followup,
    HandBackReason,
    NextStep,
    OfferState,
    Party,
    Refusal,
    State,
    Urgency,
    Verb,
    due_at,
    missing_for,
    transition_for,
)

CONTENT = policy("routing").content
CLOSED = {State.COMPLETED, State.REJECTED, State.WITHDRAWN}
NOBODY = {"is_sender": False, "is_desk": False}


def caller(*parties: Party) -> dict[str, bool]:
    return {f"is_{party}": party in parties for party in Party}


def missing(line, state, who: dict, **given):
    """What is missing for a caller who gives all that the line asks for, save what the test says otherwise."""
    stated = {
        "text": "kata",
        "reason": min(line.reasons, default=None),
        "given": [need.field for need in line.needs],
    } | given
    return [entry.code for entry in missing_for(line, state, **who, **stated)]


# The referral's machine

CASES = [(line, state, party) for line in rules.TRANSITIONS for state in State for party in Party]


@pytest.mark.parametrize(("line", "state", "party"), CASES)
def test_a_verb_is_allowed_exactly_where_the_table_says(line, state, party):
    who = caller(party)
    may = state in line.sources and party in line.by
    assert (missing(line, state, who) == []) == may
    assert (line.verb in rules.allowed_verbs(state, **who)) == may


@pytest.mark.parametrize("line", rules.TRANSITIONS, ids=lambda line: line.verb)
def test_everything_that_is_missing_is_said_at_once(line):
    wrong = next(state for state in State if state not in line.sources)
    expected = {"wrong_state", "wrong_actor"}
    expected |= {f"{line.text}_missing"} if line.text else set()
    expected |= {"reason_missing"} if line.reasons else set()
    expected |= {need.code for need in line.needs}
    assert set(missing(line, wrong, NOBODY, text=None, reason="because", given=())) == expected


def test_who_is_two_parties_may_what_either_may():
    both = rules.allowed_verbs(State.SUBMITTED, is_sender=True, is_desk=True)
    assert both == [Verb.RETURN, Verb.TRIAGE, Verb.REJECT, Verb.WITHDRAW]


def test_who_may_is_said_in_words():
    refused = missing_for(transition_for("withdraw"), State.ROUTING, **NOBODY, text=None, reason="died")
    assert [entry.detail for entry in refused] == ["Only the sender or desk may do this."]


def test_triage_asks_for_the_person_and_a_meeting_for_its_time():
    desk, receiver = caller(Party.DESK), caller(Party.RECEIVER)
    assert missing(transition_for("triage"), State.SUBMITTED, desk, given=()) == ["client_missing"]
    assert missing(transition_for("meet"), State.ACCEPTED, receiver, given=()) == ["happened_at_missing"]
    assert missing(transition_for("wait_list"), State.OFFERED, receiver, given=()) == ["expected_on_missing"]


def test_every_verb_but_the_first_is_one_line_of_the_table():
    assert Counter(line.verb for line in rules.TRANSITIONS) == Counter(set(Verb) - {Verb.SUBMIT})


def test_every_open_state_has_a_way_out_an_owner_and_a_clock():
    leaving = {
        state for line in rules.TRANSITIONS for state in line.sources if {line.target, *line.otherwise} - {state}
    }
    assert leaving == rules.OPEN_STATES == set(State) - CLOSED
    assert set(rules.CLOCK_OF) == set(rules.OWNER_OF) == rules.OPEN_STATES


def test_every_state_is_reached_from_the_first():
    reached = {State.SUBMITTED}
    while fresh := {line.target for line in rules.TRANSITIONS if line.sources & reached} - reached:
        reached |= fresh
    assert reached == set(State)


def test_who_has_a_referral_can_move_it_on():
    for state, owner in rules.OWNER_OF.items():
        assert rules.allowed_verbs(state, **caller(owner))


def test_a_referral_can_be_withdrawn_as_long_as_it_is_open():
    assert transition_for("withdraw").sources == rules.OPEN_STATES


def test_the_third_missed_meeting_sends_the_referral_on():
    most = CONTENT["no_show"]["attempts"]
    states = [rules.state_after_no_show(attempt, most) for attempt in (1, 2, 3, 4)]
    assert states == [State.ACCEPTED, State.ACCEPTED, State.ROUTING, State.ROUTING]
    line = transition_for("no_show")
    assert set(states) == {line.target, *line.otherwise}


# The offers' machine


@pytest.mark.parametrize("line", rules.OFFER_TRANSITIONS, ids=lambda line: line.verb)
@pytest.mark.parametrize("state", OfferState)
def test_an_offer_is_answered_exactly_where_the_table_says(line, state):
    one = UUID(int=1)
    assert rules.may_answer(state, line.verb) == (state == line.source)
    if state == line.source:
        assert rules.answered({one: state}, one, line.verb) == {one: line.target}
    else:
        with pytest.raises(ValueError, match=f"is {state} has no {line.verb}"):
            rules.answered({one: state}, one, line.verb)


def test_every_living_offer_can_end_and_no_ended_one_comes_back():
    assert {line.source for line in rules.OFFER_TRANSITIONS} == rules.LIVE_OFFERS
    assert {line.target for line in rules.OFFER_TRANSITIONS} == set(OfferState) - {OfferState.OPEN}


# Beside an accepted offer no other lives.
PAIRS = [
    (line, other)
    for line in rules.OFFER_TRANSITIONS
    for other in OfferState
    if other not in rules.LIVE_OFFERS or OfferState.ACCEPTED not in (line.source, other)
]


@pytest.mark.parametrize(("line", "other"), PAIRS)
def test_the_referrals_table_tells_where_each_answer_to_an_offer_leads(line, other):
    one, two = UUID(int=1), UUID(int=2)
    offers = {one: line.source, two: other}
    whole = transition_for(line.verb)
    assert rules.referral_state_of(offers.values()) in whole.sources
    assert rules.referral_state_of(rules.answered(offers, one, line.verb).values()) in {whole.target, *whole.otherwise}


@pytest.mark.parametrize(
    ("offers", "state"),
    [
        ([], State.ROUTING),
        (["declined", "expired", "revoked"], State.ROUTING),
        (["waiting", "declined"], State.WAITING),
        (["waiting", "open"], State.OFFERED),
        (["revoked", "accepted"], State.ACCEPTED),
    ],
)
def test_the_referral_stands_where_its_offers_say(offers: list[str], state: State):
    assert rules.referral_state_of(OfferState(offer) for offer in offers) == state


def test_the_first_acceptance_revokes_the_others():
    one, two, three, four = (UUID(int=number) for number in range(4))
    offers = {one: OfferState.OPEN, two: OfferState.OPEN, three: OfferState.WAITING, four: OfferState.DECLINED}
    assert list(rules.answered(offers, two, Verb.ACCEPT).values()) == ["revoked", "accepted", "revoked", "declined"]


def test_a_withdrawal_revokes_whatever_lives():
    offers = {UUID(int=number): state for number, state in enumerate(OfferState)}
    left = set(rules.revoked(offers).values())
    assert left == {OfferState.REVOKED, OfferState.DECLINED, OfferState.EXPIRED}


@given(st.sampled_from(Urgency), st.data())
def test_whatever_is_answered_one_receiver_at_most_has_the_person(urgency: Urgency, data: st.DataObject):
    offers: dict[UUID, OfferState] = {}
    for step in range(data.draw(st.integers(1, 25))):
        state = rules.referral_state_of(offers.values())
        still_open = sum(offer == OfferState.OPEN for offer in offers.values())
        moves = [
            (offer_id, line.verb)
            for offer_id, offer in offers.items()
            for line in rules.OFFER_TRANSITIONS
            if rules.may_answer(offer, line.verb)
        ]
        if state in transition_for("offer").sources and still_open < rules.most_open(urgency):
            moves.append((UUID(int=step), Verb.OFFER))
        if not moves:
            break
        offer_id, verb = data.draw(st.sampled_from(moves))
        offers = offers | {offer_id: OfferState.OPEN} if verb is Verb.OFFER else rules.answered(offers, offer_id, verb)
        count = Counter(offers.values())
        assert count[OfferState.ACCEPTED] <= 1
        assert not (count[OfferState.ACCEPTED] and count[OfferState.OPEN] + count[OfferState.WAITING])
        assert count[OfferState.OPEN] <= rules.most_open(urgency)


def test_an_emergency_is_offered_to_three_at_once():
    assert {urgency: rules.most_open(urgency) for urgency in Urgency} == {"emergency": 3, "urgent": 1, "routine": 1}


def test_the_line_goes_by_urgency_then_time_then_id():
    morning, noon = datetime(2026, 3, 2, 2, tzinfo=UTC), datetime(2026, 3, 2, 5, tzinfo=UTC)
    waiting = [
        ("routine", morning, UUID(int=1)),
        ("urgent", noon, UUID(int=2)),
        ("urgent", morning, UUID(int=4)),
        ("urgent", morning, UUID(int=3)),
    ]
    places = rules.place_in_line(waiting)
    assert [(offer_id.int, place) for offer_id, place in places.items()] == [(3, 1), (4, 2), (2, 3), (1, 4)]


# What follows a no


def test_the_policy_says_what_follows_each_reason_to_decline():
    assert set(CONTENT["decline"]) == set(DeclineReason)
    for reason in DeclineReason:
        step = rules.next_step(reason, CONTENT, "urgent")
        assert (step.kind == Followup.PARK) == (step.days > 0)
    assert rules.next_step("full", CONTENT, "urgent") == NextStep(Followup.NEXT_CANDIDATE)
    assert rules.next_step("missing_papers", CONTENT, "urgent") == NextStep(Followup.PARK, 7)
    assert rules.next_step("person_refuses", CONTENT, "urgent").kind == Followup.ASK_SENDER


def test_a_reason_that_leads_back_to_the_sender_can_be_asked_from_routing():
    assert missing(transition_for("return"), State.ROUTING, caller(Party.CLOCK)) == []


DAY = date(2026, 3, 2)
NO = Refusal(UUID(int=1), OfferState.DECLINED, "full", DAY)


def refused(refusal: Refusal, *, days: int) -> bool:
    return UUID(int=1) in rules.refused_by([refusal], CONTENT, DAY + timedelta(days=days))


def test_who_was_full_is_asked_again_after_two_weeks_and_no_sooner():
    assert [refused(NO, days=days) for days in (0, 13, 14)] == [True, True, False]


def test_who_did_not_answer_is_asked_again_after_a_week():
    late = replace(NO, state=OfferState.EXPIRED, reason=None)
    assert [refused(late, days=days) for days in (6, 7)] == [True, False]


def test_who_found_the_person_not_suitable_is_not_asked_again():
    assert refused(replace(NO, reason="not_suitable"), days=9999)


@pytest.mark.parametrize("reason", [*HandBackReason, "full"])
def test_who_handed_the_person_back_is_not_asked_again(reason: str):
    assert refused(replace(NO, reason=reason, was_accepted=True), days=9999)


@pytest.mark.parametrize("state", [OfferState.REVOKED, OfferState.OPEN, OfferState.ACCEPTED, OfferState.WAITING])
def test_what_no_receiver_ended_is_no_refusal(state: OfferState):
    assert not refused(replace(NO, state=state), days=0)


# Clocks

MONDAY = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize("clock", sorted(rules.CLOCK_OF.values()))
def test_every_clock_has_a_limit_for_every_urgency_and_the_more_urgent_ends_first(clock: str):
    limits = [due_at(MONDAY, Clock(**CONTENT[clock][urgency]), frozenset(), DAY) for urgency in Urgency]
    assert MONDAY < limits[0] <= limits[1] <= limits[2]
    assert set(CONTENT[clock]) == set(Urgency)


@pytest.mark.parametrize(
    ("clock", "emergency", "urgent", "routine"),
    [
        ("triage", {"hours": 1}, {"hours": 24}, {"working_days": 3}),
        ("offer", {"hours": 2}, {"hours": 24}, {"working_days": 5}),
        ("meeting", {"hours": 24}, {"hours": 3 * 24}, {"hours": 14 * 24}),
    ],
)
def test_the_clocks_of_the_specification(clock: str, emergency: dict, urgent: dict, routine: dict):
    assert CONTENT[clock] == {"emergency": emergency, "urgent": urgent, "routine": routine}


def test_an_hourly_clock_runs_by_the_calendar():
    assert due_at(MONDAY, Clock(hours=24), frozenset(), date(2026, 3, 2)) == datetime(2026, 3, 3, 3, tzinfo=UTC)


def test_a_clock_of_working_days_skips_the_weekend_and_holidays():
    friday = datetime(2026, 3, 6, 3, tzinfo=UTC)
    holidays = frozenset({date(2026, 3, 9)})
    assert due_at(friday, Clock(working_days=3), holidays, date(2026, 3, 6)) == datetime(2026, 3, 12, 3, tzinfo=UTC)


def test_a_report_on_saturday_night_counts_from_monday():
    saturday = datetime(2026, 3, 7, 16, tzinfo=UTC)
    assert due_at(saturday, Clock(working_days=1), frozenset(), date(2026, 3, 7)) == datetime(
        2026, 3, 9, 16, tzinfo=UTC
    )


def test_a_receiver_is_reminded_at_half_time():
    assert rules.reminder_at(MONDAY, MONDAY + timedelta(hours=2)) == MONDAY + timedelta(hours=1)


def test_the_strictest_level_wins():
    levels = [Confidentiality.ELEVATED, Confidentiality.STRICT, Confidentiality.STANDARD]
    assert confidentiality_of(levels) is Confidentiality.STRICT
    assert confidentiality_of([]) is Confidentiality.STANDARD
