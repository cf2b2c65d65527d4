"""How long an entry of the directory is believed without being confirmed, and when an agreement is reminded of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kessos_case.access.rules import Role
from kessos_case.partners.rules.facts import GOVERNMENT_KINDS


@dataclass(frozen=True)
class Upkeep:
    """Days of the policy `routing`: an entry is stale after `confirm_after`, its owner has `confirm_within` to say whether it
    still stands; an agreement is reminded of so many days before it ends."""

    confirm_after: int
    confirm_within: int
    renew_before: tuple[int, ...]

    @property
    def longest_notice(self) -> int:
        """The days before its end at which an agreement is first reminded of."""
        return max(self.renew_before, default=0)

    def stale_since(self, today: date) -> date:
        """Whatever was last confirmed on this day or before is stale today."""
        return today - timedelta(days=self.confirm_after)

    def is_stale(self, confirmed_on: date, today: date) -> bool:
        """Has nobody confirmed the entry for so long?"""
        return confirmed_on <= self.stale_since(today)

    def reminder(self, ends_on: date, today: date) -> int | None:
        """Of the days before the end the last that have begun; None while it is far off, or over."""
        left = (ends_on - today).days
        return min((days for days in self.renew_before if 0 <= left <= days), default=None)


def upkeep(content: Mapping[str, Any]) -> Upkeep:
    """Read `[upkeep]` of the policy `routing`. Raises ValueError for what is missing or no number of days."""
    table = content.get("upkeep", {})
    days = [table.get("confirm_after_days"), table.get("confirm_within_days"), *table.get("renew_before_days", [None])]
    if not all(type(count) is int and count > 0 for count in days):
        raise ValueError("[upkeep] lacks confirm_after_days, confirm_within_days or renew_before_days, above 0")
    return Upkeep(table["confirm_after_days"], table["confirm_within_days"], tuple(table["renew_before_days"]))


def needs_agreement(kind: str) -> bool:
    """Is it a partner that serves by agreement and not by law?"""
    return kind not in GOVERNMENT_KINDS


def keeper(roles: Iterable[str]) -> Role | None:
    """Whose desk in an organisation keeps its entry, of the roles that somebody at work there has; None where nobody is."""
    held = set(roles)
    return next((role for role in (Role.SUPERVISOR, Role.PARTNER) if role in held), None)
