"""The only clock. Business dates never come from the database's now(), so that a journey of years can be driven in minutes."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kessos_case.core.settings import settings

OFFICE_ZONE = ZoneInfo("Asia/Jakarta")


class ClockError(ValueError):
    """KESSOS_NOW names neither an instant nor a file with one."""


def now() -> datetime:
    """The present instant in UTC: KESSOS_NOW (an instant, or a file holding one) unless this is production.

    `transaction()` asks once and keeps the answer as `session.now`; services take it from there.
    """
    moved = os.environ.get("KESSOS_NOW")
    if not moved or settings().is_production:
        return datetime.now(UTC)
    return _instant(moved)


def wall() -> datetime:
    """The real instant: for the mechanics of queues and locks, never for a date that means something to a person."""
    return datetime.now(UTC)


def office_day(moment: datetime) -> date:
    """The date on the wall of an office in East Java at this instant."""
    return moment.astimezone(OFFICE_ZONE).date()


def _instant(text: str) -> datetime:
    # Every ISO instant begins with a digit and no sensible absolute path does.
    try:
        value = text if text[0].isdigit() else Path(text).read_text("utf-8").strip()
        instant = datetime.fromisoformat(value)
    except (OSError, ValueError) as error:
        raise ClockError(f"KESSOS_NOW={text!r} is neither an instant nor a file with one") from error
    return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
