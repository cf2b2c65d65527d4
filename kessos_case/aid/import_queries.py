"""Reads and set-based statements of imported files. Those that look for people are for the program itself."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.aid.models import AidImport, AidImportRow
from kessos_case.aid.rules import ImportRowState
from kessos_case.aid.rules.people import Person
from kessos_case.clients.models import ClientAccess
from kessos_case.core.db import Session
from kessos_case.reference.models import Programme

# What makes a row and a line say the same; programme and number stand in the key.
SAID = ("client_id", "household_id", "component", "from_month", "to_month", "paid_on", "amount")

# Rows that carry a doubt and yet became lines are hidden ones (service.imports.recognition): shown as parked, to who must not
# learn that somebody is registered.
_LINES = (ImportRowState.READY, ImportRowState.KNOWN, ImportRowState.ADDED)
_IS_HIDDEN = sa.and_(AidImportRow.reason.is_not(None), AidImportRow.state.in_(_LINES))
_SHOWN_STATE = sa.case((_IS_HIDDEN, ImportRowState.PARKED.value), else_=AidImportRow.state)


def imports(state: str | None = None) -> sa.Select[AidImport]:
    """The imports of the actor's offices."""
    select = sa.select(AidImport)
    return select.where(AidImport.state == state) if state else select


def rows_of(import_id: UUID, state: str | None = None) -> sa.Select[AidImportRow]:
    """The rows of one file, in the state in which they are shown."""
    select = sa.select(AidImportRow).where(AidImportRow.import_id == import_id)
    return select.where(is_shown_as(state)) if state else select


def is_shown_as(*states: str) -> sa.ColumnElement[bool]:
    """Rows that are shown in one of these states."""
    plain = sa.and_(AidImportRow.state.in_(states), ~_IS_HIDDEN)
    return plain | _IS_HIDDEN if ImportRowState.PARKED in states else plain


def counts(session: Session, import_id: UUID) -> dict[str, int]:
    """How many rows stand in each state, as they are shown."""
    select = sa.select(_SHOWN_STATE, sa.func.count()).where(AidImportRow.import_id == import_id).group_by(_SHOWN_STATE)
    return dict(session.execute(select).all())


def programmes(session: Session) -> dict[str, tuple[str, str]]:
    """Kind and unit of who receives of each programme, by its code."""
    rows = session.execute(sa.select(Programme.code, Programme.kind, Programme.recipient_unit))
    return {row.code: (row.kind, row.recipient_unit) for row in rows}


# Long lists are sent as one text: as arrays of the driver they would cost more than the search.
_WITH_NIK = sa.text(
    """
    select wanted.place, c.id, c.name, case when c.aliases <> '{}' then c.aliases end, c.birth_date,
           c.birth_date_precision, c.died_on, c.confidentiality = 'strict'
    from unnest(string_to_array(:hashes, ',')) with ordinality as wanted (hash, place)
    join clients c on c.nik_hash = decode(wanted.hash, 'hex')
    """
)


def with_nik(session: Session, hashes: Sequence[bytes]) -> list[list[Person]]:
    """Everybody in the province who has each of these NIK; nobody for an empty hash."""
    found: list[list[Person]] = [[] for _ in hashes]
    sent = ",".join([nik_hash.hex() for nik_hash in hashes])
    for place, *known in session.execute(_WITH_NIK, {"hashes": sent}):
        if hashes[place - 1]:
            found[place - 1].append(Person(*known))
    return found


# From the birth dates, which are many, to the folded names among the few who share one. Restricted people are found by nobody.
_NAMED = sa.text(
    """
    select distinct wanted.place
    from unnest(cast(:forms as text[]), cast(:births as date[])) with ordinality as wanted (form, birth, place)
    join clients c on c.birth_date = wanted.birth and c.confidentiality <> 'strict'
    join client_search s on s.client_id = c.id and strpos(s.forms, '|' || wanted.form || '|') > 0
    """
)


def named(session: Session, wanted: Sequence[tuple[str, date]]) -> set[int]:
    """The places (from 0) in `wanted` of the folded names and birth dates that somebody registered has."""
    if not wanted:
        return set()
    forms, births = zip(*wanted, strict=True)
    return {row.place - 1 for row in session.execute(_NAMED, {"forms": list(forms), "births": list(births)})}


def held_among(session: Session, client_ids: Iterable[UUID], organisation_id: UUID, at: datetime) -> set[UUID]:
    """Those of these people whom the office reaches now."""
    select = sa.select(ClientAccess.client_id).where(
        ClientAccess.client_id.in_(list(client_ids)),
        ClientAccess.organisation_id == organisation_id,
        ClientAccess.valid_until.is_(None) | (ClientAccess.valid_until > at),
    )
    return set(session.scalars(select))


_MEMBERSHIPS = sa.text(
    "select client_id, household_id, from_month, to_month from household_members "
    "where voided_at is null and client_id = any (cast(string_to_array(:ids, ',') as uuid[]))"
)


def memberships(session: Session, client_ids: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, int, int | None]]]:
    """Household, first and last month of each time that these people lived in one."""
    found: dict[UUID, list[tuple[UUID, int, int | None]]] = {}
    sent = ",".join([client_id.hex for client_id in client_ids])
    for client_id, household_id, first, last in session.execute(_MEMBERSHIPS, {"ids": sent}):
        found.setdefault(client_id, []).append((household_id, first, last))
    return found


_SAID_BEFORE = sa.text(
    "select source_key, client_id, household_id, component, from_month, to_month, paid_on, amount from disbursements "
    "where source_key = any (cast(string_to_array(:keys, ',') as uuid[]))"
)


def said_before(session: Session, keys: Iterable[UUID]) -> dict[UUID, tuple[Any, ...]]:
    """What the ledger's lines with these keys say, by key, in the order of SAID."""
    sent = ",".join([key.hex for key in keys])
    return {row[0]: tuple(row[1:]) for row in session.execute(_SAID_BEFORE, {"keys": sent})} if sent else {}


_REPEATS = sa.text(
    """
    select r.row_number, r.place, r.reason, r.source_key, r.source_reference, r.programme_code, r.client_id,
           r.household_id, r.component, r.from_month, r.to_month, r.paid_on, r.amount,
           (f.client_id, f.household_id, f.component, f.from_month, f.to_month, f.paid_on, f.amount)
           is not distinct from
           (r.client_id, r.household_id, r.component, r.from_month, r.to_month, r.paid_on, r.amount) as is_same
    from (select *, row_number() over same_key as place, first_value(row_number) over same_key as first_row
          from aid_import_rows where import_id = :import_id and source_key is not null
          window same_key as (partition by source_key order by row_number)) r
    join aid_import_rows f on f.import_id = :import_id and f.row_number = r.first_row
    where r.place > 1
    order by r.row_number
    """
)


def repeats(session: Session, import_id: UUID) -> Sequence[Any]:
    """Rows whose key an earlier row of the same file has: the how-manieth they are, and whether they say the same."""
    return session.execute(_REPEATS, {"import_id": import_id}).all()


_EQUAL_ROWS = sa.select(sa.func.count()).where(
    AidImportRow.state.in_([ImportRowState.READY, ImportRowState.KNOWN, ImportRowState.ADDED, ImportRowState.SETTLED])
)


def equal_rows(session: Session, row: AidImportRow, recipient: dict[str, Any]) -> int:
    """How many rows of the same file are lines that say the same of this recipient already."""
    same = {name: getattr(row, name) for name in ("import_id", "programme_code", *SAID)} | recipient
    told = [getattr(AidImportRow, name).is_not_distinct_from(value) for name, value in same.items()]
    return int(session.scalar(_EQUAL_ROWS.where(*told)) or 0)


def ready_rows(session: Session, import_id: UUID, after: int, most: int) -> list[int]:
    """Numbers of the next rows that wait to become lines, in order."""
    select = sa.select(AidImportRow.row_number).where(
        AidImportRow.import_id == import_id,
        AidImportRow.row_number > after,
        AidImportRow.state == ImportRowState.READY,
    )
    return list(session.scalars(select.order_by(AidImportRow.row_number).limit(most)))
