"""The machine of an enrolment, who may learn, and attendance as numbers."""

from datetime import date
from uuid import uuid4

import pytest

from kessos_case.cases.rules import Stage
from kessos_case.training.rules import (
    ENROLMENT_TRANSITIONS,
    OPEN_STATES,
    EnrolmentState,
    EnrolmentVerb,
    Presence,
    attended,
    given_share,
    missing_for,
    missing_to_enrol,
    presences,
)

START, END = date(2026, 3, 2), date(2026, 3, 11)

# verb -> the states from which it leads somewhere; written down apart from the table that the program reads.
ALLOWED = {
    "wait": {"requested"},
    "place": {"requested", "waiting"},
    "attend": {"enrolled"},
    "complete": {"enrolled", "attending"},
    "drop": {"requested", "waiting", "enrolled", "attending"},
}


@pytest.mark.parametrize("state", list(EnrolmentState))
@pytest.mark.parametrize("verb", list(EnrolmentVerb))
def test_each_verb_leads_only_from_its_states(verb: EnrolmentVerb, state: EnrolmentState):
    missing = missing_for(verb, state, ends_on=START, today=END)
    assert [entry.code for entry in missing] == ([] if state in ALLOWED[verb] else ["wrong_state"])


def test_every_verb_has_one_line_and_finished_is_finished():
    assert sorted(line.verb for line in ENROLMENT_TRANSITIONS) == sorted(EnrolmentVerb)
    assert {state for line in ENROLMENT_TRANSITIONS for state in line.sources} == OPEN_STATES


def codes(missing) -> list[str]:
    return [entry.code for entry in missing]


def test_who_never_came_has_a_result_only_when_the_batch_is_over():
    for today, found in ((END, ["not_attended"]), (date(2026, 3, 12), [])):
        assert codes(missing_for(EnrolmentVerb.COMPLETE, EnrolmentState.ENROLLED, ends_on=END, today=today)) == found


def test_who_attended_may_be_done_before_the_end():
    assert missing_for(EnrolmentVerb.COMPLETE, EnrolmentState.ATTENDING, ends_on=END, today=START) == []


@pytest.mark.parametrize("stage", ["training", "rehabilitation", "care", "placement", "reunification", "aftercare"])
def test_a_course_is_for_whoever_has_an_approved_plan(stage: str):
    assert missing_to_enrol(stage, None) == []


@pytest.mark.parametrize("stage", [Stage.INTAKE, Stage.ASSESSMENT, Stage.PLANNING, Stage.GRADUATED, Stage.CLOSED])
def test_before_the_plan_and_after_the_end_nobody_is_enrolled(stage: Stage):
    assert codes(missing_to_enrol(stage, None)) == ["wrong_stage"]


def test_everything_that_is_missing_is_named_at_once():
    assert codes(missing_to_enrol("planning", date(2026, 1, 1))) == ["client_died", "wrong_stage"]


def test_whoever_is_not_named_was_absent():
    ani, budi, cita = uuid4(), uuid4(), uuid4()
    assert presences([ani, budi, cita], [ani], [budi]) == {
        ani: Presence.PRESENT, budi: Presence.EXCUSED, cita: Presence.ABSENT,
    }  # fmt: skip


def test_excused_days_do_not_count_against_a_person():
    found = attended({"present": 3, "absent": 1, "excused": 6}, course_hours=60, given=1.0, held=10)
    assert (found.rate, found.hours, found.excused) == (0.75, 18, 6)


def test_before_the_first_day_there_is_no_rate():
    found = attended({}, course_hours=60, given=0.0, held=0)
    assert (found.rate, found.hours) == (None, 0)


def test_only_excused_days_give_no_rate():
    assert attended({"excused": 2}, course_hours=60, given=0.2, held=2).rate is None


@pytest.mark.parametrize(
    ("last_held", "today", "share"),
    [
        (None, END, 0.0),
        (START, START, 0.1),
        (START, date(2026, 3, 9), 0.1),  # a week was not written down: nothing is known to have been given
        (date(2026, 3, 6), date(2026, 3, 6), 0.5),
        (date(2026, 3, 6), date(2026, 3, 12), 1.0),  # over: what was held is all there was
        (None, date(2026, 3, 12), 0.0),
    ],
)
def test_a_course_is_given_day_by_day(last_held: date | None, today: date, share: float):
    assert given_share(START, END, last_held, today) == pytest.approx(share)


def test_whoever_came_half_way_has_half_of_the_hours():
    found = attended({"present": 5}, course_hours=60, given=1.0, held=10)
    assert (found.rate, found.hours) == (1.0, 30)
