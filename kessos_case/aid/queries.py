"""Reads of the ledger. Row-level security limits them to people whom the actor reaches for casework."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.aid.models import Disbursement
from kessos_case.core.db import Session
from kessos_case.core.months import Month
from kessos_case.reference.models import Programme
from kessos_case.reference.rules import ProgrammeKind


def lines(client_id: UUID) -> sa.Select[Disbursement]:
    """The lines of one person."""
    return sa.select(Disbursement).where(Disbursement.client_id == client_id)


def kinds(session: Session) -> dict[str, str]:
    """What each programme is for, by its code; there are a few dozen."""
    rows = session.execute(sa.select(Programme.code, Programme.kind))
    return {row.code: row.kind for row in rows}


def line_by_key(session: Session, source_key: str) -> Disbursement | None:
    """The line that was recorded under this key."""
    return session.scalar(sa.select(Disbursement).where(Disbursement.source_key == source_key))


def lines_for_months(
    session: Session,
    client_id: UUID,
    first: Month,
    last: Month,
    *,
    kind: ProgrammeKind | None = None,
    known_by: date | None = None,
) -> Sequence[Disbursement]:
    """The lines that touch first..last, of one kind of programme, as they were known on a day."""
    select = lines(client_id).where(Disbursement.to_month >= first, Disbursement.from_month <= last)
    if kind is not None:
        select = select.where(Disbursement.programme_code.in_(sa.select(Programme.code).where(Programme.kind == kind)))
    if known_by is not None:
        select = select.where(Disbursement.known_on <= known_by)
    return session.scalars(select).all()


def lines_after(session: Session, client_id: UUID, month: Month) -> Sequence[Disbursement]:
    """The lines that reach beyond the month and were not wholly taken back, by their months."""
    back = orm.aliased(Disbursement)
    taken = sa.select(sa.func.coalesce(-sa.func.sum(back.amount), 0)).where(back.reverses_id == Disbursement.id)
    select = sa.select(Disbursement).where(
        Disbursement.client_id == client_id,
        Disbursement.reverses_id.is_(None),
        Disbursement.to_month > month,
        Disbursement.amount > taken.scalar_subquery(),
    )
    return session.scalars(select.order_by(Disbursement.from_month, Disbursement.id)).all()


def taken_back(session: Session, disbursement_id: UUID) -> int:
    """Rupiah (0 or above) that reversals have taken back from a line."""
    select = sa.select(sa.func.coalesce(sa.func.sum(-Disbursement.amount), 0))
    return int(session.scalar(select.where(Disbursement.reverses_id == disbursement_id)) or 0)
