"""Tables of access: organisations, users, grants, sign-ins, the reach of clients, idempotency and the audit trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY

from kessos_case.access.rules import OrganisationKind, Role
from kessos_case.core.db import Base, one_of


class Organisation(Base):
    """A UPT, a social office, an agency, a welfare institution, a company or a university."""

    __tablename__ = "organisations"
    __table_args__ = (one_of("kind", OrganisationKind),)

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    kind: orm.Mapped[str]
    code: orm.Mapped[str] = orm.mapped_column(unique=True)
    name: orm.Mapped[str]
    region_code: orm.Mapped[str | None] = orm.mapped_column(index=True)
    is_active: orm.Mapped[bool] = orm.mapped_column(default=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class User(Base):
    """A person who works with the program. A client is never a user."""

    __tablename__ = "users"
    __table_args__ = (sa.CheckConstraint("username = lower(username)", name="username_lower"),)

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    username: orm.Mapped[str] = orm.mapped_column(unique=True)
    name: orm.Mapped[str]
    email: orm.Mapped[str | None]
    # Read by the database function of sign-in alone; the program's role may only write it.
    password_hash: orm.Mapped[str] = orm.mapped_column(deferred=True)
    # The secret of the second factor, sealed, and the last time step it was used in: no code works twice.
    otp_sealed: orm.Mapped[bytes | None] = orm.mapped_column(deferred=True)
    otp_last_step: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger, deferred=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    is_active: orm.Mapped[bool] = orm.mapped_column(default=True)
    created_at: orm.Mapped[datetime]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}

    organisation: orm.Mapped[Organisation] = orm.relationship(lazy="joined")
    grants: orm.Mapped[list["RoleGrant"]] = orm.relationship(
        lazy="selectin", order_by="RoleGrant.id", foreign_keys="RoleGrant.user_id"
    )


class RoleGrant(Base):
    """A role given to a user within a scope, until a date. Never deleted: what someone could see in March stays known."""

    __tablename__ = "grants"
    __table_args__ = (one_of("role", Role),)

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    role: orm.Mapped[str]
    organisation_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    region_code: orm.Mapped[str | None]
    valid_until: orm.Mapped[datetime | None]
    granted_at: orm.Mapped[datetime]
    granted_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class Token(Base):
    """A sign-in: a bearer token of a program or phone, or the cookie of a browser. Only the hash is kept."""

    __tablename__ = "tokens"
    __table_args__ = (one_of("kind", ("bearer", "session")),)

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    kind: orm.Mapped[str]
    token_hash: orm.Mapped[bytes] = orm.mapped_column(unique=True)
    created_at: orm.Mapped[datetime]
    last_seen_at: orm.Mapped[datetime]
    expires_at: orm.Mapped[datetime]
    revoked_at: orm.Mapped[datetime | None]


class SavedFilter(Base):
    """A view of a list that a user wants to come back to: the page, a name of his own and the filters of its address."""

    __tablename__ = "saved_filters"
    __table_args__ = (sa.UniqueConstraint("user_id", "page", "name"),)

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"))
    page: orm.Mapped[str]
    name: orm.Mapped[str]
    query: orm.Mapped[str]
    created_at: orm.Mapped[datetime]


class PermissionLine(Base):
    """The permission table of access/rules.py, copied at each migration for row-level security to read."""

    __tablename__ = "permissions"

    role: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    resource: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    action: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    scope: orm.Mapped[str] = orm.mapped_column(primary_key=True)


class IdempotencyKey(Base):
    """That a POST was answered: what it made, never the answer itself, which is rendered again under present rights."""

    __tablename__ = "idempotency_keys"

    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    route: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    key: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    body_hash: orm.Mapped[bytes]
    resource_id: orm.Mapped[UUID]
    created_at: orm.Mapped[datetime] = orm.mapped_column(index=True)


class AuditEntry(Base):
    """One look, one write or one refusal. Ids and codes only; insert-only for the program; sealed within a minute."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        sa.Index("ix_audit_entries_client_ids", "client_ids", postgresql_using="gin"),
        sa.Index("ix_audit_entries_unsealed", "transaction_id", "id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    # Which transaction wrote it: the sealer takes only rows below the horizon, where no older row can still appear.
    transaction_id: orm.Mapped[int] = orm.mapped_column(
        sa.BigInteger, server_default=sa.text("pg_current_xact_id()::text::bigint")
    )
    at: orm.Mapped[datetime] = orm.mapped_column(index=True)
    user_id: orm.Mapped[UUID | None] = orm.mapped_column(index=True)
    system: orm.Mapped[str | None]
    organisation_id: orm.Mapped[UUID | None]
    action: orm.Mapped[str]
    resource: orm.Mapped[str]
    resource_id: orm.Mapped[UUID | None]
    client_ids: orm.Mapped[list[UUID]] = orm.mapped_column(ARRAY(sa.Uuid), default=list)
    outcome: orm.Mapped[str]
    request_id: orm.Mapped[str]
    detail: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)


class AuditSeal(Base):
    """A link of the chain: the hash over the one before and a run of entries, signed with a key the program lacks."""

    __tablename__ = "audit_seals"

    number: orm.Mapped[int] = orm.mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    # The run of entries in (transaction_id, id) order: from after the seal before up to and including this one.
    last_transaction_id: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    last_entry_id: orm.Mapped[UUID]
    entries: orm.Mapped[int]
    hash: orm.Mapped[bytes]
    signature: orm.Mapped[bytes]
    sealed_at: orm.Mapped[datetime]
