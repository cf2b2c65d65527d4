"""One thing at a time, each on its own: what cannot be done is left with a line in the log, and holds up nobody else.

For the program's rounds and plans. A mistake of ours about one person must not stop the clocks of all others.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
import structlog

from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import KessosError

log = structlog.get_logger()

# Shorter than PostgreSQL waits before it looks for a circle (`deadlock_timeout`, a second): where the program and a person wait
# for each other it is the program that gives way, and comes again with the next round.
_GIVE_WAY = sa.text("select set_config('lock_timeout', '300ms', true)")
_HELD_BY_OTHERS = ("55P03", "40P01")


def give_way(session: Session) -> None:
    """From now on in this transaction, wait only a moment for what somebody else holds."""
    session.execute(_GIVE_WAY)


@contextmanager
def apart(session: Session, event: str, **about: str) -> Iterator[None]:
    """All of it or none. When it cannot be done `event` is in the log, and the transaction goes on without it.

    Raises only when the database itself is gone.
    """
    try:
        with attempt(session):
            yield
    except KessosError as error:
        log.warning(event, error_code=error.code, **about)
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated:
            raise
        state = getattr(error.orig, "sqlstate", None) or ""
        log.warning(event, error_code=state, exc_info=state not in _HELD_BY_OTHERS, **about)
    except Exception:
        log.exception(event, **about)
