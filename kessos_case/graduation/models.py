"""Tables of graduation: reviews with their verdicts, signatures, the person's own voice, relapse."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.cases.models import Case
from kessos_case.core.db import Base, one_of
from kessos_case.graduation.rules import RelapseKind, ReviewState


class GraduationReview(Base):
    """One person's way through the gate. `verdict` has numbers and ids of facts; no name, no text."""

    __tablename__ = "graduation_reviews"
    __table_args__ = (
        one_of("state", ReviewState),
        one_of("kind", ("empowered", "natural", "reunified")),
        sa.Index(
            "uq_graduation_reviews_live",
            "case_id",
            unique=True,
            postgresql_where=sa.text("state in ('eligible', 'recommended', 'provisional')"),
        ),
        sa.Index("ix_graduation_reviews_organisation_id", "organisation_id", "opened_at", "id"),
        sa.Index("ix_graduation_reviews_case_id", "case_id", "opened_at"),
        sa.Index("ix_graduation_reviews_client_id", "client_id"),
        sa.Index("ix_graduation_reviews_co_signer_id", "co_signer_id"),
        sa.CheckConstraint("provisional_by <> recommended_by", name="provisional_by_another"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    kind: orm.Mapped[str]
    state: orm.Mapped[str]
    verdict: orm.Mapped[dict[str, Any]]
    # Hash of the facts behind the verdict: an equal one need not be looked at again.
    fingerprint: orm.Mapped[str]
    policy_version: orm.Mapped[str]
    evaluated_at: orm.Mapped[datetime]
    opened_at: orm.Mapped[datetime]
    opened_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    recommended_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    provisional_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    provisional_on: orm.Mapped[date | None]
    confirmed_on: orm.Mapped[date | None]
    deferred_until: orm.Mapped[date | None]
    reason: orm.Mapped[str | None]
    # The one person of another office who may see this verdict and sign it.
    co_signer_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class GraduationSignature(Base):
    """Who took which step of the gate on which facts. Never changed."""

    __tablename__ = "graduation_signatures"
    __table_args__ = (
        one_of("step", ("recommendation", "provisional", "confirmation", "deferral", "withdrawal")),
        sa.Index("ix_graduation_signatures_review_id", "review_id", "signed_at"),
        # Nobody confirms twice.
        sa.Index(
            "uq_graduation_signatures_confirmation",
            "review_id",
            "user_id",
            unique=True,
            postgresql_where=sa.text("step = 'confirmation'"),
        ),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    review_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("graduation_reviews.id"))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"), index=True)
    step: orm.Mapped[str]
    user_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    organisation_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    fingerprint: orm.Mapped[str]
    reason: orm.Mapped[str | None]
    note_sealed: orm.Mapped[bytes | None]
    signed_at: orm.Mapped[datetime]


class ClientVoice(Base):
    """That the person was asked about leaving aid, and what he answered: agrees, or why not."""

    __tablename__ = "client_voices"
    __table_args__ = (
        sa.CheckConstraint("agrees or reason_sealed is not null", name="refusal_has_reason"),
        sa.Index("ix_client_voices_client_id", "client_id", "asked_on"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id), index=True)
    asked_on: orm.Mapped[date]
    agrees: orm.Mapped[bool]
    reason_sealed: orm.Mapped[bytes | None]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class Relapse(Base):
    """Aid, service or loss of work again after a provisional or confirmed verdict: counted, never hidden."""

    __tablename__ = "relapses"
    __table_args__ = (
        one_of("kind", RelapseKind),
        sa.UniqueConstraint("review_id", "kind", "happened_on"),
        sa.Index("ix_relapses_client_id", "client_id"),
        sa.Index("ix_relapses_organisation_id", "organisation_id", "happened_on", "id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    review_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("graduation_reviews.id"))
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id), index=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    kind: orm.Mapped[str]
    happened_on: orm.Mapped[date]
    # Ids of the facts that show it.
    evidence: orm.Mapped[dict[str, Any]]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
