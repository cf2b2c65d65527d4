"""Tables of notices: what a user was told in the app, by which ways he wants to be told, and the messages that go out."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.core.db import Base, one_of
from kessos_case.notices.rules import Channel, MessageKind, MessageState


class Notification(Base):
    """Something that a user should see soon. The kind says what; the words are made when it is shown, without a name."""

    __tablename__ = "notifications"
    __table_args__ = (
        # Told once, however often it is raised.
        sa.UniqueConstraint("user_id", "kind", "subject_id", "period"),
        sa.Index("ix_notifications_user_id", "user_id", "created_at", "id"),
        sa.Index("ix_notifications_unread", "user_id", postgresql_where=sa.text("read_at is null")),
        sa.Index("ix_notifications_subject_id", "subject_id"),
        # What the next round makes messages of.
        sa.Index("ix_notifications_urgent", "created_at", postgresql_where=sa.text("is_urgent and read_at is null")),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"))
    kind: orm.Mapped[str]
    subject_kind: orm.Mapped[str]
    subject_id: orm.Mapped[UUID]
    period: orm.Mapped[str]
    is_urgent: orm.Mapped[bool]
    created_at: orm.Mapped[datetime]
    read_at: orm.Mapped[datetime | None]


class ContactChoice(Base):
    """How a user wants to be told: one row a user who chose something."""

    __tablename__ = "contact_choices"
    __table_args__ = (sa.CheckConstraint("by_message in ('sms', 'whatsapp')", name="by_message"),)

    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    by_mail: orm.Mapped[bool] = orm.mapped_column(default=True)
    by_message: orm.Mapped[str | None]
    phone_sealed: orm.Mapped[bytes | None]
    wants_digest: orm.Mapped[bool] = orm.mapped_column(default=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Message(Base):
    """One message to one user by one way: waits until it was sent, each at most once a day or once an occasion."""

    __tablename__ = "messages"
    __table_args__ = (
        one_of("channel", Channel),
        one_of("kind", MessageKind),
        one_of("state", MessageState),
        sa.UniqueConstraint("user_id", "channel", "kind", "day", "notification_id", postgresql_nulls_not_distinct=True),
        sa.Index("ix_messages_waiting", "next_at", "id", postgresql_where=sa.text("state = 'waiting'")),
        sa.CheckConstraint("(kind = 'urgent') = (notification_id is not null)", name="urgent_about_something"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    user_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"))
    channel: orm.Mapped[str]
    kind: orm.Mapped[str]
    day: orm.Mapped[date]
    notification_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(Notification.id), index=True)
    state: orm.Mapped[str] = orm.mapped_column(default=MessageState.WAITING)
    attempts: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger, default=0)
    next_at: orm.Mapped[datetime]
    created_at: orm.Mapped[datetime]
    sent_at: orm.Mapped[datetime | None]
    # A code of ours, never what a mail server wrote, which may repeat the address.
    problem: orm.Mapped[str | None]
