"""The first page of a reader: all that he must do now, whatever room it comes from, with why it is there."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from kessos_case.access.rules import PERMISSIONS, Role, Scope, may
from kessos_case.access.service import record
from kessos_case.clients.service import Label, labels
from kessos_case.core.clock import OFFICE_ZONE, office_day
from kessos_case.core.db import Session
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.graduation.service.reading import graduation_policy
from kessos_case.nights.rules import day_to_look_at
from kessos_case.nights.service import NightCard, listed_nights
from kessos_case.referrals.service.sight import offices_for
from kessos_case.tasks.models import Task
from kessos_case.tasks.service import desks, names_of, words_of
from kessos_case.today import queries
from kessos_case.today.fact_queries import Fact, facts
from kessos_case.today.queries import Reader, Thing
from kessos_case.today.rules import Edges, Group, View, edges

# Of what others are late with: the oldest few, as a reminder and not as work.
MOST_WAITING = 5
# A night may still be at work when the day after it has begun.
SLACK = timedelta(days=1)


@dataclass(frozen=True)
class Card:
    """A thing as shown. `holder` is whose it is by name, in the view of a whole office; `words` of a task made by hand."""

    thing: Thing
    group: Group
    fact: Fact | None
    who: Label | None
    words: str | None
    holder: str | None
    is_mine: bool
    is_late: bool = False

    @property
    def is_task(self) -> bool:
        """Is there a task behind it, with a page and verbs of its own?"""
        return bool(self.thing.role)

    @property
    def is_free(self) -> bool:
        """Does it lie with the desk, for anybody there to take?"""
        return self.is_task and self.thing.user_id is None


@dataclass(frozen=True)
class Counts:
    """How much there is, by view and by kind; `tomorrow` is part of the week."""

    views: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Day:
    """The first page: what waits, in the order of its time, and how much there is beyond it."""

    cards: Sequence[Card]
    next_cursor: str | None
    counts: Counts
    waiting: Sequence[Any]
    night: NightCard | None
    is_night_late: bool
    has_work: bool
    has_office: bool

    @property
    def groups(self) -> list[tuple[Group, list[Card]]]:
        """The cards under their headings, in order."""
        return [(group, list(cards)) for group, cards in groupby(self.cards, lambda card: card.group)]


def day_of(session: Session, view: View, kind: str | None, asked: PageRequest) -> Day:
    """What waits for whoever asks, overdue first; one row of the trail names everyone on it."""
    reader, cut = reader_of(session), edges(session.now, _midnight(session))
    listed = _listed(session, reader, view, cut, kind, asked)
    own, night = queries.things(reader, View.SOON), _night(session)
    is_whole = view is View.SOON and not kind and not asked.cursor
    return Day(
        cards=_cards(session, [Thing(*row) for row in listed.items], cut, with_holders=view is View.OFFICE),
        next_cursor=listed.next_cursor,
        counts=_counts(session.execute(queries.counted(own, cut))) if own is not None else Counts(),
        waiting=_waiting(session, reader) if is_whole else (),
        night=night,
        is_night_late=night is not None and night.as_of < day_to_look_at(session.now.astimezone(OFFICE_ZONE)) - SLACK,
        has_work=own is not None,
        has_office=bool(reader.offices),
    )


def _listed(session: Session, reader: Reader, view: View, cut: Edges, kind: str | None, asked: PageRequest) -> Page:
    found = queries.things(reader, view)
    if found is None:
        return Page((), None)
    return page(session, queries.listed(found, view, cut, kind), [found.c.rank, found.c.due_at, found.c.id], asked)


def reader_of(session: Session) -> Reader:
    """What the grants of the actor let wait for him."""
    actor = session.actor
    assert actor.user_id is not None
    at = [(grant.organisation_id or actor.organisation_id, grant.role) for grant in actor.grants]
    co_signs = Role.CO_SIGNER in actor.roles
    return Reader(
        user_id=actor.user_id,
        desks=tuple((office, role) for office, role in at if office and role in _DESK_ROLES),
        offices=tuple(desks(session)),
        triage=tuple(office for office, role in at if office and role == Role.TRIAGE),
        receives=tuple(sorted(offices_for(session, "offer", "answer"))),
        sends=may(actor.roles, "referral", "resubmit"),
        does_tasks=may(actor.roles, "task", "read"),
        co_signs=co_signs,
        aftercare_months=graduation_policy().aftercare.months if co_signs else 0,
    )


def card_of_task(session: Session, task: Task) -> Card:
    """One task alone, for its page; the look at it is in the trail already. A person alone is called by his name."""
    cut = edges(session.now, _midnight(session))
    return _cards_with(session, [queries.thing_of(task)], cut, in_list=False, with_holders=True)[0]


def desk_role(session: Session) -> str:
    """The role whose desk takes what the actor writes down for whoever of his office: that of a UPT, else his own."""
    casework = {Role.CASEWORKER, Role.SUPERVISOR}
    return Role.CASEWORKER if session.actor.roles & casework else Role.TRIAGE


def _cards(session: Session, things: list[Thing], cut: Edges, *, with_holders: bool) -> list[Card]:
    people = list(dict.fromkeys(thing.client_id for thing in things if thing.client_id))
    if not things:
        return []
    record(session, "list", "today", clients=people)
    return _cards_with(session, things, cut, in_list=True, with_holders=with_holders)


def _cards_with(session: Session, things: list[Thing], cut: Edges, *, in_list: bool, with_holders: bool) -> list[Card]:
    known = facts(session, _subjects(things))
    people = labels(session, {thing.client_id for thing in things if thing.client_id}, in_list=in_list)
    words = words_of(session, _sealed(things, people)) if in_list else {}
    holders = names_of(session, [thing.user_id for thing in things]) if with_holders else {}
    return [
        Card(
            thing=thing,
            group=cut.group(thing.due_at, is_emergency=thing.is_emergency),
            fact=known.get(_about(thing)),
            who=people.get(thing.client_id) if thing.client_id else None,
            words=words.get(thing.id),
            holder=holders.get(thing.user_id) if thing.user_id else None,
            is_mine=thing.user_id == session.actor.user_id,
            is_late=thing.due_at < cut.now,
        )
        for thing in things
    ]


def _about(thing: Thing) -> UUID:
    """The facts of an offer are its own; its subject is the referral."""
    return thing.id if thing.subject_kind == "offer" else thing.subject_id


def _subjects(things: Iterable[Thing]) -> dict[str, Collection[UUID]]:
    found: dict[str, set[UUID]] = {}
    for thing in things:
        found.setdefault(thing.subject_kind, set()).add(_about(thing))
    return dict(found)


def _sealed(things: Iterable[Thing], people: dict[UUID, Label]) -> list[tuple[UUID, UUID, bytes]]:
    """The words of tasks made by hand; not of people whom a list does not name."""
    return [
        (thing.id, thing.client_id, thing.text_sealed)
        for thing in things
        if thing.text_sealed and thing.client_id and not people[thing.client_id].is_masked
    ]


def _counts(rows: Iterable[Any]) -> Counts:
    counts = Counts()
    for row in rows:
        for name in ("overdue", "today", "tomorrow", "week", "later", "desk"):
            counts.views[name] += getattr(row, name)
        counts.kinds[row.kind] += row.overdue + row.today + row.week + row.later
    return counts


def _waiting(session: Session, reader: Reader) -> Sequence[Any]:
    if not reader.sends:
        return ()
    return session.execute(queries.waiting_for_others(reader.user_id, session.now).limit(MOST_WAITING)).all()


def _night(session: Session) -> NightCard | None:
    """The last night, for those who look after it."""
    if not may(session.actor.roles, "night", "read"):
        return None
    latest = session.scalar(queries.latest_night())
    return listed_nights(session, [latest])[0] if latest else None


def _midnight(session: Session) -> datetime:
    """When the office's day began."""
    return datetime.combine(office_day(session.now), time(0), OFFICE_ZONE)


# Roles whose desk owns what nobody there has taken.
_DESK_ROLES = frozenset(
    line.role.value
    for line in PERMISSIONS
    if (line.resource, line.action, line.scope) == ("task", "read", Scope.ORGANISATION)
)
