"""Where an enrolment stands, who may move it and what that needs; attendance as numbers. Values in, values out.

Source: spec journey.md, "Smaller machines".
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from kessos_case.cases.rules import Missing, Stage


class EnrolmentState(StrEnum):
    """Where an enrolment stands."""

    REQUESTED = "requested"
    WAITING = "waiting"
    ENROLLED = "enrolled"
    ATTENDING = "attending"
    COMPLETED = "completed"
    DROPPED = "dropped"


class DropReason(StrEnum):
    """Why somebody left a course or never began it."""

    OWN_WISH = "own_wish"
    ILLNESS = "illness"
    FOUND_WORK = "found_work"
    FAMILY = "family"
    ABSENCE = "absence"
    DISCIPLINE = "discipline"
    BATCH_CANCELLED = "batch_cancelled"
    NO_PLACE = "no_place"
    CASE_CLOSED = "case_closed"
    DECEASED = "deceased"


class Presence(StrEnum):
    """One person on one day of a course."""

    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


class EnrolmentVerb(StrEnum):
    """What can be done to an enrolment."""

    WAIT = "wait"
    PLACE = "place"
    ATTEND = "attend"
    COMPLETE = "complete"
    DROP = "drop"


@dataclass(frozen=True)
class EnrolmentTransition:
    """One line of the machine: from, verb, to, who, and what it needs in the words of the handbook."""

    verb: EnrolmentVerb
    sources: frozenset[EnrolmentState]
    target: EnrolmentState
    by: str
    needs: str


# A request is answered in the same moment: by a place, or in the line where the person wants to wait.
ENROLMENT_TRANSITIONS: tuple[EnrolmentTransition, ...] = (
    EnrolmentTransition(
        EnrolmentVerb.WAIT,
        frozenset({EnrolmentState.REQUESTED}),
        EnrolmentState.WAITING,
        "caseworker",
        "the batch is full and the person wants to wait",
    ),
    EnrolmentTransition(
        EnrolmentVerb.PLACE,
        frozenset({EnrolmentState.REQUESTED, EnrolmentState.WAITING}),
        EnrolmentState.ENROLLED,
        "program",
        "a free place, and no other course of the person on these days; out of the line in its order",
    ),
    EnrolmentTransition(
        EnrolmentVerb.ATTEND,
        frozenset({EnrolmentState.ENROLLED}),
        EnrolmentState.ATTENDING,
        "program",
        "present on a day of the batch",
    ),
    EnrolmentTransition(
        EnrolmentVerb.COMPLETE,
        frozenset({EnrolmentState.ENROLLED, EnrolmentState.ATTENDING}),
        EnrolmentState.COMPLETED,
        "caseworker",
        "attended, or the batch is over; passed or not",
    ),
    EnrolmentTransition(
        EnrolmentVerb.DROP,
        frozenset(
            {EnrolmentState.REQUESTED, EnrolmentState.WAITING, EnrolmentState.ENROLLED, EnrolmentState.ATTENDING}
        ),
        EnrolmentState.DROPPED,
        "caseworker",
        "a coded reason",
    ),
)

# Not finished, and of these the ones that have a place.
OPEN_STATES = frozenset(EnrolmentState) - {EnrolmentState.COMPLETED, EnrolmentState.DROPPED}
PLACED_STATES = frozenset({EnrolmentState.ENROLLED, EnrolmentState.ATTENDING})

# Stages in which an approved plan is carried out. A course is a step of the plan to which the person agreed, so none
# begins before that: normally it is the stage of training, which needs the approved plan. Vocational training is a part of
# social rehabilitation too (PP 39/2012 art. 7), and who looks for work or has found some may learn more.
LEARNING_STAGES = frozenset(Stage) - {
    Stage.INTAKE,
    Stage.ASSESSMENT,
    Stage.PLANNING,
    Stage.GRADUATED,
    Stage.CLOSED,
}


def transition_for(verb: EnrolmentVerb) -> EnrolmentTransition:
    """The line of the machine for this verb."""
    return {line.verb: line for line in ENROLMENT_TRANSITIONS}[verb]


def missing_to_enrol(stage: str, died_on: date | None) -> list[Missing]:
    """What keeps the person of a case in this stage from every course."""
    missing = []
    if died_on is not None:
        missing.append(Missing("client_died", f"The person died on {died_on}."))
    if stage not in LEARNING_STAGES:
        missing.append(Missing("wrong_stage", f"The case is in {stage}; a course needs the plan to be approved."))
    return missing


def certificate_number(written: str) -> str:
    """A certificate's number as it is kept and compared: capitals and single blanks, so that none is given twice."""
    return " ".join(written.upper().split())


def missing_for(verb: EnrolmentVerb, state: str, *, ends_on: date, today: date) -> list[Missing]:
    """What stands between an enrolment in a batch that ends on this day and the verb."""
    line, missing = transition_for(verb), []
    if state not in line.sources:
        missing.append(Missing("wrong_state", f"The enrolment is {state}."))
    elif verb is EnrolmentVerb.COMPLETE and state == EnrolmentState.ENROLLED and today <= ends_on:
        missing.append(Missing("not_attended", f"The person has not attended, and the batch lasts until {ends_on}."))
    return missing


def presences(enrolled: Collection[UUID], present: Collection[UUID], excused: Collection[UUID]) -> dict[UUID, Presence]:
    """Who was there on a day, of those named and of everybody enrolled: whoever is not named was absent."""
    named = dict.fromkeys(present, Presence.PRESENT) | dict.fromkeys(excused, Presence.EXCUSED)
    return dict.fromkeys(enrolled, Presence.ABSENT) | named


@dataclass(frozen=True)
class Attended:
    """How a person took part so far: days, the share of days that count (excused ones do not), and hours of the course.

    `rate` is None where no day counts yet.
    """

    present: int
    excused: int
    absent: int
    rate: float | None
    hours: int


def attended(counts: dict[str, int], *, course_hours: int, given: float, held: int) -> Attended:
    """How a person took part, from days by presence.

    The hours of a course are spread evenly over its days: of the share `given` (0 to 1) so far, what was held on `held`
    days, a person has as many as the days on which he was there. Whole hours, rounded down.
    """
    present, absent = counts.get(Presence.PRESENT, 0), counts.get(Presence.ABSENT, 0)
    return Attended(
        present=present,
        excused=counts.get(Presence.EXCUSED, 0),
        absent=absent,
        rate=round(present / (present + absent), 3) if present + absent else None,
        hours=int(course_hours * given * present / held) if held else 0,
    )


def given_share(starts_on: date, ends_on: date, last_held: date | None, today: date) -> float:
    """How much of a batch has been given, by the days up to the last one that was held; all of it once it is over."""
    if last_held is None:
        return 0.0
    if today > ends_on:
        return 1.0
    return ((last_held - starts_on).days + 1) / ((ends_on - starts_on).days + 1)


# Who misses more than one day in five has hardly learned the trade and soon stays away; asked early, he may still say why.
# Own convention: no regulation that we know of sets it for courses of a UPT.
LEAST_RATE = 0.8
# Days that count, before one day away would be a fifth of all.
LEAST_DAYS = 5


def stays_away(counts: dict[str, int]) -> bool:
    """Has a person been absent without leave so often that somebody should ask why? From days by presence."""
    present, absent = counts.get(Presence.PRESENT, 0), counts.get(Presence.ABSENT, 0)
    return present + absent >= LEAST_DAYS and present < LEAST_RATE * (present + absent)
