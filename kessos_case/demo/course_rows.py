"""Courses of the UPTs: batches by quarter, who takes part, who was there, and how it ended."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from kessos_case.cases.rules import Pathway, Stage, StepState
from kessos_case.core.months import first_day
from kessos_case.demo import words
from kessos_case.demo.desk import Desk
from kessos_case.demo.episodes import COURSE_DAYS, Episode
from kessos_case.demo.ground import Office
from kessos_case.demo.plan_rows import Link
from kessos_case.demo.process import SERVICE
from kessos_case.notes.rules import PaperKind
from kessos_case.training.models import Attendance, Batch, Course, CourseRequirement, Enrolment
from kessos_case.training.rules import DropReason, EnrolmentState
from kessos_case.training.rules.requirements import (
    SCHOOLING,
    Learner,
    Requirement,
    RequirementKind,
    Standing,
    WaiverReason,
    standing,
)

_PLACES, _COURSES = 20, 2


@dataclass
class Class:
    """One batch while it fills."""

    id: UUID
    course_id: UUID
    office: Office
    starts_on: date
    ends_on: date
    taken: int = 0
    pupils: list[tuple[UUID, UUID, date | None, Episode]] = field(default_factory=list)


class CourseRows:
    """Finds everybody a batch and writes it down; batches and attendance at the end."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._ground = desk, desk.ground
        self._courses: dict[UUID, list[UUID]] = {}
        self._asks: dict[UUID, tuple[Requirement, ...]] = {}
        self._batches: dict[tuple[UUID, date], Class] = {}
        self._certificates = 0

    def enrol(self, case: Episode) -> Link | None:
        """The course of a case in training; None without one."""
        begun = case.entered(Stage.TRAINING)
        if begun is None or case.pathway != Pathway.INDEPENDENCE or case.caseworker is None:
            return None
        dice = self._desk.dice_of(case, "course")
        batch = self._batch(case.office, begun, dice.randrange(_COURSES))
        if batch is None:
            return None
        at = max(self._ground.moment(begun, dice), case.opened_at)
        enrolment_id, ends = self._ground.ids.at(at), case.closed_at
        left = ends.date() if ends and ends.date() <= batch.ends_on else None
        drops = dice.random() < SERVICE.drops_course and not case.jobs
        dropped_on = left or (batch.starts_on + timedelta(days=dice.randint(5, 60)) if drops else None)
        if dropped_on and not self._desk.is_past(dropped_on):
            dropped_on = None
        state = self._state(batch, dropped_on)
        self._row(case, batch, enrolment_id, at, state, dropped_on, left is not None)
        self._desk.tell(case, "course_enrolled", enrolment_id, at, by=case.caseworker)
        if state == EnrolmentState.DROPPED:
            return None
        batch.taken += 1
        batch.pupils.append((enrolment_id, case.person.id, dropped_on, case))
        is_done = state == EnrolmentState.COMPLETED and case.passes_course
        closed = self._ground.moment(self._result_on(batch), dice) if is_done else None
        step = (
            StepState.DONE
            if is_done
            else StepState.OPEN
            if state == EnrolmentState.COMPLETED
            else StepState.IN_PROGRESS
        )
        return Link("enrolment", enrolment_id, step, closed)

    def write(self) -> None:
        """Batches with their counts, and the attendance of one day a week."""
        for batch in self._batches.values():
            at = self._ground.moment(batch.starts_on - timedelta(days=20), self._ground.dice(f"batch:{batch.id}"))
            self._ground.book.add(
                Batch, id=batch.id, course_id=batch.course_id, organisation_id=batch.office.id, starts_on=batch.starts_on,
                ends_on=batch.ends_on, capacity=_PLACES, taken=batch.taken, created_at=at, version=1,
            )  # fmt: skip
            self._attendance(batch)

    def _batch(self, office: Office, day: date, choice: int) -> Class | None:
        """The batch of the next quarter, of the course that is chosen or another with a free place."""
        courses, starts_on = self._of(office), self._ground.course_after(day)
        for place in range(len(courses)):
            course = courses[(choice + place) % len(courses)]
            batch = self._batches.get((course, starts_on))
            if batch is None:
                at = datetime.combine(starts_on, datetime.min.time(), self._ground.now.tzinfo)
                batch = Class(self._ground.ids.at(at), course, office, starts_on, starts_on + COURSE_DAYS)
                self._batches[course, starts_on] = batch
            if batch.taken < _PLACES:
                return batch
        return None

    def _of(self, office: Office) -> list[UUID]:
        if office.id not in self._courses:
            dice, made = self._ground.dice(f"courses:{office.code}"), []
            begun = self._ground.moment(first_day(self._ground.live_from), dice)
            for skill, name, hours in dice.sample(words.COURSES, _COURSES):
                course_id = self._ground.ids.at(begun)
                self._asks[course_id] = self._requirements(course_id, skill, begun)
                self._ground.book.add(
                    Course, id=course_id, organisation_id=office.id, name=f"{name} (Contoh)", skill=skill, hours=hours,
                    capacity=_PLACES, is_active=True, created_at=begun, version=1,
                )  # fmt: skip
                made.append(course_id)
            self._courses[office.id] = made
        return self._courses[office.id]

    def _requirements(self, course_id: UUID, skill: str, begun: datetime) -> tuple[Requirement, ...]:
        """What the course asks for."""
        asked = tuple(Requirement(RequirementKind(kind), value) for kind, value in words.REQUIREMENTS[skill])
        for one in asked:
            self._ground.book.add(
                CourseRequirement,
                id=self._ground.ids.at(begun),
                course_id=course_id,
                kind=str(one.kind),
                value=one.value,
            )
        return asked

    def _waiver(self, case: Episode, batch: Class) -> WaiverReason | None:
        """Why the person learns all the same, where something is lacking; every other paper was seen."""
        person, age = case.person, case.age_on(batch.starts_on)
        seen = {PaperKind.HEALTH_CERTIFICATE} | ({PaperKind.IDENTITY_CARD} if person.nik else set())
        learner = Learner((age, age), SCHOOLING[person.schooling], documents=frozenset(str(one) for one in seen))
        lacking = [one for one in self._asks[batch.course_id] if standing(one, learner) != Standing.MET]
        if not lacking:
            return None
        by_paper = all(one.kind == RequirementKind.DOCUMENT for one in lacking)
        return WaiverReason.DOCUMENT_FOLLOWS if by_paper else WaiverReason.HELPED_IN_CLASS

    def _state(self, batch: Class, dropped_on: date | None) -> EnrolmentState:
        if dropped_on:
            return EnrolmentState.DROPPED
        if self._desk.is_past(self._result_on(batch)):
            return EnrolmentState.COMPLETED
        return EnrolmentState.ATTENDING if batch.starts_on < self._ground.today else EnrolmentState.ENROLLED

    def _result_on(self, batch: Class) -> date:
        return self._ground.working_day(batch.ends_on + timedelta(days=3))

    def _row(
        self, case: Episode, batch: Class, enrolment_id: UUID, at: datetime, state: EnrolmentState,
        dropped_on: date | None, is_closed: bool,
    ) -> None:  # fmt: skip
        dice, done = self._desk.dice_of(case, "result"), state == EnrolmentState.COMPLETED
        passed = case.passes_course if done else None
        if passed:
            self._certificates += 1
        reasons = (
            DropReason.OWN_WISH,
            DropReason.ILLNESS,
            DropReason.ABSENCE,
            DropReason.FAMILY,
            DropReason.FOUND_WORK,
        )
        waiver = self._waiver(case, batch)
        reason = None if not dropped_on else DropReason.CASE_CLOSED if is_closed else dice.choice(reasons)
        self._ground.book.add(
            Enrolment, id=enrolment_id, batch_id=batch.id, course_id=batch.course_id, organisation_id=batch.office.id,
            case_id=case.id, client_id=case.person.id, plan_step_id=None, state=str(state), starts_on=batch.starts_on,
            ends_on=batch.ends_on, requested_at=at, requested_by=case.caseworker, passed=passed,
            score=dice.randint(62, 96) if passed else dice.randint(30, 58) if done else None,
            certificate_no=f"CONTOH/{self._certificates:05}" if passed else None,
            completed_on=self._result_on(batch) if done else None, drop_reason=reason and str(reason), dropped_on=dropped_on,
            waiver_reason=waiver and str(waiver), waived_by=case.supervisor if waiver else None, version=2,
        )  # fmt: skip
        if done:
            told = self._ground.moment(self._result_on(batch), dice)
            self._desk.tell(case, "course_completed", enrolment_id, told, by=case.caseworker)
        elif dropped_on:
            self._desk.tell(
                case, "course_dropped", enrolment_id, self._ground.moment(dropped_on, dice), by=case.caseworker
            )

    def _attendance(self, batch: Class) -> None:
        dice = self._ground.dice(f"attendance:{batch.id}")
        day = batch.starts_on
        while day <= batch.ends_on and day < self._ground.today:
            at = self._ground.moment(day, dice)
            for enrolment_id, client_id, _, case in batch.pupils:
                presence = dice.choices(("present", "excused", "absent"), (88, 6, 6))[0]
                self._ground.book.add(
                    Attendance, enrolment_id=enrolment_id, held_on=day, batch_id=batch.id, client_id=client_id,
                    presence=presence, recorded_at=at, recorded_by=case.caseworker,
                )  # fmt: skip
            day += timedelta(days=7)
