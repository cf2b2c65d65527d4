"""What every reader of facts shares: the case that is looked at, of which day, under which policy, and who wrote what."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from uuid import UUID

from kessos_case.aid.service import MonthOfAid
from kessos_case.cases.casework import Assessment
from kessos_case.cases.models import Case
from kessos_case.clients.models import Client
from kessos_case.core.db import Session
from kessos_case.core.months import Month
from kessos_case.core.policies import policy
from kessos_case.graduation.fact_queries import Rows
from kessos_case.graduation.rules import GraduationPolicy, read_policy

# Net consumption aid of the person's unit from one month to another.
Consumption = Callable[[Month, Month], dict[Month, MonthOfAid]]


@cache
def graduation_policy() -> GraduationPolicy:
    """The policy in force."""
    return read_policy(policy("graduation").content)


def policy_label() -> str:
    """What every verdict under this policy stores."""
    return policy("graduation").label


@dataclass(frozen=True)
class Reading:
    """One look at one case: the facts of the days up to `as_of`, as they were known on `known_by`, from its `rows`.

    `authors` are the users who wrote a row, by its id.
    """

    session: Session
    case: Case
    client: Client
    as_of: date
    known_by: date
    policy: GraduationPolicy
    rows: Rows
    finished: tuple[Assessment, ...]
    consumption: Consumption
    authors: defaultdict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))

    def assessed(self, instrument: str) -> list[Assessment]:
        """The assessments of the episode by this instrument that were completed, oldest first."""
        return [found for found in self.finished if found.instrument == instrument]

    def wrote(self, row_id: UUID, *users: UUID | None) -> UUID:
        """Note who wrote a row; its id again."""
        self.authors[row_id].update(user for user in users if user)
        return row_id
