"""The caseload of an office: what needs a look first, beside what is usual there. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.cases import caseload_queries as queries
from kessos_case.cases.models import Case
from kessos_case.cases.rules import OPEN_STAGES, Stage
from kessos_case.cases.service.cards import ListedCase, listed_cards
from kessos_case.cases.service.offices import case_offices
from kessos_case.cases.service.policy import pathways
from kessos_case.core.db import Session, as_system
from kessos_case.core.paging import Page, PageRequest, page

# What is usual is learnt from cases of the last two years; a stage that fewer cases of the office finished is compared
# with the whole province.
_LEARN_FROM = timedelta(days=730)
_LEAST_CASES = 5
# Care goes on and is finished by no move onward.
_FINISHED = OPEN_STAGES - {Stage.CARE}


@dataclass(frozen=True)
class Wanted:
    """Which cases a reader wants to see. `worker` names one, `unassigned` those whom nobody serves,
    also because who did has left.

    `show`: "" the open ones, `stalled`, `paused`, or `closed`.
    """

    worker: UUID | None = None
    unassigned: bool = False
    stage: str = ""
    pathway: str = ""
    show: str = ""


@dataclass(frozen=True)
class Worker:
    """Who can be named as the caseworker, or serves a case and left."""

    id: UUID
    name: str
    is_here: bool


@dataclass(frozen=True)
class NextTask:
    """What is due next about a person at the own office."""

    kind: str
    due_at: datetime
    is_overdue: bool


@dataclass(frozen=True)
class LoadItem:
    """A case in the caseload. `usual` are the days that its stage usually takes, None where nobody can say."""

    case: ListedCase
    usual: int | None
    is_stalled: bool
    worker: Worker | None
    next: NextTask | None

    @property
    def is_unserved(self) -> bool:
        """Has an open case nobody, or somebody who has left?"""
        return self.case.closed_at is None and (self.worker is None or not self.worker.is_here)

    @property
    def is_slow(self) -> bool:
        """Has it been in its stage for more than twice as long as is usual?"""
        return self.usual is not None and (self.case.days_in_stage or 0) > queries.TIMES_USUAL * self.usual


@dataclass(frozen=True)
class Caseload:
    """The head of the page: how many there are, and what the lists below are built from."""

    offices: Sequence[UUID]
    by_stage: Mapping[str, int]
    stalled: int
    paused: int
    unassigned: int
    usual: Mapping[str, int]
    wanted: Wanted
    standing: sa.Subquery = field(repr=False)

    @property
    def total(self) -> int:
        """All that are open among the wanted."""
        return sum(self.by_stage.values())


def read_caseload(session: Session, wanted: Wanted) -> Caseload:
    """How many open cases of the own office are wanted, by stage, and how many of them need a look."""
    offices = case_offices(session)
    usual = _usual(session, offices)
    standing = queries.standing(queries.Loads(offices, session.now, usual, pathways().quiet_days))
    rows = queries.counts(session, standing, _whose(standing, wanted))
    return Caseload(
        offices=offices,
        by_stage={row.stage: row.wanted for row in rows},
        stalled=sum(row.stalled for row in rows),
        paused=sum(row.paused for row in rows),
        unassigned=sum(row.unassigned for row in rows),
        usual=usual,
        wanted=wanted,
        standing=standing,
    )


def load_board(session: Session, load: Caseload, most: int) -> dict[str, list[LoadItem]]:
    """The first `most` wanted cases of each stage, those that need a look first."""
    rows = queries.first_of_each_stage(session, load.standing, _which(load.standing, load.wanted), most)
    found: dict[str, list[LoadItem]] = {}
    for item in _items(session, load, rows):
        found.setdefault(item.case.stage, []).append(item)
    return found


def load_list(session: Session, load: Caseload, asked: PageRequest) -> Page:
    """A page of LoadItem: open cases that need a look first, or those that ended, the latest first."""
    if load.wanted.show == "closed":
        return _ended(session, load, asked)
    column = load.standing.c
    select: Any = sa.select(Case, column.is_stalled).join(load.standing, column.case_id == Case.id)
    narrowed = select.where(_which(load.standing, load.wanted))
    found = page(session, narrowed, [column.rank, Case.stage_since, Case.id], asked)
    return Page(_items(session, load, found.items), found.next_cursor)


def load_workers(session: Session, load: Caseload) -> list[Worker]:
    """The caseworkers of the office, by name."""
    return [Worker(*row) for row in queries.workers(session, load.offices, [])]


def _ended(session: Session, load: Caseload, asked: PageRequest) -> Page:
    wanted, select = load.wanted, queries.closed(load.offices)
    if wanted.worker or wanted.unassigned:
        select = select.where(Case.caseworker_id == wanted.worker if wanted.worker else Case.caseworker_id.is_(None))
    for name in ("stage", "pathway"):
        if value := getattr(wanted, name):
            select = select.where(getattr(Case, name) == value)
    found = page(session, select, [Case.closed_at, Case.id], asked, descending=True)
    return Page(_items(session, load, [(case, False) for case in found.items]), found.next_cursor)


def _items(session: Session, load: Caseload, rows: Iterable[Any]) -> list[LoadItem]:
    """The cards of a list with what is usual, who serves and what is due, in five statements whatever its length."""
    found = list(rows)
    if not found:
        return []
    cards = listed_cards(session, [row[0] for row in found])
    serving = list({card.caseworker_id for card in cards if card.caseworker_id})
    workers = {row.id: Worker(*row) for row in queries.workers(session, load.offices, serving)}
    due = queries.next_tasks(session, [card.client_id for card in cards], load.offices)
    return [
        LoadItem(
            case=card,
            usual=load.usual.get(card.stage),
            is_stalled=row[1],
            worker=workers.get(card.caseworker_id) if card.caseworker_id else None,
            next=_next(session, due.get(card.client_id)),
        )
        for card, row in zip(cards, found, strict=True)
    ]


def _next(session: Session, row: Any) -> NextTask | None:
    return NextTask(row.kind, row.due_at, row.due_at < session.now) if row else None


def _whose(standing: sa.Subquery, wanted: Wanted) -> sa.ColumnElement[bool]:
    """The cases whose numbers the head shows: by who serves them and on which pathway."""
    column = standing.c
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if wanted.worker:
        conditions.append(column.caseworker_id == wanted.worker)
    if wanted.unassigned:
        conditions.append(column.is_unserved)
    if wanted.pathway:
        conditions.append(column.pathway == wanted.pathway)
    return sa.and_(*conditions)


def _which(standing: sa.Subquery, wanted: Wanted) -> sa.ColumnElement[bool]:
    """The cases of the list: also by stage, and whether they rest or stand still."""
    column, conditions = standing.c, [_whose(standing, wanted)]
    if wanted.stage:
        conditions.append(column.stage == wanted.stage)
    if wanted.show == "stalled":
        conditions.append(column.is_stalled)
    if wanted.show == "paused":
        conditions.append(column.is_paused)
    return sa.and_(*conditions)


def _usual(session: Session, offices: Sequence[UUID]) -> dict[str, int]:
    """The days that each stage usually takes at the own office; where too few finished it, in the province."""
    since = session.now - _LEARN_FROM
    own = _enough(queries.usual_days(session, offices, since))
    if own.keys() >= _FINISHED:
        return own
    # Medians only: no row of another office leaves the database.
    with as_system(session, "caseload.usual"):
        return _enough(queries.usual_days(session, None, since)) | own


def _enough(found: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    return {stage: days for stage, (days, many) in found.items() if many >= _LEAST_CASES}
