"""Reads of the ledger. Row-level security limits them to people whom the actor reaches for casework."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY

from kessos_case.aid.models import Disbursement
from kessos_case.clients.models import HouseholdMember
from kessos_case.core.db import Session
from kessos_case.core.months import Month
from kessos_case.reference.models import Programme
from kessos_case.reference.rules import ProgrammeKind


def unit_lines(client_id: UUID) -> sa.Select[Disbursement]:
    """The lines of a person, and those of his households for a month in which he stood in one."""
    own = sa.select(Disbursement.id).where(Disbursement.client_id == client_id)
    # By ids from two indexes: a condition with "or" would be asked of every line of the province.
    shared = _shared(Disbursement.id).where(HouseholdMember.client_id == client_id)
    return sa.select(Disbursement).where(Disbursement.id.in_(own.union(shared)))


def kinds(session: Session) -> dict[str, str]:
    """What each programme is for, by its code; there are a few dozen."""
    rows = session.execute(sa.select(Programme.code, Programme.kind))
    return {row.code: row.kind for row in rows}


def line_by_key(session: Session, source_key: UUID) -> Disbursement | None:
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
) -> list[tuple[Disbursement, Month | None, Month | None]]:
    """The lines of a person and of his households that touch first..last, of one kind, as they were known on a day.

    Each with the months in which it is his: of a line of a household those of his membership, once for each of these.
    """
    touching = [Disbursement.to_month >= first, Disbursement.from_month <= last]
    if kind is not None:
        touching.append(Disbursement.programme_code.in_(sa.select(Programme.code).where(Programme.kind == kind)))
    if known_by is not None:
        touching.append(Disbursement.known_on <= known_by)
    own = sa.select(Disbursement).where(Disbursement.client_id == client_id, *touching)
    member = HouseholdMember
    shared = _shared(Disbursement, member.from_month, member.to_month).where(member.client_id == client_id, *touching)
    return [(line, None, None) for line in session.scalars(own)] + [
        (line, since, until) for line, since, until in session.execute(shared)
    ]


def lines_of_people(
    session: Session, client_ids: Sequence[UUID], first: Month, last: Month, *, kind: ProgrammeKind, known_by: date
) -> list[Any]:
    """As `lines_for_months`, of many people in two statements: rows with the `owner` whose line it is in `since`..`until`."""
    people = sa.cast(list(client_ids), ARRAY(sa.Uuid))
    touching = [
        Disbursement.to_month >= first,
        Disbursement.from_month <= last,
        Disbursement.known_on <= known_by,
        Disbursement.programme_code.in_(sa.select(Programme.code).where(Programme.kind == kind)),
    ]
    line = (
        Disbursement.id, Disbursement.from_month, Disbursement.to_month, Disbursement.amount, Disbursement.household_id,
        Disbursement.programme_code, Disbursement.component,
    )  # fmt: skip
    member, nothing = HouseholdMember, sa.cast(None, sa.Integer)
    own = sa.select(Disbursement.client_id.label("owner"), nothing.label("since"), nothing.label("until"), *line)
    shared = _shared(
        member.client_id.label("owner"), member.from_month.label("since"), member.to_month.label("until"), *line
    )
    found = list(session.execute(own.where(Disbursement.client_id == sa.any_(people), *touching)))
    return found + list(session.execute(shared.where(member.client_id == sa.any_(people), *touching)))


def _shared(*columns: Any) -> sa.Select[Any]:
    """Lines of households beside each membership in whose months they lie; mistakes are left out."""
    member = HouseholdMember
    in_his_months = sa.and_(
        Disbursement.household_id == member.household_id,
        Disbursement.to_month >= member.from_month,
        member.to_month.is_(None) | (Disbursement.from_month <= member.to_month),
    )
    return sa.select(*columns).join_from(member, Disbursement, in_his_months).where(member.voided_at.is_(None))


def lines_after(session: Session, recipient: sa.ColumnElement[bool], month: Month) -> Sequence[Disbursement]:
    """The lines of a recipient that reach beyond the month and were not wholly taken back, by their months."""
    back = orm.aliased(Disbursement)
    taken = sa.select(sa.func.coalesce(-sa.func.sum(back.amount), 0)).where(back.reverses_id == Disbursement.id)
    select = sa.select(Disbursement).where(
        recipient,
        Disbursement.reverses_id.is_(None),
        Disbursement.to_month > month,
        Disbursement.amount > taken.scalar_subquery(),
    )
    return session.scalars(select.order_by(Disbursement.from_month, Disbursement.id)).all()


def taken_back(session: Session, disbursement_id: UUID) -> int:
    """Rupiah (0 or above) that reversals have taken back from a line."""
    select = sa.select(sa.func.coalesce(sa.func.sum(-Disbursement.amount), 0))
    return int(session.scalar(select.where(Disbursement.reverses_id == disbursement_id)) or 0)
