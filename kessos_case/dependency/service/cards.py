"""What is shown of scores and flags. The number is seen after an opinion is recorded, never before.

While a flag waits for its opinion, `points`, `band`, `kind` and `cause` are None for whoever may give it: a person drawn by
lot looks like any other (spec dependency.md, Review).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from kessos_case.core.months import Month
from kessos_case.dependency.rules import Words


@dataclass(frozen=True)
class ReasonCard:
    """One measure that speaks for support, or one fact that helps or is unknown. `points` is None where it is hidden.

    `value` is what was counted: months, spells, basis points; None of a fact.
    """

    code: str
    value: int | None
    points: int | None
    words: Words


@dataclass(frozen=True)
class ShownClient:
    """Whom a flag or a score is about: the label alone in lists of restricted people, and beyond the office's reach."""

    id: UUID
    label: str
    is_masked: bool


@dataclass(frozen=True)
class FlagItem:
    """A flag in a list. `kind`, `cause`, `points` and `band` are None until an opinion is recorded."""

    id: UUID
    version: int
    client: ShownClient
    client_id: UUID
    case_id: UUID
    organisation_id: UUID
    state: str
    raised_on: date
    due_on: date
    expires_on: date
    is_overdue: bool
    month: Month | None
    # At most three, the weightiest first; then what helps and what is not known.
    reasons: list[ReasonCard]
    helps: list[ReasonCard]
    unknown: list[ReasonCard]
    reviewer_id: UUID | None
    opinion: str | None
    opinion_at: datetime | None
    decision: str | None
    dismiss_reason: str | None
    dismissed_until: date | None
    plan_id: UUID | None
    plan_step_id: UUID | None
    closed_at: datetime | None
    kind: str | None
    cause: str | None
    points: int | None
    band: str | None
    # Whether the actor may review it: a supervisor of its office, while it is open.
    may_review: bool


@dataclass(frozen=True)
class FlagCard(FlagItem):
    """A flag alone, with what the reviewer wrote."""

    opinion_reason: str | None
    decision_note: str | None


@dataclass(frozen=True)
class ScoreItem:
    """The latest score of a person with an open case, in a list."""

    client: ShownClient
    client_id: UUID
    case_id: UUID
    organisation_id: UUID
    as_of: date
    month: Month
    status: str
    ground: str | None
    points: int | None
    band: str | None
    is_hidden: bool
    policy: str


@dataclass(frozen=True)
class ScoreCard:
    """One score of a person: what was counted, and what speaks for support, helps and is unknown.

    `is_hidden`: a flag of this person waits for the actor's opinion, so points and band are None.
    """

    as_of: date
    recorded_at: datetime
    month: Month
    status: str
    ground: str | None
    points: int | None
    band: str | None
    is_hidden: bool
    reasons: list[ReasonCard]
    helps: list[ReasonCard]
    unknown: list[ReasonCard]
    indicators: dict[str, int | bool | None]
    policy: str


@dataclass(frozen=True)
class DependencyCard:
    """Where a person stands: the latest score (None before the first), those before it, his flags. `id` is the person's."""

    id: UUID
    client_id: UUID
    score: ScoreCard | None
    history: list[ScoreCard]
    flags: list[FlagItem]


@dataclass(frozen=True)
class WhatIfSide:
    """What the score says of one set of facts."""

    points: int
    band: str
    reasons: list[ReasonCard]
    helps: list[ReasonCard]
    unknown: list[ReasonCard]


@dataclass(frozen=True)
class WhatIf:
    """The latest score beside the one that it would be with other facts. Nothing of it is stored."""

    client_id: UUID
    as_of: date
    policy: str
    before: WhatIfSide
    after: WhatIfSide
    difference: int


@dataclass(frozen=True)
class ExemptionCard:
    """A ground on which a person is not scored, as shown."""

    id: UUID
    client_id: UUID
    ground: str
    source: str
    from_on: date
    until_on: date | None
    holds: bool
    recorded_at: datetime
    recorded_by: UUID
    ended_at: datetime | None
    ended_by: UUID | None


@dataclass(frozen=True)
class PolicyCard:
    """A policy under which scores were reached, whole."""

    label: str
    is_in_force: bool
    first_used_at: datetime | None
    content: dict[str, Any]


@dataclass(frozen=True)
class OpinionCount:
    """How often reviewers thought so of flags of this kind and band, and what followed."""

    organisation_id: UUID
    kind: str
    band: str | None
    opinion: str | None
    state: str
    flags: int
