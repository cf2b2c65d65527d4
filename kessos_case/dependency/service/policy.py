"""The dependency policy of this process, read and checked once."""

from datetime import date, datetime, time
from functools import cache

from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.months import months_later
from kessos_case.core.policies import PolicyError, policy
from kessos_case.dependency.rules.policy import DependencyPolicy


@cache
def dependency_policy() -> DependencyPolicy:
    """What config/policies/dependency.toml says. Raises PolicyError that names what is wrong in it."""
    read = policy("dependency")
    try:
        return DependencyPolicy.read(read.label, read.content)
    except ValueError as error:
        raise PolicyError(f"config/policies/dependency.toml: {error}") from error


def served_since(as_of: date) -> datetime:
    """Whose case was closed at this instant or later is still looked at by its office on the day."""
    first = months_later(as_of, -dependency_policy().flags.closed_case_months)
    return datetime.combine(first, time(), OFFICE_ZONE)
