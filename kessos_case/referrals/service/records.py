"""What became of the offers to each service, counted once a night so that no ranking has to read them all."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from kessos_case.core.db import Session
from kessos_case.partners.models import ServiceRecord
from kessos_case.referrals import queries
from kessos_case.referrals.service.needs import routing

_COUNTED = ("offered", "accepted", "answer_share", "answered_lately", "ended", "completed")


def count_records(session: Session) -> int:
    """Count the past of every service anew; returns how many there are. As the program.

    What was seen 180 days after a placement (`observed`, `retained`) is counted by the rooms above, and left as it is.
    """
    lately = session.now - timedelta(days=routing().pace.days)
    past = queries.track_records(lately).subquery("past")
    counted = sa.select(
        past.c.service_id, sa.literal(session.now), *[past.c[name] for name in _COUNTED], sa.literal(0), sa.literal(0)
    )
    columns = ["service_id", "counted_at", *_COUNTED, "observed", "retained"]
    written = insert(ServiceRecord).from_select(columns, counted)
    changed = {name: written.excluded[name] for name in ("counted_at", *_COUNTED)}
    upsert = written.on_conflict_do_update(index_elements=["service_id"], set_=changed)
    done = session.execute(upsert, execution_options={"preserve_rowcount": True})
    return int(done.rowcount)  # type: ignore[attr-defined]
