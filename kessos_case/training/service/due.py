"""Courses that ended for nobody: at night somebody is asked about each place and each wait of a batch that is over."""

from datetime import timedelta

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.tasks.rules import TaskKind
from kessos_case.tasks.service import end_of, raise_missing_tasks, was_asked
from kessos_case.training import queries
from kessos_case.training.models import Enrolment

# How soon after the last day somebody says how it ended.
_RECORD_WITHIN = timedelta(days=7)


def ask_for_results(session: Session) -> int:
    """Ask for the result of everybody whose batch is over and who has none, or that he leaves its line.

    Until then his step of the plan goes on and the course counts for nothing. Returns how many were asked. For the program.
    """
    today = office_day(session.now)
    asked = was_asked(TaskKind.RECORD_RESULT, Enrolment.id)
    due_at = end_of(today + _RECORD_WITHIN)
    return raise_missing_tasks(session, TaskKind.RECORD_RESULT, queries.without_result(today, due_at, asked))
