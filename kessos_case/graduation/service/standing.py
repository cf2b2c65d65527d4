"""Where a person stands today: the facts, the verdict on them, and whose hands wrote the evidence. Nothing is stored here."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.cases.models import Case
from kessos_case.clients.models import Client
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.graduation.fact_queries import Rows
from kessos_case.graduation.models import GraduationReview
from kessos_case.graduation.rules import GraduationFacts, Missing, Verdict, evaluate
from kessos_case.graduation.service.facts import gather
from kessos_case.graduation.service.reading import graduation_policy, policy_label


@dataclass(frozen=True)
class Standing:
    """The facts of one look, what they say, and the users who wrote the rows that the verdict names."""

    facts: GraduationFacts
    verdict: Verdict
    authors: frozenset[UUID]
    client: Client
    rows: Rows

    @property
    def agrees(self) -> bool | None:
        """The person's own answer, else the guardian's of a child that goes home; None where nobody was asked."""
        if self.facts.voice:
            return self.facts.voice.agrees
        home = self.facts.reunification
        return True if home.guardian_applies and home.guardian_consent_id else None


def standing_of(session: Session, case: Case, as_of: date | None = None) -> Standing:
    """Evaluate a case with everything that is known now, as of today or of an earlier day.

    Raises NotFound for a person beyond reach.
    """
    today = office_day(session.now)
    found = gather(session, case, as_of or today, known_by=today)
    verdict = evaluate(found.facts, graduation_policy())
    named = {number for _kind, number in verdict.evidence}
    authors = (users for row_id, users in found.authors.items() if str(row_id) in named)
    return Standing(found.facts, verdict, frozenset().union(*authors), found.client, found.rows)


def keep(session: Session, review: GraduationReview, verdict: Verdict) -> None:
    """Let the review say what was found just now, under which policy, and as what it counts on the pathway of now."""
    review.kind = verdict.kind or review.kind
    review.verdict, review.fingerprint = verdict.as_json(), verdict.fingerprint
    review.policy_version, review.evaluated_at = policy_label(), session.now


def told(entry: Missing, criterion: str | None = None) -> dict[str, Any]:
    """One thing that is missing, as an answer says it."""
    said = {"code": entry.code, "detail": entry.detail, "way": entry.way, "is_unknown": entry.is_unknown}
    return said | ({"criterion": criterion} if criterion else {})


def told_missing(verdict: Verdict) -> list[dict[str, Any]]:
    """Everything that stands in the way of a verdict, each with its criterion, `points` or `pathway`."""
    by_criterion = [(criterion.code.value, entry) for criterion in verdict.criteria for entry in criterion.missing]
    rest = "points" if verdict.kind else "pathway"
    others = [(rest, entry) for entry in verdict.missing[len(by_criterion) :]]
    return [told(entry, criterion) for criterion, entry in (*by_criterion, *others)]
