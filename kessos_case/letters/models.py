"""The table of letters: that one was issued, about what, by whom, and how to tell it from a forged one."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.clients.models import Client
from kessos_case.core.db import Base, one_of
from kessos_case.letters.rules import LetterKind


class Letter(Base):
    """A letter as it was issued; what it said is sealed, so that it can be printed again exactly so."""

    __tablename__ = "letters"
    __table_args__ = (
        one_of("kind", LetterKind),
        sa.Index("ix_letters_client_id", "client_id", "issued_at", "id"),
        sa.Index("ix_letters_subject_id", "subject_id"),
        sa.CheckConstraint("(revoked_at is null) = (revoked_reason is null)", name="revoked_with_a_reason"),
    )

    # Random and not UUIDv7: it is given outside.
    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    # What stands on the paper; random, in an alphabet without look-alikes.
    code: orm.Mapped[str] = orm.mapped_column(unique=True)
    kind: orm.Mapped[str]
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id))
    # What it is about: an offer, a version of a plan, an enrolment, a review.
    subject_id: orm.Mapped[UUID]
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    issued_at: orm.Mapped[datetime]
    issued_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    content_sealed: orm.Mapped[bytes | None]
    revoked_at: orm.Mapped[datetime | None]
    revoked_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    revoked_reason: orm.Mapped[str | None]
