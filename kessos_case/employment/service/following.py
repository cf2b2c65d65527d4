"""Whose work it is to follow: the case under which work or an application goes on, and the door for whoever writes."""

from uuid import UUID

from kessos_case.cases import service as cases
from kessos_case.cases.models import Case
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Forbidden
from kessos_case.employment import queries
from kessos_case.employment.models import Application, Placement
from kessos_case.employment.service.placements import placement_for


def followed_under(session: Session, thing: Placement | Application) -> Case:
    """The case that the thing belongs to, or the one of the UPT that took the person over since.

    The program looks, because from the second transfer on nobody sees the whole chain.
    """
    with as_system(session, "employment.follow"):
        return followed_by(session, thing)


def followed_by(session: Session, thing: Placement | Application) -> Case:
    """The same, for the program, which sees every link of the chain."""
    case = cases.case_for(session, thing.case_id)
    while case.successor_organisation_id is not None:
        case = cases.case_for(session, queries.next_case_id(session, case))
    return case


def own_placement(session: Session, placement_id: UUID) -> tuple[Case, Placement]:
    """The placement and the case under which it goes on, both held. A case that has ended still has checks to be made.

    Raises NotFound, Forbidden when that case is another office's.
    """
    case = followed_under(session, placement_for(session, placement_id))
    if not cases.is_own(session, case):
        raise Forbidden("This work is followed by another UPT; it can be read and not changed.", code="foreign_case")
    return held(session, case.id, placement_id)


def held(session: Session, case_id: UUID, placement_id: UUID) -> tuple[Case, Placement]:
    """Both held, with the case in whose plan the step of this work stands."""
    cases.hold_cases(session, {case_id, placement_for(session, placement_id).case_id})
    return cases.case_for(session, case_id, lock=True), placement_for(session, placement_id, lock=True)
