"""Which service may serve a need, and which best: hard rules with reasons, a score, a ranked list. Values in, values out."""

from kessos_case.partners.rules.checks import (
    CHECKS,
    RuleResult,
    bearable,
    check_service,
    in_the_way,
)
from kessos_case.partners.rules.facts import GOVERNMENT_KINDS, Need, ServiceFacts, is_open
from kessos_case.partners.rules.policy import (
    Age,
    Near,
    Pace,
    Part,
    ProtectedKind,
    RoutingPolicy,
    Rule,
    protected_kinds,
    routing_policy,
)
from kessos_case.partners.rules.ranking import Candidate, Score, age_of, minutes_between, near, rank, score

__all__ = [
    "CHECKS",
    "GOVERNMENT_KINDS",
    "Age",
    "Candidate",
    "Near",
    "Need",
    "Pace",
    "Part",
    "ProtectedKind",
    "RoutingPolicy",
    "Rule",
    "RuleResult",
    "Score",
    "ServiceFacts",
    "age_of",
    "bearable",
    "check_service",
    "in_the_way",
    "is_open",
    "minutes_between",
    "near",
    "protected_kinds",
    "rank",
    "routing_policy",
    "score",
]
