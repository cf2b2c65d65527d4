"""What the guards look at, collected from the tables of cases and tasks. The journey adds what lies in other rooms."""

from kessos_case.cases import queries
from kessos_case.cases.models import Case
from kessos_case.cases.rules import OPEN_STAGES, CaseFacts, Stage
from kessos_case.cases.service.files import case_file, facts_in
from kessos_case.core.db import Session


def case_facts(session: Session, case: Case) -> CaseFacts:
    """The case today, for this actor, as far as the tables of cases and tasks tell it.

    Not in it: completed courses, placements, the graduation verdict, and the open items of referrals, training and
    employment. `verified_outcome` tells of a home alone.
    """
    return facts_in(session, case_file(session, case.id), previous_stage(session, case))


def previous_stage(session: Session, case: Case) -> Stage | None:
    """The last open stage of an ended case; None while it is open."""
    if case.stage in OPEN_STAGES:
        return None
    ending = queries.last_move(session, case.id, Stage.CLOSED, Stage.GRADUATED)
    return Stage(ending.from_stage) if ending and ending.from_stage else None
