"""Who may work on a case by which role: a role counts in the office that gave it, and nowhere else."""

from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.cases.models import Case
from kessos_case.cases.service.offices import roles_at
from kessos_case.cases.service.registry import own_case_for
from kessos_case.core.db import Session
from kessos_case.core.errors import Forbidden


def case_worked_by(session: Session, case_id: UUID, role: Role, *, lock: bool = False) -> Case:
    """An open episode of the own office, for who has this role there. Raises what `own_case_for` does, and Forbidden."""
    case = own_case_for(session, case_id, lock=lock)
    if role not in roles_at(session, case.organisation_id):
        raise Forbidden(f"Only a {role} of the UPT may do this.", code="wrong_actor")
    return case


def actor_id(session: Session) -> UUID:
    """Who acts. Raises Forbidden for the program itself: a person answers for what is written down here."""
    if session.actor.user_id is None:
        raise Forbidden("A person must do this.", code="wrong_actor")
    return session.actor.user_id
