"""Whoever has lived on consumption aid for three, four or five years is talked to about a way out; nothing is cut.

Counted as a score counts (months_on_60), so that nobody who is exempt is ever led out of what he cannot live without.
Source: issue "From plan to graduation", 2.
"""

from datetime import date, timedelta

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.dependency import queries
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_missing_tasks

# Months on aid of the last sixty; of several that are reached the highest alone is told.
YEARS_TOLD = (60, 48, 36)
_DAYS = 14


def warn_of_years(session: Session, as_of: date) -> int:
    """Ask the caseworkers of people on the pathway of independence to talk with them, once for each of the years; how many
    were asked. In one statement, for the program at night, by the scores as of the day.
    """
    due = end_of(office_day(session.now) + timedelta(days=_DAYS))
    return raise_missing_tasks(session, TaskKind.WARN_AID_YEARS, queries.long_on_aid(as_of, YEARS_TOLD, due))
