"""The nightly count of what became of each service's offers and of the work that followed, by which the ranking knows it."""

import sqlalchemy as sa

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.partners.models import ServiceRecord
from kessos_case.referrals.service import count_records as count_offers
from kessos_case.reports import queries


def count_records(session: Session) -> int:
    """Count for every service what became of its offers, and how many of its people still work after 180 days.

    Returns how many services there are. As the program. All in two statements, in one transaction: a ranking sees the old
    figures or the new ones, and counted again they are the same.
    """
    services = count_offers(session)
    work = queries.kept_work(office_day(session.now)).subquery("work")
    # Whatever was counted before and no longer holds goes too: work that was reversed, or came of another offer after all.
    found = (
        sa.select(ServiceRecord.service_id, work.c.observed, work.c.retained)
        .outerjoin(work, work.c.service_id == ServiceRecord.service_id)
        .subquery("found")
    )
    counted = {name: sa.func.coalesce(found.c[name], 0) for name in ("observed", "retained")}
    update = sa.update(ServiceRecord).where(ServiceRecord.service_id == found.c.service_id).values(**counted)
    session.execute(update.execution_options(synchronize_session=False))
    return services
