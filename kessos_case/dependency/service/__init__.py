"""Verbs of dependency; other features enter here."""

from kessos_case.dependency.service.cards import (
    DependencyCard,
    ExemptionCard,
    FlagCard,
    FlagItem,
    OpinionCount,
    PolicyCard,
    ReasonCard,
    ScoreCard,
    ScoreItem,
    ShownClient,
    WhatIf,
)
from kessos_case.dependency.service.desk import flag_card, flag_for, flag_view, listed_flags, opinions, review_queue
from kessos_case.dependency.service.exempting import (
    end_exemption,
    exemption_for,
    exemptions_of,
    read_exemption,
    record_exemption,
)
from kessos_case.dependency.service.flags import close_flags_of, flag_office
from kessos_case.dependency.service.policies import policies
from kessos_case.dependency.service.policy import dependency_policy
from kessos_case.dependency.service.reviewing import review_flag
from kessos_case.dependency.service.scoring import score_people, score_person
from kessos_case.dependency.service.standing import (
    Why,
    dependency_of,
    listed_scores,
    reasons_of,
    recalculate,
    what_if,
)
from kessos_case.dependency.service.warnings import warn_of_years

__all__ = [
    "DependencyCard",
    "ExemptionCard",
    "FlagCard",
    "FlagItem",
    "OpinionCount",
    "PolicyCard",
    "ReasonCard",
    "ScoreCard",
    "ScoreItem",
    "ShownClient",
    "WhatIf",
    "Why",
    "close_flags_of",
    "dependency_of",
    "dependency_policy",
    "end_exemption",
    "exemption_for",
    "exemptions_of",
    "flag_card",
    "flag_for",
    "flag_office",
    "flag_view",
    "listed_flags",
    "listed_scores",
    "opinions",
    "policies",
    "read_exemption",
    "reasons_of",
    "recalculate",
    "record_exemption",
    "review_flag",
    "review_queue",
    "score_people",
    "score_person",
    "warn_of_years",
    "what_if",
]
