"""Who is shown to a reviewer: what raises a flag, who comes first, how many, who is drawn by lot. Values in, values out.

Source: spec dependency.md, "Nightly", and [flags] of the policy. A flag asks a human to look; it decides nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kessos_case.core.months import Month, format_month, months_later
from kessos_case.dependency.rules.policy import FlagRule
from kessos_case.dependency.rules.words import Band, FlagCause

_HEIGHT: Mapping[Band, int] = {band: place for place, band in enumerate(Band)}


@dataclass(frozen=True)
class Past:
    """What a person's score was from a day on, until the next; `points` and `band` are None while he was not scored.

    `basis` is what the points stand on: the policy, and which facts were known at all.
    """

    as_of: date
    points: int | None
    band: Band | None
    basis: tuple[str, int] | None = None


@dataclass(frozen=True)
class Reviewed:
    """The last flag of a person that somebody has decided about, and what stood in it."""

    decided_on: date
    dismissed_until: date | None
    lines: int | None
    band: Band | None


@dataclass(frozen=True)
class Contender:
    """Somebody who has a flag or may get one.

    `is_kept`: no rank takes the flag away, for it is under review, was drawn by lot, or stands on a stage not yet paid.
    """

    client_id: UUID
    household_id: UUID | None
    points: int
    months_on_60: int
    has_flag: bool = False
    is_kept: bool = False


@dataclass(frozen=True)
class Settlement:
    """What a night does: whom it raises a flag for at which rank, whose goes down, how many wait for a place."""

    raised: tuple[tuple[Contender, int], ...]
    lowered: tuple[Contender, ...]
    waiting: int


def cause_of(history: Sequence[Past], as_of: date, rule: FlagRule) -> tuple[FlagCause, date] | None:
    """Why the last of these scores (by day, one a day) raises a flag, and since when; None when nothing does."""
    return _entered(history, rule) or _risen(history, as_of, rule)


def may_return(cause_day: date, lines: int, band: Band, reviewed: Reviewed | None, as_of: date) -> bool:
    """May a flag be raised after the last one that was decided about?

    After an agreed action only for what came since; after a dismissal when its day is over, and only on new facts: other
    lines of the scorecard, or a higher band.
    """
    if reviewed is None:
        return True
    if reviewed.dismissed_until is None:
        return cause_day > reviewed.decided_on
    is_new = lines != reviewed.lines or reviewed.band is None or _HEIGHT[band] > _HEIGHT[reviewed.band]
    return as_of > reviewed.dismissed_until and is_new


def settle(contenders: Iterable[Contender], capacity: int, off_factor_percent: int) -> Settlement:
    """Rank the households and keep as many flags as can be looked at: on at a rank up to the capacity, off beyond 1.5 of it.

    A household has the rank of its first member; a flag that one of them has stays with him.
    """
    raised, lowered, waiting = list[tuple[Contender, int]](), list[Contender](), 0
    for rank, members in enumerate(_households(contenders), start=1):
        flagged = [member for member in members if member.has_flag]
        if not flagged and rank <= capacity:
            raised.append((members[0], rank))
        elif not flagged:
            waiting += 1
        elif rank * 100 > capacity * off_factor_percent:
            lowered += [member for member in flagged if not member.is_kept]
    return Settlement(tuple(raised), tuple(lowered), waiting)


def is_drawn(client_id: UUID, month: Month, policy: str, percent: int) -> bool:
    """Is this person drawn by lot in this month? Nobody can choose it, everybody can check it."""
    digest = hashlib.sha256(f"{client_id}:{format_month(month)}:{policy}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 10_000 < percent * 100


def _entered(history: Sequence[Past], rule: FlagRule) -> tuple[FlagCause, date] | None:
    """The last step up into or within the flagged bands, if the person has been in them ever since."""
    for place in range(len(history) - 1, -1, -1):
        band = history[place].band
        if band not in rule.bands:
            return None
        before = history[place - 1].band if place else None
        if before is None or _HEIGHT[before] < _HEIGHT[band]:
            return FlagCause.BAND_ENTERED, history[place].as_of
    return None


def _risen(history: Sequence[Past], as_of: date, rule: FlagRule) -> tuple[FlagCause, date] | None:
    """The day since which the points are by so many above the least of the last months.

    Only points on one basis are compared: who is known better than before, or scored by another policy, has not changed.
    """
    since = months_later(as_of, -rule.rise_months)
    known = [
        (past, past.points)
        for past in _in_force(history, since)
        if past.points is not None and past.basis == history[-1].basis
    ]
    if not known or history[-1].points is None:
        return None
    wanted = min(points for _, points in known) + rule.rise_points
    day = None
    for past, points in reversed(known):
        if points < wanted:
            break
        day = past.as_of
    return (FlagCause.RISE, day) if day else None


def _in_force(history: Sequence[Past], since: date) -> list[Past]:
    """The scores of that day and since."""
    first = max((place for place, past in enumerate(history) if past.as_of <= since), default=0)
    return list(history[first:])


def _households(contenders: Iterable[Contender]) -> list[list[Contender]]:
    """Everybody by household, the first of each first: most points, then most months on aid, then by id."""
    ordered = sorted(contenders, key=lambda one: (-one.points, -one.months_on_60, one.client_id))
    households: dict[UUID, list[Contender]] = {}
    for one in ordered:
        households.setdefault(one.household_id or one.client_id, []).append(one)
    return list(households.values())
