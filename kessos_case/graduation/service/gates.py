"""How far one case has come at the gate of graduation, for guards and for the page of the case."""

from dataclasses import dataclass
from uuid import UUID

from kessos_case.core.db import Session
from kessos_case.graduation import queries
from kessos_case.graduation.models import GraduationReview
from kessos_case.graduation.rules import ReviewState


@dataclass(frozen=True)
class CaseGate:
    """The newest review of a case, and the one by which it may graduate with who confirmed it."""

    newest: GraduationReview | None = None
    confirmed: GraduationReview | None = None
    confirmed_by: frozenset[UUID] = frozenset()


def gate_of(session: Session, case_id: UUID) -> CaseGate:
    """Where the case stands, in one statement. A relapse after a confirmation undoes what it said.

    Whoever shows it records the look.
    """
    rows = queries.reviews_with_signers(session, case_id)
    newest = rows[0][0] if rows else None
    by_two = next((row for row in rows if row[0].state == ReviewState.CONFIRMED), None)
    if by_two is None or by_two[0].confirmed_on is None or by_two.has_relapsed:
        return CaseGate(newest)
    return CaseGate(newest, by_two[0], frozenset(by_two.signers or ()))
