"""The policy `pathways` as the services use it, and due times on the working days of East Java."""

from datetime import date, datetime, timedelta
from functools import cache

from kessos_case.cases.rules import Pathways, read_pathways
from kessos_case.core.calendar import free_days
from kessos_case.core.policies import policy
from kessos_case.tasks.service import end_of


@cache
def pathways() -> Pathways:
    """The policy in force."""
    return read_pathways(policy("pathways").content)


def policy_label() -> str:
    """What every move under this policy stores."""
    return policy("pathways").label


def after_working_days(day: date, count: int) -> datetime:
    """The close of the office on the working day that is `count` working days after `day`."""
    left = count
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in free_days(day.year)
    return end_of(day)
