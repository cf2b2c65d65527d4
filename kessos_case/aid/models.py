"""The table of the aid ledger."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.aid.rules import ReversalReason
from kessos_case.clients.models import Client
from kessos_case.core.db import Base, one_of
from kessos_case.reference.models import Programme


class Disbursement(Base):
    """One line: a programme's rupiah for one person, for the months from..to. Never changed; a reversal takes it back."""

    __tablename__ = "disbursements"
    __table_args__ = (
        one_of("reason", ReversalReason),
        sa.CheckConstraint("to_month >= from_month", name="in_order"),
        sa.CheckConstraint("(reverses_id is null) = (amount > 0)", name="sign"),
        sa.CheckConstraint("(reverses_id is null) = (reason is null)", name="reversal_has_reason"),
        sa.Index("ix_disbursements_client_id", "client_id", "to_month"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id))
    programme_code: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey(Programme.code), index=True)
    # Which member or thing a payment is for, as the programme names it; a child's school aid is not its mother's.
    component: orm.Mapped[str | None]
    # core.months: year*12 + month-1.
    from_month: orm.Mapped[int]
    to_month: orm.Mapped[int]
    paid_on: orm.Mapped[date]
    # The later of paid and recorded: what nobody knew then cannot be held against a decision of then.
    known_on: orm.Mapped[date]
    amount: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    source_reference: orm.Mapped[str | None]
    # The sender's number, else a hash of the line: the same line twice adds nothing.
    source_key: orm.Mapped[str] = orm.mapped_column(unique=True)
    reverses_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("disbursements.id"), index=True)
    reason: orm.Mapped[str | None]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
