"""Where a place appears: whoever could not be helped is looked at again, all of them together, a minute later."""

from datetime import timedelta

from kessos_case.core import clock
from kessos_case.core.db import Session, as_system
from kessos_case.core.jobs import enqueue

# What comes up within one minute is looked at once, when the minute is over: a directory that is filled in by hand or from a
# file changes often, and a job that is at work already would not see what comes after it began.
_GATHERED = timedelta(minutes=1)


def note_room(session: Session) -> None:
    """Somebody may be helped now who could not be before: have what waits assigned anew.

    By the name of the job: who waits is known to referrals, above the directory.
    """
    session.at_end("room", lambda: _ask(session))


def _ask(session: Session) -> None:
    moment = clock.wall()
    ends = moment.replace(second=0, microsecond=0) + _GATHERED
    # At the end of a request by a signed link nobody is signed in, and nobody may ask for work.
    with as_system(session, "room"):
        key = f"referrals.assign {ends:%Y-%m-%dT%H:%M}"
        enqueue(session, "referrals.assign", queue="nightly", unique_key=key, after=ends - moment)
