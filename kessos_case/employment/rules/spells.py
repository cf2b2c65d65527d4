"""How long work lasted: chains of placements that follow one another, and the gaps between them. One place for all readers.

Source: spec graduation.md, `work lasts`: a gap of at most so many days (policy `graduation`, [work]) breaks no chain.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar


class Work(Protocol):
    """A placement, as a row or as a plain value."""

    @property
    def id(self) -> Any: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def verified_on(self) -> date | None: ...
    @property
    def ended_on(self) -> date | None: ...


W = TypeVar("W", bound=Work)


def work_spells(placements: Iterable[W], as_of: date, gap_days: int) -> list[list[W]]:
    """Chains of verified placements, earliest first; the next starts at most `gap_days` after the last has ended.

    A placement that was only proposed is no work, nor is one that has yet to start.
    """
    chains: list[list[W]] = []
    for placement in _begun(placements, as_of):
        if chains and (placement.starts_on - spell_end(chains[-1], as_of)).days <= gap_days:
            chains[-1].append(placement)
        else:
            chains.append([placement])
    return chains


def spell_end(spell: Iterable[Work], as_of: date) -> date:
    """The day on which the last of these placements ended, or will; `as_of` where no end is known."""
    return max(placement.ended_on or as_of for placement in spell)


@dataclass(frozen=True)
class Gap:
    """Days without work: from the end of one placement to the start of the next, or to `as_of` while there is none.

    A bridged gap breaks no chain. `bridge_until` is the last day on which new work would still bridge one that goes on.
    """

    ended_on: date
    starts_on: date | None
    days: int
    is_bridged: bool
    bridge_until: date


def gaps_between(placements: Iterable[Work], as_of: date, gap_days: int) -> list[Gap]:
    """The gaps of a person's work, earliest first. Who starts the day after he stopped has none."""
    gaps: list[Gap] = []
    reached: date | None = None
    begun = _begun(placements, as_of)
    for placement in begun:
        if reached is not None and (placement.starts_on - reached).days > 1:
            gaps.append(_gap(reached, placement.starts_on, as_of, gap_days))
        end = placement.ended_on or as_of
        reached = end if reached is None else max(reached, end)
    goes_on = any(placement.ended_on is None or placement.ended_on > as_of for placement in begun)
    if reached is not None and not goes_on and reached < as_of:
        gaps.append(_gap(reached, None, as_of, gap_days))
    return gaps


def _gap(ended_on: date, starts_on: date | None, as_of: date, gap_days: int) -> Gap:
    days = ((starts_on or as_of) - ended_on).days
    return Gap(ended_on, starts_on, days, days <= gap_days, ended_on + timedelta(days=gap_days))


def _begun(placements: Iterable[W], as_of: date) -> list[W]:
    begun = [each for each in placements if each.starts_on <= as_of and each.verified_on and each.verified_on <= as_of]
    return sorted(begun, key=lambda placement: (placement.starts_on, str(placement.id)))
