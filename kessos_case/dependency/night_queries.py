"""Reads of everything that is scored, for a range of people at once and as known on a day, as arrays.

Rows come as one value: PostgreSQL strings the binary forms of fixed width together, and NumPy reads them where they lie. For
a million lines that takes 0.4 s, arrays of columns 0.5 s, COPY 2 s (psycopg hands over each row by itself). The order of
the records says nothing. The ledger is read in its indexes alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from kessos_case.core.db import Session
from kessos_case.core.months import Month
from kessos_case.dependency.rules.policy import Cut

Records = npt.NDArray[np.void]
# An id as its sixteen bytes, which sort as uuids do.
ID = "S16"

_OF_PERSON = np.dtype([("owner", ID), ("bits", ">i4")])
_LINE = np.dtype([("owner", ID), ("first", ">i4"), ("last", ">i4"), ("amount", ">i8")])
PERSON = np.dtype([("id", ID), ("born", ">i4"), ("precision", ">i4"), ("is_dead", ">i4")])
_MEMBERSHIP = np.dtype([("person", ID), ("household", ID), ("first", ">i4"), ("last", ">i4")])
_INCOME = np.dtype([("owner", ID), ("month", ">i4"), ("amount", ">i8")])
_LATEST = np.dtype([("owner", ID), ("fingerprint", ID), ("recorded_at", ">i8")])

# In PostgreSQL's binary form days are counted from 2000; what is not known has a day that nobody was born on.
EPOCH = np.datetime64("2000-01-01")
NO_DAY = -(2**31)


@dataclass(frozen=True)
class Span:
    """People from `first` to `last`, both included, as known on `as_of`: before the instant `until`. `month` is T."""

    first: UUID
    last: UUID
    as_of: date
    until: datetime
    month: Month

    def values(self, **more: Any) -> dict[str, Any]:
        """What the queries name."""
        return vars(self) | more


def people(session: Session, span: Span, precisions: list[str]) -> Iterator[tuple[str | None, Records]]:
    """Everybody of the span by the region where he lives: id, day of birth, precision's place, whether he is dead."""
    query = """
        select region_code, string_agg(
            uuid_send(id) || int4send(coalesce(birth_date - date '2000-01-01', -2147483648))
            || int4send(coalesce(array_position(%(precisions)s::text[], birth_date_precision), 1) - 1)
            || int4send((died_on is not null and died_on <= %(as_of)s)::int), '')
        from clients where id between %(first)s and %(last)s group by region_code
    """
    for region_code, found in _rows(session, query, span.values(precisions=precisions)):
        yield region_code, np.frombuffer(found, PERSON)


def own_lines(session: Session, span: Span, programmes: list[str], since: Month) -> Iterator[tuple[str, Records]]:
    """Lines of the people's own that reach `since` or later, by programme: owner, first and last month, rupiah."""
    query = """
        select programme_code, string_agg(
            uuid_send(client_id) || int4send(from_month) || int4send(to_month) || int8send(amount), '')
        from disbursements
        where client_id between %(first)s and %(last)s and to_month >= %(since)s and known_on <= %(as_of)s
          and programme_code = any(%(programmes)s) group by programme_code
    """
    for programme, found in _rows(session, query, span.values(programmes=programmes, since=since)):
        yield programme, np.frombuffer(found, _LINE)


def household_lines(
    session: Session, span: Span, programmes: list[str], exempt_components: list[str], since: Month
) -> Iterator[tuple[str, Records]]:
    """The same of the households in which the people are or were, without lines that stand for an exempt member."""
    query = """
        select programme_code, string_agg(
            uuid_send(household_id) || int4send(from_month) || int4send(to_month) || int8send(amount), '')
        from disbursements
        where household_id = any(array(select distinct household_id from household_members
                                       where client_id between %(first)s and %(last)s))
          and to_month >= %(since)s and known_on <= %(as_of)s and programme_code = any(%(programmes)s)
          and (component is null or lower(btrim(component)) <> all(%(exempt)s))
        group by programme_code
    """
    values = span.values(programmes=programmes, exempt=exempt_components, since=since)
    for programme, found in _rows(session, query, values):
        yield programme, np.frombuffer(found, _LINE)


def memberships(session: Session, span: Span, since: Month) -> Records:
    """Who belonged to which household in which months up to T, as it was written down by then."""
    query = """
        select string_agg(uuid_send(client_id) || uuid_send(household_id) || int4send(from_month)
                          || int4send(least(to_month, %(month)s)), '')
        from household_members
        where client_id between %(first)s and %(last)s and recorded_at < %(until)s
          and (voided_at is null or voided_at >= %(until)s)
          and from_month <= %(month)s and (to_month is null or to_month >= %(since)s)
    """
    return _one(session, query, span.values(since=since), _MEMBERSHIP)


def incomes(session: Session, span: Span, since: Month) -> Records:
    """What a household earned in each month since `since`: of two statements that cover it, the later one counts."""
    query = """
        select string_agg(uuid_send(client_id) || int4send(month) || int8send(part), '')
        from (select distinct on (s.client_id, month) s.client_id, month,
                     s.amount / (s.to_month - s.from_month + 1)
                     + (month - s.from_month < s.amount %% (s.to_month - s.from_month + 1))::int as part
              from income_statements s,
                   generate_series(greatest(s.from_month, %(since)s), least(s.to_month, %(month)s)) month
              where s.client_id between %(first)s and %(last)s and s.to_month >= %(since)s
                and s.recorded_at < %(until)s
              order by s.client_id, month, s.recorded_at desc, s.id desc) stated
    """
    return _one(session, query, span.values(since=since), _INCOME)


# Bits of what a person's cases say.
IN_CARE, IN_REUNIFICATION, IN_INDEPENDENCE, FOLLOWED = 1, 2, 4, 8


def cases(session: Session, span: Span, followed_from: date) -> Records:
    """What the cases say as of the day: of the latest one, of open ones, and whether they followed him since that day."""
    query = """
        select string_agg(uuid_send(client_id) || int4send(
            (pathways[1] = 'long_term_care')::int + 2 * in_reunification::int + 4 * in_independence::int
            + 8 * (served @> daterange(%(since)s, %(as_of)s, '[]'))::int), '')
        from (select client_id, array_agg(pathway order by opened_at desc, id desc) as pathways,
                     bool_or(is_open and pathway = 'reunification') as in_reunification,
                     bool_or(is_open and pathway = 'independence') as in_independence,
                     range_agg(daterange(opened_on, case when not is_open then greatest(closed_on, opened_on) end, '[]'))
                         as served
              from (select id, client_id, pathway, opened_at, closed_at is null or closed_at >= %(until)s as is_open,
                           (opened_at at time zone 'Asia/Jakarta')::date as opened_on,
                           (closed_at at time zone 'Asia/Jakarta')::date as closed_on
                    from cases where client_id between %(first)s and %(last)s and opened_at < %(until)s) known
              group by client_id) told
    """
    return _one(session, query, span.values(since=followed_from), _OF_PERSON)


def exemptions(session: Session, span: Span, grounds: list[str]) -> Records:
    """Bits of the grounds, in the order given, that hold on the day."""
    query = """
        select string_agg(uuid_send(client_id) || int4send(bits), '')
        from (select client_id, bit_or(1 << (array_position(%(grounds)s::text[], ground) - 1)) as bits
              from exemptions
              where client_id between %(first)s and %(last)s and recorded_at < %(until)s
                and from_on <= %(as_of)s and (until_on is null or until_on >= %(as_of)s)
                and (ended_at is null or ended_at >= %(until)s)
              group by client_id) held
    """
    return _one(session, query, span.values(grounds=grounds), _OF_PERSON)


# Bits of what a person's work and courses say.
WORKED, AT_WORK, UNVERIFIED = 1, 2, 4
PASSED, PASSED_LATELY = 1, 2


def work(session: Session, span: Span, since: date) -> Records:
    """Work since the day: verified, and whether that goes on; or told and not verified. What never began is no work."""
    query = """
        select string_agg(uuid_send(client_id) || int4send(bits), '')
        from (select client_id, bit_or(case when verified_on is null or verified_on > %(as_of)s then 4
                                            when ended_on is null or ended_on > %(as_of)s then 3 else 1 end) as bits
              from placements
              where client_id between %(first)s and %(last)s and recorded_at < %(until)s and starts_on <= %(as_of)s
                and (ended_on is null or ended_on >= %(since)s) and end_reason is distinct from 'never_started'
              group by client_id) worked
    """
    return _one(session, query, span.values(since=since), _OF_PERSON)


def courses(session: Session, span: Span, since: date) -> Records:
    """Courses passed ever, and since the day."""
    query = """
        select string_agg(uuid_send(client_id) || int4send(1 + 2 * lately::int), '')
        from (select client_id, bool_or(completed_on >= %(since)s) as lately
              from enrolments
              where client_id between %(first)s and %(last)s and passed and completed_on <= %(as_of)s
              group by client_id) passed
    """
    return _one(session, query, span.values(since=since), _OF_PERSON)


# Bits of what the latest assessment says of a cut.
CUT_KNOWN, CUT_TRUE = 1, 2


def assessed(session: Session, span: Span, cut: Cut) -> Records:
    """Of the latest assessment by the cut's instrument: is it of the cut's version, and is the value below the cut?"""
    query = """
        select string_agg(uuid_send(client_id) || int4send(is_known::int + 2 * (is_known and value < %(below)s)::int), '')
        from (select client_id, instrument_version = %(version)s and value is not null as is_known, value
              from (select distinct on (client_id) client_id, instrument_version,
                           (scores -> 'domains' -> %(domain)s ->> 'value')::numeric as value
                    from assessments
                    where client_id between %(first)s and %(last)s and instrument = %(instrument)s
                      and state <> 'draft' and completed_at < %(until)s
                    order by client_id, completed_at desc, id desc) latest) compared
    """
    return _one(session, query, span.values(**vars(cut)), _OF_PERSON)


def latest_scores(session: Session, span: Span) -> Records:
    """Of each person's latest score up to the day the fingerprint, and when it was recorded where it is of the same day."""
    query = """
        select string_agg(uuid_send(c.id) || uuid_send(latest.fingerprint) || timestamptz_send(
            case when latest.as_of = %(as_of)s then latest.recorded_at else '2000-01-01 00:00+00' end), '')
        from clients c cross join lateral (
            select s.fingerprint, s.as_of, s.recorded_at from dependency_scores s
            where s.client_id = c.id and s.as_of <= %(as_of)s
            order by s.as_of desc, s.recorded_at desc limit 1) latest
        where c.id between %(first)s and %(last)s
    """
    return _one(session, query, span.values(), _LATEST)


def places(ids: npt.NDArray[np.bytes_], owners: npt.NDArray[np.bytes_]) -> npt.NDArray[np.int64]:
    """The place of each owner among the sorted ids; -1 for one who came after the ids were read."""
    found = np.searchsorted(ids, owners)
    inside = np.minimum(found, max(len(ids) - 1, 0))
    return np.where(ids[inside] == owners, inside, -1) if len(ids) else np.full(len(owners), -1)


def microseconds(instant: datetime) -> int:
    """An instant as PostgreSQL's binary form has it."""
    return (instant - datetime(2000, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _one(session: Session, query: str, values: dict[str, Any], form: np.dtype[np.void]) -> Records:
    ((found,),) = _rows(session, query, values)
    return np.frombuffer(found or b"", form)


def _rows(session: Session, query: str, values: dict[str, Any]) -> list[Any]:
    """Rows in PostgreSQL's binary form, which SQLAlchemy does not ask for."""
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor(binary=True) as cursor:
        return list(cursor.execute(query, values))
