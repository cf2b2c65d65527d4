"""The questions about mentors, over values alone."""

from datetime import date

import pytest

from kessos_case.alumni import rules
from kessos_case.alumni.rules import MENTOR_OUTCOMES, OUTCOMES, MentoringOutcome, MentoringState

TODAY = date(2028, 2, 29)
READY = {"is_graduate": True, "has_consent": True, "is_alive": True, "is_mentor": False}


def codes(missing):
    return [entry.code for entry in missing]


@pytest.mark.parametrize(
    ("lacks", "code"),
    [
        ({"is_graduate": False}, "not_graduated"),
        ({"has_consent": False}, "consent_missing"),
        ({"is_alive": False}, "client_died"),
        ({"is_mentor": True}, "mentor_already"),
    ],
)
def test_a_mentor_is_a_living_graduate_who_agreed(lacks, code):
    assert rules.missing_to_begin(**READY) == []
    assert codes(rules.missing_to_begin(**READY | lacks)) == [code]


def test_everything_that_is_missing_is_said_at_once():
    nobody = {"is_graduate": False, "has_consent": False, "is_alive": False, "is_mentor": False}
    assert len(rules.missing_to_begin(**nobody)) == 3


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"left": 0}, "mentor_full"),
        ({"is_same": True}, "same_person"),
        ({"is_free_for": False}, "not_free_for"),
        ({"is_alive": False}, "client_died"),
    ],
)
def test_who_cannot_be_asked(how, code):
    free = {"is_alive": True, "is_same": False, "left": 1, "is_free_for": True}
    assert rules.missing_to_propose(**free) == []
    assert codes(rules.missing_to_propose(**free | how)) == [code]


@pytest.mark.parametrize("state", ["agreed", "met", "ended"])
def test_nobody_agrees_to_what_is_past(state: str):
    assert codes(rules.missing_to_agree(state, has_consent=True, is_alive=True)) == ["wrong_state"]


def test_they_meet_on_a_day_after_both_agreed():
    def missing(state, on, agreed_on=date(2028, 2, 28)):
        return codes(rules.missing_to_meet(state, agreed_on=agreed_on, on=on, today=TODAY))

    assert missing("agreed", TODAY) == []
    assert missing("agreed", date(2028, 3, 1)) == ["in_future"]
    assert missing("agreed", date(2028, 2, 27)) == ["before_agreed"]
    assert missing("proposed", TODAY, None) == ["wrong_state"]
    assert missing("met", TODAY) == ["wrong_state"]


def test_who_met_is_asked_what_became_of_both():
    assert rules.missing_to_end("met", "helped", "helped") == []
    assert codes(rules.missing_to_end("met", "helped", None)) == ["missing"]
    assert codes(rules.missing_to_end("agreed", "helped", None)) == ["outcome_does_not_fit"]
    assert rules.missing_to_end("agreed", "never_met", None) == []
    assert codes(rules.missing_to_end("agreed", "never_met", "helped")) == ["never_met"]
    assert codes(rules.missing_to_end("ended", "declined", None)) == ["wrong_state"]


def test_what_only_the_program_writes_is_said_by_nobody():
    said = set[str]().union(*OUTCOMES.values(), MENTOR_OUTCOMES)
    by_program = {MentoringOutcome.CONSENT_WITHDRAWN, MentoringOutcome.CASE_CLOSED, MentoringOutcome.DECEASED}
    assert said == set(MentoringOutcome) - by_program
    assert set(OUTCOMES) == set(MentoringState)
