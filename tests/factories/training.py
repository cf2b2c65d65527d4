"""Makers of courses, of people who may learn, and of their places, as a UPT would make them."""

from typing import Any

from kessos_case.access.models import User
from kessos_case.cases.models import Case
from kessos_case.training import service
from kessos_case.training.models import Course
from tests.factories import Make
from tests.factories.cases import lead_to, open_case
from tests.factories.casework import in_days, supervisor_beside


def course(make: Make, by: User, **stated: Any) -> Course:
    """A course of the office of this user."""
    defaults = {"name": "Menjahit Dasar", "skill": "menjahit", "hours": 60, "capacity": 3}
    with make.acting(by) as session:
        return service.add_course(session, **defaults | stated)


def batch(make: Make, by: User, of: Course | None = None, **stated: Any) -> service.BatchCard:
    """A run of a course for ten days from today."""
    about = of or course(make, by)
    defaults = {"course_id": about.id, "starts_on": in_days(0), "ends_on": in_days(9)}
    with make.acting(by) as session:
        return service.add_batch(session, **defaults | stated)


def learner(make: Make, by: User, leader: User | None = None, **stated: Any) -> Case:
    """The case of a new person in the stage of training, led there by this caseworker and a supervisor."""
    case = open_case(make, by, **stated)
    return lead_to(make, case, "training", by, leader or supervisor_beside(make, by))


def enrolment(make: Make, by: User, into: service.BatchCard, case: Case | None = None, **stated: Any) -> Any:
    """A place of a person, or of a new learner, in a batch."""
    about = case or learner(make, by)
    with make.acting(by) as session:
        return service.enrol(session, batch_id=into.id, case_id=about.id, **stated)


def attendance(make: Make, by: User, of: service.BatchCard, *present: Any, **stated: Any) -> service.AttendanceCard:
    """Today in a batch, with these people there."""
    defaults = {"on": in_days(0), "present": [found.id for found in present]}
    with make.acting(by) as session:
        return service.take_attendance(session, of.id, **defaults | stated)


def result(make: Make, by: User, of: Any, **stated: Any) -> service.EnrolmentCard:
    """A course that was passed."""
    with make.acting(by) as session:
        return service.record_result(session, of.id, **{"passed": True} | stated)


def dropped(make: Make, by: User, of: Any, **stated: Any) -> service.EnrolmentCard:
    """A course that the person left today."""
    with make.acting(by) as session:
        return service.drop_enrolment(session, of.id, **{"reason": "own_wish", "on": in_days(0)} | stated)
