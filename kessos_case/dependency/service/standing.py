"""Where people stand: one person's scores with their reasons, an office's list, a contest, and what would be if.

A contest is answered by correcting the fact: the person is scored again at once, and both scores stay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases.models import Case
from kessos_case.cases.rules import StepKind
from kessos_case.cases.service import case_offices
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.dependency import queries
from kessos_case.dependency.models import DependencyScore
from kessos_case.dependency.rules import YEAR, Fact, KnownFacts, Score, Status, score, share_of
from kessos_case.dependency.service.cards import (
    DependencyCard,
    FlagItem,
    ReasonCard,
    ScoreItem,
    WhatIf,
    WhatIfSide,
)
from kessos_case.dependency.service.desk import listed_flags
from kessos_case.dependency.service.explaining import known_facts, score_card, told, told_explanation
from kessos_case.dependency.service.policy import dependency_policy, served_since
from kessos_case.dependency.service.scoring import score_person
from kessos_case.dependency.service.sight import blind_to, offices_reviewed, shown_clients, subject_for

# Scores of a person that are shown: one a month for five years is what the window itself looks back.
HISTORY = 60
# What a step of a plan would make true once it is done.
BROUGHT_BY: Mapping[StepKind, Mapping[str, bool]] = {
    StepKind.PLACEMENT: {Fact.WORKED_12: True, Fact.ACTIVE_WORK: True},
    StepKind.COURSE: {Fact.COURSE_COMPLETED: True, Fact.COURSE_LAST_12: True},
}


def dependency_of(session: Session, client_id: UUID) -> DependencyCard:
    """A person's latest score with its reasons, the ones before, and his flags; the look is in the audit trail.

    Raises NotFound without a case at an office of the actor's, also for whoever reaches the person otherwise.
    """
    client, _ = subject_for(session, client_id)
    record(session, "read", "dependency", client.id, clients=[client.id])
    is_hidden = client.id in blind_to(session, [client.id])
    cards = [
        score_card(session, row, is_hidden=is_hidden)
        for row in session.scalars(queries.newest_scores(client.id, HISTORY))
    ]
    return DependencyCard(client.id, client.id, cards[0] if cards else None, cards[1:], _flags(session, client.id))


@dataclass(frozen=True)
class Why:
    """What speaks for support of a person, in words without any number; `flag_id` is a flag that waits for a review."""

    reasons: list[ReasonCard]
    helps: list[ReasonCard]
    unknown: list[ReasonCard]
    flag_id: UUID | None


def reasons_of(session: Session, client_id: UUID) -> Why | None:
    """The reasons of a person's newest score, never its number: may be shown also before an opinion. In one statement.

    None without a score, for whoever is not scored, and without a case at an office of the actor's. Whoever shows it
    writes the look into the trail.
    """
    found = queries.newest_score_here(session, client_id, served_since(office_day(session.now)))
    if found is None or found[0].status != Status.SCORED:
        return None
    words = told(session, found[0], is_hidden=True)
    return Why(words.reasons, words.helps, words.unknown, found[1])


def recalculate(session: Session, client_id: UUID) -> DependencyCard:
    """Score a person again now, with the facts as they are known now. Where none has changed nothing is written."""
    client, _ = subject_for(session, client_id)
    with as_system(session, "dependency.recalculation"):
        counts = score_person(session, client.id)
    record(session, "recalculate", "dependency", client.id, clients=[client.id], changed=counts["changed"])
    return dependency_of(session, client.id)


def listed_scores(session: Session, band: str | None, asked: PageRequest) -> Page:
    """A page of ScoreItem: the latest score of everybody with an open case at an office of the actor's."""
    reviewed = offices_reviewed(session)
    blind = queries.unread_flags(reviewed) if reviewed else None
    select: Any = queries.scores_here(band, case_offices(session), blind)
    found = page(session, select, [Case.opened_at, Case.id], asked)
    return Page(_score_items(session, found.items), found.next_cursor)


def what_if(session: Session, client_id: UUID, *, facts: Mapping[str, Any], step_kind: str | None = None) -> WhatIf:
    """What the latest score would be with other facts: of Fact true, false or None (unknown), `income_12` in rupiah.

    `step_kind` adds what such a step of a plan brings once it is done. Nothing is stored. Raises NotFound, Conflict
    `not_scored`, or `opinion_first` while the number is hidden from the actor.
    """
    client, _ = subject_for(session, client_id)
    latest = session.scalar(queries.newest_scores(client.id, 1))
    if client.id in blind_to(session, [client.id]):
        raise Conflict("Record your opinion of the flag first.", code="opinion_first")
    if latest is None or latest.status != Status.SCORED:
        raise Conflict("The person is not scored.", code="not_scored")
    record(session, "what_if", "dependency", client.id, clients=[client.id])
    now, known = _Counted.of(latest), known_facts(latest)
    brought = BROUGHT_BY.get(StepKind(step_kind), {}) if step_kind else {}
    before = score(now, known, dependency_policy())
    after = score(now.with_income(facts), _with(known, {**brought, **facts}), dependency_policy())
    return WhatIf(
        client_id=client.id,
        as_of=latest.as_of,
        policy=dependency_policy().label,
        before=_side(before, latest),
        after=_side(after, latest),
        difference=after.points - before.points,
    )


@dataclass(frozen=True)
class _Counted:
    """The indicators that the scorecard compares."""

    months_on_60: int | None
    current_spell_length: int | None
    recidivism_count: int | None
    share_bp: int | None
    income_months_known: int | None
    aid_12: int

    @classmethod
    def of(cls, row: DependencyScore) -> "_Counted":
        names = ("months_on_60", "current_spell_length", "recidivism_count", "share_bp", "income_months_known")
        return cls(**{name: getattr(row, name) for name in names}, aid_12=row.aid_12 or 0)

    def with_income(self, facts: Mapping[str, Any]) -> "_Counted":
        """The same with another income of the household over the last twelve months, or with none known."""
        if "income_12" not in facts:
            return self
        income: int | None = facts["income_12"]
        counted = vars(self) | {"income_months_known": 0 if income is None else YEAR}
        return _Counted(**counted | {"share_bp": share_of(self.aid_12, income)[0]})


def _with(known: KnownFacts, facts: Mapping[str, Any]) -> KnownFacts:
    stated = {fact: facts[fact] if fact in facts else known.get(fact) for fact in Fact}
    return KnownFacts.of(stated)


def _side(found: Score, latest: DependencyScore) -> WhatIfSide:
    words = told_explanation(found, latest.observed_months, is_hidden=False)
    return WhatIfSide(found.points, found.band, words.reasons, words.helps, words.unknown)


def _flags(session: Session, client_id: UUID) -> list[FlagItem]:
    """Flags of the actor's own offices only: row-level security leaves no others."""
    found = queries.flags_of(session, client_id)
    return listed_flags(session, found) if found else []


def _score_items(session: Session, rows: Sequence[tuple[Case, DependencyScore]]) -> list[ScoreItem]:
    client_ids = list(dict.fromkeys(case.client_id for case, _ in rows))
    record(session, "list", "dependency", clients=client_ids)
    people, blind = shown_clients(session, client_ids, in_list=True), blind_to(session, client_ids)
    return [
        ScoreItem(
            client=people[case.client_id],
            client_id=case.client_id,
            case_id=case.id,
            organisation_id=case.organisation_id,
            as_of=row.as_of,
            month=row.month,
            status=row.status,
            ground=row.ground,
            points=None if case.client_id in blind else row.points,
            band=None if case.client_id in blind else row.band,
            is_hidden=case.client_id in blind,
            policy=row.policy,
        )
        for case, row in rows
    ]
