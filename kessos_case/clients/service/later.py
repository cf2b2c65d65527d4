"""What a fact about a person makes the program look at again, after the commit."""

from uuid import UUID

from kessos_case.core.db import Session
from kessos_case.core.jobs import enqueue


def reconsider_mentoring(session: Session, client_id: UUID) -> None:
    """Have mentors looked at again: what this person allowed, or the case he had, has ended.

    Meanwhile nobody is shown or told by it, because each look asks for the consent itself.
    """
    enqueue(session, "alumni.let_go", queue="interactive", client_id=client_id)


def reconsider_graduation(session: Session, client_id: UUID) -> None:
    """Have graduation look again at what it has said of this person: a fact has come that may change it.

    Each fact asks for a look of its own. One that still waits would be enough only if it had not begun.
    """
    enqueue(session, "graduation.reconsider", queue="interactive", client_id=client_id)
