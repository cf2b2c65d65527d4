"""Conferences that are planned: whose link still opens, and what guests of other offices are never told."""

import re
from collections.abc import Iterable
from datetime import datetime

from kessos_case.cases.rules.records import CallState

# More people than that decide nothing together; every link is one more way in.
MOST_GUESTS = 20
# A decision waits no longer than this for the plan: working days.
TAKE_UP_DAYS = 3

_WORD = re.compile(r"\w+")
_SHORTEST_NAME = 3


def why_over(state: str, revoked_at: datetime | None, expires_at: datetime | None, now: datetime) -> str | None:
    """Why a guest's link opens nothing: revoked, cancelled, held or expired; None while it does."""
    if revoked_at is not None:
        return "revoked"
    if state != CallState.PLANNED:
        return str(state)
    return "expired" if expires_at is None or expires_at <= now else None


def names_somebody(text: str, names: Iterable[str | None]) -> bool:
    """Does the text hold a word of one of these names, or something as long as a NIK?

    Guests read it whose office knows nothing of the person (spec privacy.md). Words under three letters are no names here.
    """
    said = {word.casefold() for word in _WORD.findall(text)}
    known = {word.casefold() for name in names if name for word in _WORD.findall(name) if len(word) >= _SHORTEST_NAME}
    return bool(said & known) or re.search(r"(?<!\d)\d{16}(?!\d)", re.sub(r"(?<=\d)[ .-](?=\d)", "", text)) is not None
