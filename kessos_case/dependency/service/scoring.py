"""Score everybody of a range in one transaction, or one person at once. A score is written where its facts have changed.

The program itself scores. What is found orders a human's attention; nothing reads it to stop, lower or refuse aid.
"""

import json
from collections import Counter
from datetime import date, datetime, time, timedelta
from uuid import UUID

import numpy as np
from sqlalchemy.dialects import postgresql

from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.db import Session, table_of
from kessos_case.core.policies import policy
from kessos_case.dependency import engine
from kessos_case.dependency.engine.scope import grounds
from kessos_case.dependency.models import ScorePolicy
from kessos_case.dependency.night_queries import Span
from kessos_case.dependency.rules import DependencyPolicy
from kessos_case.dependency.service.gathering import gather
from kessos_case.dependency.service.policy import dependency_policy
from kessos_case.dependency.service.results import facts_of, write_changed

_KEEP = postgresql.insert(table_of(ScorePolicy)).on_conflict_do_nothing(index_elements=["label"])


def score_people(session: Session, as_of: date, first: UUID, last: UUID) -> Counter[str]:
    """Score the people with ids from first to last, both included, as known on `as_of`, and write what has changed.

    Returns counts: people, changed, each status, each band. Twice with the same facts writes nothing the second time.
    """
    chosen = dependency_policy()
    keep_policy(session)
    span = span_of(chosen, as_of, first, last)
    found = gather(session, span, chosen)
    measures = engine.measure(
        found.net, found.statements, last=span.month, observed_from=found.observed_from, gap=chosen.window.gap
    )
    facts = facts_of(
        grounds(found.people, engine.have_recent_aid(found.net, chosen.scope.recent_months), chosen.scope,
                np.datetime64(as_of)),
        measures,
        engine.score(measures, found.facts_known, found.facts_true, chosen),
        engine.are_stages_open(found.staged, last=span.month, as_of=as_of, aid=chosen.aid),
        found.facts_known,
        found.facts_true,
    )  # fmt: skip
    return write_changed(session, span, found.ids, facts, chosen.label)


def score_person(session: Session, client_id: UUID, as_of: date | None = None) -> Counter[str]:
    """Score one person, as known today unless another day is named: at once after a fact was corrected. Both rows stay."""
    session.flush()
    return score_people(session, as_of or office_day(session.now), client_id, client_id)


def span_of(chosen: DependencyPolicy, as_of: date, first: UUID, last: UUID) -> Span:
    """The range of people as known at the end of the office's day."""
    return Span(first, last, as_of, end_of_day(as_of), chosen.last_month(as_of))


def end_of_day(day: date) -> datetime:
    """The first instant after the office's day."""
    return datetime.combine(day + timedelta(days=1), time(), OFFICE_ZONE)


def keep_policy(session: Session) -> None:
    """Store the policy in force whole, once: the reasons of old scores are told by the policy that they name."""
    read = policy("dependency")
    row = {"label": read.label, "content": json.dumps(read.content), "first_used_at": session.now}
    session.connection().execute(_KEEP, row)
