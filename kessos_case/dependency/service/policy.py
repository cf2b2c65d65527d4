"""The dependency policy of this process, read and checked once."""

from functools import cache

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
