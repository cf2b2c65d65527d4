"""The courses of one person in one line each, for guards and for the page of a case. Who may see them is said by the rows."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kessos_case.core.db import Session
from kessos_case.training import queries
from kessos_case.training.rules import OPEN_STATES, EnrolmentState


@dataclass(frozen=True)
class CourseTaken:
    """An enrolment of a person with the name of its course."""

    id: UUID
    batch_id: UUID
    case_id: UUID
    course_name: str
    state: str
    starts_on: date
    ends_on: date
    passed: bool | None

    @property
    def is_open(self) -> bool:
        """Is it not finished?"""
        return self.state in OPEN_STATES

    @property
    def is_passed(self) -> bool:
        """Has the person completed the course and passed?"""
        return self.state == EnrolmentState.COMPLETED and self.passed is True


def courses_of(session: Session, client_id: UUID) -> list[CourseTaken]:
    """Every enrolment of a person that the actor may know of, newest first. Whoever shows them records the look."""
    return [CourseTaken(*row) for row in session.execute(queries.courses_taken(client_id))]
