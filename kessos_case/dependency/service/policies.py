"""The policies under which scores were reached, so that an old score is told in the words of its own."""

import json
from functools import lru_cache

from kessos_case.access.service import record
from kessos_case.core.db import Session
from kessos_case.core.policies import policy
from kessos_case.dependency import queries
from kessos_case.dependency.models import ScorePolicy
from kessos_case.dependency.rules import DependencyPolicy
from kessos_case.dependency.service.cards import PolicyCard
from kessos_case.dependency.service.policy import dependency_policy


def policy_of(session: Session, label: str) -> DependencyPolicy | None:
    """The policy of this label; None for one that this program cannot read any more, whose scores stay without reasons."""
    if label == dependency_policy().label:
        return dependency_policy()
    stored = session.get(ScorePolicy, label)
    return _read(label, stored.content) if stored else None


def policies(session: Session) -> list[PolicyCard]:
    """The policy in force and every one before it that a score names, the newest first."""
    in_force = policy("dependency")
    stored = queries.policies(session)
    cards = [
        PolicyCard(row.label, row.label == in_force.label, row.first_used_at, json.loads(row.content)) for row in stored
    ]
    if not any(card.is_in_force for card in cards):
        cards.insert(0, PolicyCard(in_force.label, True, None, in_force.content))
    record(session, "list", "dependency_policy")
    return cards


@lru_cache(maxsize=16)
def _read(label: str, content: str) -> DependencyPolicy | None:
    try:
        return DependencyPolicy.read(label, json.loads(content))
    except (ValueError, KeyError):
        return None
