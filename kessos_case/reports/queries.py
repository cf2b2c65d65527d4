"""Reads of a partner's scorecard and of the records of services: what became of offers, and of the work that came of them.

As the program itself: the policies of a user would count only what he sees.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session
from kessos_case.core.months import Month
from kessos_case.employment.models import Placement
from kessos_case.employment.service import kept_at
from kessos_case.partners.models import Service, ServiceRecord
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import OfferState

# The day of a placement by which a partner is measured (spec routing.md, "What is kept").
RETAINED_DAYS = 180

# One row an offer, with what came of it. Whoever accepts names a day, and so does whoever puts the person in line; of those
# that were revoked later the moves tell them apart: an acceptance revokes all others at the same instant.
_FATES = """
with told as (
    select o.id, o.referral_id, o.state, o.reason, o.offered_at, o.expires_at, o.answered_at, o.ended_at, r.outcome,
        extract(year from o.offered_at at time zone :zone)::int * 12
            + extract(month from o.offered_at at time zone :zone)::int - 1 as month,
        (o.state = 'declined' and o.expected_on is not null) or o.reason is not distinct from 'receiver_silent'
            as is_handed_back,
        o.state = 'accepted' and r.state = 'completed' as is_completed,
        o.state = 'accepted' or (o.state = 'declined' and o.expected_on is not null)
            or (o.state = 'revoked' and o.expected_on is not null and exists (
                select from referral_transitions t
                where t.referral_id = o.referral_id and t.verb in ('accept', 'admit')
                    and t.recorded_at >= o.offered_at and t.recorded_at < o.ended_at)) as is_accepted
    from offers o join referrals r on r.id = o.referral_id
    where o.organisation_id = :organisation_id
), fates as (
    select told.*, is_accepted and moves.met > 0 as is_met, case when is_accepted then moves.missed else 0 end as missed
    from told cross join lateral (
        select count(*) filter (where t.verb = 'meet') as met, count(*) filter (where t.verb = 'no_show') as missed
        from referral_transitions t
        where told.is_accepted and t.referral_id = told.referral_id and t.verb in ('meet', 'no_show')
            and t.recorded_at between told.offered_at and coalesce(told.ended_at, 'infinity')
    ) as moves
)
"""

_COUNTS = sa.text(
    _FATES
    + """
select month,
    count(*) as offers,
    count(*) filter (where is_accepted) as accepted,
    count(*) filter (where state = 'declined' and not is_handed_back) as declined,
    count(*) filter (where state = 'expired') as expired,
    count(*) filter (where state = 'waiting') as in_line,
    count(*) filter (where state = 'open') as open,
    count(*) filter (where state = 'revoked' and not is_accepted) as taken_back,
    count(*) filter (where answered_at is not null) as answered,
    percentile_cont(0.5) within group (order by extract(epoch from answered_at - offered_at)::float8 / 3600)
        filter (where answered_at is not null) as answer_hours,
    avg(case when answered_at is null then 1
        else least(1, extract(epoch from answered_at - offered_at) / nullif(extract(epoch from expires_at - offered_at), 0))
        end::float8) filter (where answered_at is not null or state = 'expired') as answer_share,
    count(*) filter (where is_met) as met,
    count(*) filter (where is_met or is_handed_back) as meetings_decided,
    count(*) filter (where is_completed) as completed,
    count(*) filter (where is_completed and outcome = 'served') as served,
    count(*) filter (where (is_completed and outcome <> 'died') or is_handed_back) as ended,
    count(*) filter (where is_handed_back) as handed_back,
    coalesce(sum(missed), 0)::int as no_shows
from fates group by grouping sets ((month), ())
"""  # nosec B608
)

_REASONS = sa.text(
    _FATES
    + """
select is_handed_back, reason, count(*) as count from fates
where (state = 'declined' or is_handed_back) and reason is not null group by is_handed_back, reason
"""  # nosec B608
)


# Which offers stand behind a figure; the others of a scorecard are made of these.
SHOWN = {
    "offers": "true",
    "accepted": "is_accepted",
    "declined": "state = 'declined' and not is_handed_back",
    "expired": "state = 'expired'",
    "in_line": "state = 'waiting'",
    "open": "state = 'open'",
    "taken_back": "state = 'revoked' and not is_accepted",
    "answered": "answered_at is not null",
    "met": "is_met",
    "completed": "is_completed",
    "served": "is_completed and outcome = 'served'",
    "handed_back": "is_handed_back",
    "missed": "missed > 0",
}


def offer_counts(session: Session, organisation_id: UUID) -> Sequence[Any]:
    """What became of an organisation's offers by the month (office's day) of the offer, and in all (month None).

    Every offer is one of accepted, declined, expired, in_line, open and taken_back.
    """
    return session.execute(_COUNTS, {"organisation_id": organisation_id, "zone": str(OFFICE_ZONE)}).all()


def refusal_reasons(session: Session, organisation_id: UUID) -> Sequence[Any]:
    """(is_handed_back, reason, count) of what an organisation declined or gave back, or was taken from it for its silence."""
    return session.execute(_REASONS, {"organisation_id": organisation_id, "zone": str(OFFICE_ZONE)}).all()


def offers_behind(organisation_id: UUID, show: str, month: Month | None) -> sa.Select[Any]:
    """(offer, name of the service) behind a figure of an organisation. As the program."""
    condition = f"{SHOWN[show]}{'' if month is None else ' and month = :month'}"
    chosen = f"{_FATES} select id from fates where {condition}"  # noqa: S608  # nosec B608
    ids = sa.text(chosen).columns(sa.column("id", sa.Uuid))
    values: dict[str, Any] = {"organisation_id": organisation_id, "zone": str(OFFICE_ZONE)}
    values |= {} if month is None else {"month": month}
    behind = ids.bindparams(**values).subquery("behind")
    select: sa.Select[Any] = sa.select(Offer).add_columns(Service.name).join(Service, Service.id == Offer.service_id)
    return select.where(Offer.id.in_(sa.select(behind.c.id)))


def work_counts(session: Session, organisation_id: UUID, today: date) -> Sequence[Any]:
    """How much work that came of an organisation was kept for 180 days, was over, or is not known; by the month it began.

    Work comes of an organisation that employs the person, or that accepted the referral of the same step of his plan.
    """
    year, month = (sa.func.extract(part, Placement.starts_on) for part in ("year", "month"))
    begun = sa.cast(year * 12 + month - 1, sa.Integer).label("month")
    columns = [
        sa.func.count().filter(sa.and_(sa.true(), *where)).label(name)
        for name, where in kept_at(RETAINED_DAYS, today).items()
    ]
    carried_out = sa.exists().where(
        Offer.organisation_id == organisation_id, Offer.client_id == Placement.client_id, _leads_to_work()
    )
    came_of = sa.or_(Placement.employer_id == organisation_id, carried_out)
    inner = sa.select(Placement.id, begun).where(came_of).subquery()
    select = sa.select(inner.c.month, *columns).join(Placement, Placement.id == inner.c.id)
    return session.execute(select.group_by(sa.func.grouping_sets(sa.tuple_(inner.c.month), sa.tuple_()))).all()


def kept_work(today: date) -> sa.Select[Any]:
    """(service_id, observed, retained): of each service's accepted offers the work that followed and was seen for 180 days.

    Work that followed several offers of one organisation came of the last of them.
    """
    kept = kept_at(RETAINED_DAYS, today)
    is_kept, is_over = (sa.and_(sa.true(), *kept[name]) for name in ("kept", "over"))
    employs = Placement.employer_id == Offer.organisation_id
    followed = (
        sa.select(Offer.service_id, is_kept.label("is_kept"))
        .ext(distinct_on(Placement.id, Offer.organisation_id))
        .join_from(Placement, Offer, Offer.client_id == Placement.client_id)
        .join(Referral, Referral.id == Offer.referral_id)
        .where(
            Offer.state == OfferState.ACCEPTED,
            _accepted_day() <= Placement.starts_on,
            employs | (Referral.plan_step_id == Placement.plan_step_id),
            is_kept | is_over,
        )
        .order_by(Placement.id, Offer.organisation_id, Offer.answered_at.desc(), Offer.id)
        .subquery()
    )
    columns = sa.func.count().label("observed"), sa.func.count().filter(followed.c.is_kept).label("retained")
    return sa.select(followed.c.service_id, *columns).group_by(followed.c.service_id)


def counted_at(session: Session, organisation_id: UUID) -> datetime | None:
    """When the records of an organisation's services, by which it is ranked, were last counted."""
    own = sa.select(Service.id).where(Service.organisation_id == organisation_id)
    return session.scalar(sa.select(sa.func.max(ServiceRecord.counted_at)).where(ServiceRecord.service_id.in_(own)))


def _leads_to_work() -> sa.ColumnElement[bool]:
    """The offer was accepted, not given back, before the work began, and carries out the same step of the plan."""
    same_step = sa.select(Referral.plan_step_id).where(Referral.id == Offer.referral_id).scalar_subquery()
    return sa.and_(
        Offer.state == OfferState.ACCEPTED,
        _accepted_day() <= Placement.starts_on,
        same_step == Placement.plan_step_id,
    )


def _accepted_day() -> sa.ColumnElement[date]:
    return sa.cast(sa.func.timezone(str(OFFICE_ZONE), Offer.answered_at), sa.Date)
