"""Makers of nights: run to their end here and now, as `kessos nightly` does it."""

from datetime import date

from kessos_case.core import db
from kessos_case.nightly import run_night
from kessos_case.nights import service
from kessos_case.nights.service import NightCard


def night(as_of: date | None = None, *, full: bool = False) -> NightCard:
    """A night that is over, whoever began it."""
    return run_night(as_of, full=full, tell=lambda card: None)


def begun(as_of: date | None = None) -> service.NightCard:
    """A night of which nothing is done yet."""
    with db.transaction(db.system("test")) as session:
        return service.card(session, service.begin_night(session, as_of))


def seen(night_id: object) -> NightCard:
    """The night as it stands."""
    with db.transaction(db.system("test")) as session:
        return service.card(session, service.night_for(session, night_id))  # type: ignore[arg-type]
