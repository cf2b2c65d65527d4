"""A stored score in words: why, what helps, what nobody knows. By the policy that it was reached under."""

from dataclasses import dataclass

from kessos_case.core.db import Session
from kessos_case.dependency.models import DependencyScore
from kessos_case.dependency.rules import (
    Explanation,
    KnownFacts,
    Measure,
    Reason,
    Status,
    explain,
    reason_words,
    unknown_words,
)
from kessos_case.dependency.service.cards import ReasonCard, ScoreCard
from kessos_case.dependency.service.policies import policy_of

INDICATORS = (
    "observed_months", "months_on_60", "current_spell_length", "current_spell_left_censored", "months_since_last_on",
    "recidivism_count", "aid_12", "income_months_known", "income_12", "share_bp", "is_stage_open",
)  # fmt: skip
_NOTHING = Explanation((), (), ())


@dataclass(frozen=True)
class Told:
    """The reasons of a score as shown."""

    reasons: list[ReasonCard]
    helps: list[ReasonCard]
    unknown: list[ReasonCard]


def told(session: Session, score: DependencyScore | None, *, is_hidden: bool) -> Told:
    """The reasons of a score; without any points where they are hidden."""
    if score is None or score.status != Status.SCORED:
        return Told([], [], [])
    return told_explanation(_explained(session, score), score.observed_months, is_hidden=is_hidden)


def told_explanation(explanation: Explanation, observed_months: int | None, *, is_hidden: bool) -> Told:
    """An explanation in words."""

    def cards(reasons: tuple[Reason, ...]) -> list[ReasonCard]:
        return [_reason(reason, observed_months, is_hidden=is_hidden) for reason in reasons]

    unknown = [ReasonCard(asked.value, None, None, unknown_words(asked)) for asked in explanation.unknown]
    return Told(cards(explanation.reasons), cards(explanation.helps), unknown)


def score_card(session: Session, score: DependencyScore, *, is_hidden: bool) -> ScoreCard:
    """A score as shown."""
    words = told(session, score, is_hidden=is_hidden)
    return ScoreCard(
        as_of=score.as_of,
        recorded_at=score.recorded_at,
        month=score.month,
        status=score.status,
        ground=score.ground,
        points=None if is_hidden else score.points,
        band=None if is_hidden else score.band,
        is_hidden=is_hidden,
        reasons=words.reasons,
        helps=words.helps,
        unknown=words.unknown,
        indicators={name: getattr(score, name) for name in INDICATORS},
        policy=score.policy,
    )


def known_facts(score: DependencyScore) -> KnownFacts:
    """The facts that a stored score knew."""
    return KnownFacts(score.facts_known or 0, score.facts_true or 0)


def _explained(session: Session, score: DependencyScore) -> Explanation:
    policy = policy_of(session, score.policy)
    return explain(score.lines or 0, score, known_facts(score), policy) if policy else _NOTHING


def _reason(reason: Reason, observed_months: int | None, *, is_hidden: bool) -> ReasonCard:
    is_counted = isinstance(reason.code, Measure)
    return ReasonCard(
        code=reason.code.value,
        value=int(reason.value) if is_counted else None,
        points=None if is_hidden else reason.points,
        words=reason_words(reason, observed_months=observed_months, with_points=not is_hidden),
    )
