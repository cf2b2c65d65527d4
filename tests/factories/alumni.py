"""Makers of graduates who help others, and of whom they meet, through the real services."""

from typing import Any
from uuid import UUID

from kessos_case.access.models import User
from kessos_case.alumni import service
from kessos_case.cases.models import Case
from tests.factories import Make, cases, casework, graduation


def graduate(make: Make, worker: User, **client: Any) -> Case:
    """A person with a provisional graduation at the office of this caseworker."""
    case = graduation.settled(make, worker, **client)
    graduation.provisional(make, worker, casework.supervisor_beside(make, worker), case)
    return case


def allows(make: Make, by: User, client_id: UUID, **stated: Any) -> Any:
    """That a person's name may be told for mentoring."""
    return make.consent(by, client_id, **{"purpose": "mentoring"} | stated)


def mentor(make: Make, worker: User, case: Case | None = None, **stated: Any) -> service.MentorCard:
    """A graduate who agreed to help others as a tailor."""
    graduated = case or graduate(make, worker)
    allows(make, worker, graduated.client_id)
    with make.acting(worker) as session:
        return service.begin_mentor(session, graduated.client_id, **_defaults(stated))


def _defaults(stated: dict[str, Any]) -> dict[str, Any]:
    return {"skills": ["Menjahit"], "free_for": ["talk", "teach_skill"]} | stated


def proposed(make: Make, by: User, mentor_id: UUID, case: Case | None = None, **stated: Any) -> service.MentoringCard:
    """That the person of this case, or of a new one, may meet this mentor."""
    about = case or cases.open_case(make, by)
    with make.acting(by) as session:
        return service.propose_mentoring(session, about.id, **{"mentor_id": mentor_id, "wanted": "talk"} | stated)


def agreed(make: Make, mentoring: service.MentoringCard, by: User, mentors: User) -> service.MentoringCard:
    """Both want to; the person of this caseworker allows that his name is told."""
    assert mentoring.client.client_id
    allows(make, by, mentoring.client.client_id)
    with make.acting(by) as session:
        service.agree(session, mentoring.id, side="client")
    with make.acting(mentors) as session:
        return service.agree(session, mentoring.id, side="mentor")


def met(make: Make, mentoring: service.MentoringCard, by: User) -> service.MentoringCard:
    """They met today."""
    with make.acting(by) as session:
        return service.meet(session, mentoring.id, on=graduation.today())
