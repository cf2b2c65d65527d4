"""The desk of those who review: the queue of flags and one flag alone. The number comes after the opinion."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.cases.service import case_offices, hold_cases
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, data_key
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system, row_of
from kessos_case.core.errors import NotFound
from kessos_case.core.keys import DataKey
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.dependency import queries
from kessos_case.dependency.models import DependencyFlag, DependencyScore
from kessos_case.dependency.service.cards import FlagCard, FlagItem, OpinionCount, ShownClient
from kessos_case.dependency.service.explaining import told
from kessos_case.dependency.service.sight import is_hidden, offices_reviewed, reviews_at, shown_clients

_SAME = (
    "id", "version", "client_id", "case_id", "organisation_id", "state", "raised_on", "due_on", "expires_on",
    "reviewer_id", "opinion", "opinion_at", "decision", "dismiss_reason", "dismissed_until", "plan_id", "plan_step_id",
    "closed_at",
)  # fmt: skip
_TOLD_LATER = ("kind", "cause", "points", "band")


def review_queue(session: Session, filters: Mapping[str, Any], asked: PageRequest) -> Page:
    """A page of FlagItem of the actor's offices, those due first; of `state`, else the open ones.

    Not in the order of their rank, which would tell the number, nor of their making, which would tell the lot.
    """
    keys = [DependencyFlag.due_on, DependencyFlag.client_id, DependencyFlag.id]
    found = page(session, queries.flags(dict(filters), case_offices(session)), keys, asked)
    return Page(listed_flags(session, found.items), found.next_cursor)


def listed_flags(session: Session, flags: Iterable[DependencyFlag]) -> list[FlagItem]:
    """Flags of a list, whatever its length in two statements; one row of the trail names everyone on it."""
    found = list(flags)
    client_ids = list(dict.fromkeys(flag.client_id for flag in found))
    record(session, "list", "dependency_flag", clients=client_ids, flags=[str(flag.id) for flag in found])
    people, scores = shown_clients(session, client_ids, in_list=True), queries.scores_named(session, found)
    return [FlagItem(**_shown(session, flag, people[flag.client_id], scores.get(_key(flag)))) for flag in found]


def flag_for(session: Session, flag_id: UUID, *, lock: bool = False) -> DependencyFlag:
    """The one door to a flag; with `lock` its case is held too. Raises NotFound, also for one of another office."""
    if lock:
        hold_cases(session, sa.select(DependencyFlag.case_id).where(DependencyFlag.id == flag_id))
    found = row_of(session, DependencyFlag, flag_id, lock=lock)
    if found is None:
        raise NotFound("There is no such flag.")
    return found


def flag_view(session: Session, flag_id: UUID) -> FlagCard:
    """Look at a flag; the look is in the audit trail."""
    flag = flag_for(session, flag_id)
    record(session, "read", "dependency_flag", flag.id, clients=[flag.client_id])
    return flag_card(session, flag)


def flag_card(session: Session, flag: DependencyFlag) -> FlagCard:
    """A flag alone, for a look or a write that is in the trail already."""
    person = shown_clients(session, [flag.client_id], in_list=False)[flag.client_id]
    key = key_of(session, flag.client_id)
    return FlagCard(
        **_shown(session, flag, person, queries.score_named(session, flag)),
        opinion_reason=_opened(key, flag.opinion_reason_sealed, reason_place(flag.id)),
        decision_note=_opened(key, flag.decision_note_sealed, note_place(flag.id)),
    )


def opinions(session: Session) -> list[OpinionCount]:
    """How often reviewers of the actor's offices agreed, by kind and band, and what followed: to judge the score by."""
    record(session, "list", "dependency_review")
    return [OpinionCount(**row._mapping) for row in session.execute(queries.opinions(offices_reviewed(session)))]


def key_of(session: Session, client_id: UUID) -> DataKey | None:
    """The person's key for what was said of his flag, which the office keeps longer than its reach; None after erasure."""
    with as_system(session, "dependency.review"):
        client: Client = client_for(session, client_id)
    return data_key(client)


def reason_place(flag_id: UUID) -> str:
    """Where a reviewer's reason lies."""
    return f"dependency_flags:opinion_reason:{flag_id}"


def note_place(flag_id: UUID) -> str:
    """Where the words of a decision lie."""
    return f"dependency_flags:decision_note:{flag_id}"


def _shown(
    session: Session, flag: DependencyFlag, client: ShownClient, score: DependencyScore | None
) -> dict[str, Any]:
    hidden, is_open = is_hidden(session, flag), flag.closed_at is None
    words = told(session, score, is_hidden=hidden)
    return {name: getattr(flag, name) for name in _SAME} | {
        "client": client,
        "is_overdue": is_open and flag.due_on < office_day(session.now),
        "month": score.month if score else None,
        "reasons": words.reasons,
        "helps": words.helps,
        "unknown": words.unknown,
        "may_review": is_open and reviews_at(session, flag.organisation_id),
        **{name: None if hidden else getattr(flag, name) for name in _TOLD_LATER},
    }


def _key(flag: DependencyFlag) -> tuple[Any, ...]:
    return flag.client_id, flag.score_as_of, flag.score_recorded_at


def _opened(key: DataKey | None, sealed: bytes | None, place: str) -> str | None:
    return key.open(sealed, place) if key and sealed else None
