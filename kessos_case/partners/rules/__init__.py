"""Which service may serve a need, and which best: hard rules with reasons, a score, a ranked list. Values in, values out."""

from kessos_case.partners.rules.checks import (
    CHECKS,
    GOVERNMENT_KINDS,
    RuleResult,
    check_service,
    in_the_way,
)
from kessos_case.partners.rules.facts import Need, ServiceFacts
from kessos_case.partners.rules.policy import (
    Part,
    ProtectedKind,
    RoutingPolicy,
    Rule,
    protected_kinds,
    routing_policy,
)
from kessos_case.partners.rules.ranking import Candidate, Score, rank, score

__all__ = [
    "CHECKS",
    "GOVERNMENT_KINDS",
    "Candidate",
    "Need",
    "Part",
    "ProtectedKind",
    "RoutingPolicy",
    "Rule",
    "RuleResult",
    "Score",
    "ServiceFacts",
    "check_service",
    "in_the_way",
    "protected_kinds",
    "rank",
    "routing_policy",
    "score",
]
