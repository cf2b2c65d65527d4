"""Reads of unmet need: when which referral found nobody who could take it, by month, regency and kind of service."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa

from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session
from kessos_case.core.months import Month, first_day
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.referrals.models import Referral, ReferralTransition

# What is counted of a month, in the order of the pages.
MEASURES = ("entered", "met_later", "still_unmet")

# A stay: from a move to `unmet` until the next move of that referral, and when the person was first really seen after it.
_STAYS = """
with stays as (
    select u.referral_id, u.recorded_at as since, gone.at as gone_at, seen.at as seen_at
    from referral_transitions u
    left join lateral (
        select t.recorded_at as at from referral_transitions t
        where t.referral_id = u.referral_id and (t.recorded_at, t.id) > (u.recorded_at, u.id)
        order by t.recorded_at, t.id limit 1) as gone on true
    left join lateral (
        select min(t.recorded_at) as at from referral_transitions t
        where t.referral_id = u.referral_id and t.to_state = 'met' and (t.recorded_at, t.id) > (u.recorded_at, u.id)
    ) as seen on true
    where u.to_state = 'unmet' and u.recorded_at < :stop
)
"""

# A referral asks for any of several services; it is counted under each, and once in the sums.
_COUNTS = (
    _STAYS
    + """
, months as (
    select * from unnest(cast(:numbers as int[]), cast(:starts as timestamptz[]), cast(:stops as timestamptz[]))
        as m (number, starts, stops)
)
select m.number as month, r.regency_code, kind.code as service_type,
    count(distinct r.id) filter (where s.since >= m.starts) as entered,
    count(distinct r.id) filter (where s.since >= m.starts and s.seen_at is not null) as met_later,
    count(distinct r.id) filter (where s.gone_at is null or s.gone_at >= m.stops) as still_unmet
from months m
join stays s on s.since < m.stops and (s.since >= m.starts or s.gone_at is null or s.gone_at >= m.stops)
join referrals r on r.id = s.referral_id
cross join lateral unnest(r.service_types) as kind (code)
where {inside}
group by m.number, grouping sets ((r.regency_code, kind.code), (r.regency_code), (kind.code), ())
"""  # nosec B608
)


def unmet_counts(session: Session, months: Sequence[Month], inside: Iterable[str] | None) -> Sequence[Any]:
    """(month, regency_code, service_type, entered, met_later, still_unmet); None in a column is the sum over it.

    `inside` limits it to regions; None is everywhere. As the program itself, or as a desk for what it sees.
    """
    bounds = [(start_of(month), start_of(month + 1)) for month in months]
    values: dict[str, Any] = {
        "stop": bounds[-1][1],
        "numbers": list(months),
        "starts": [start for start, _stop in bounds],
        "stops": [stop for _start, stop in bounds],
    }
    condition = "true"
    if inside is not None:
        condition = (
            "exists (select from unnest(cast(:inside as text[])) as place where r.region_code = place "
            "or r.region_code like place || '.%')"
        )
        values["inside"] = sorted(inside)
    return session.execute(sa.text(_COUNTS.format(inside=condition)), values).all()


def unmet_referrals(
    session: Session,
    month: Month,
    measure: str,
    asked: PageRequest,
    *,
    place: str = "",
    service_types: Sequence[str] = (),
) -> Page:
    """One page of the referrals behind a figure, as far as the reader sees them, newest first."""
    listed = _STAYS + "select referral_id, since, gone_at, seen_at from stays"  # nosec B608
    stays = sa.text(listed).columns(
        sa.column("referral_id", sa.Uuid),
        sa.column("since", sa.DateTime(timezone=True)),
        sa.column("gone_at", sa.DateTime(timezone=True)),
        sa.column("seen_at", sa.DateTime(timezone=True)),
    ).bindparams(stop=start_of(month + 1)).subquery("stays")  # fmt: skip
    entered = stays.c.since >= start_of(month)
    wanted = {
        "entered": entered,
        "met_later": entered & stays.c.seen_at.is_not(None),
        "still_unmet": stays.c.gone_at.is_(None) | (stays.c.gone_at >= start_of(month + 1)),
    }[measure]
    select = sa.select(Referral).where(Referral.id.in_(sa.select(stays.c.referral_id).where(wanted)))
    if place:
        select = select.where(Referral.regency_code == place)
    if service_types:
        select = select.where(Referral.service_types.overlap(list(service_types)))
    return page(session, select, [Referral.submitted_at, Referral.id], asked, descending=True)


def first_moment(session: Session) -> datetime | None:
    """When for the first time nobody could take a person; None where that has never been."""
    return session.scalar(
        sa.select(sa.func.min(ReferralTransition.recorded_at)).where(ReferralTransition.to_state == "unmet")
    )


def start_of(month: Month) -> datetime:
    """The instant at which a month begins on the office's clock."""
    return datetime.combine(first_day(month), time(), OFFICE_ZONE)
