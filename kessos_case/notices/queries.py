"""Reads of notices: who is to be told, the own notices, and the messages that wait."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import RoleGrant, User
from kessos_case.access.rules import PERMISSIONS, Scope
from kessos_case.core.db import Session
from kessos_case.notices.models import ContactChoice, Message, Notification
from kessos_case.notices.rules import Channel, MessageKind, MessageState


def people_of_region(session: Session, region_code: str, resource: str, action: str) -> Sequence[UUID]:
    """Active users whose grant lets them do this in a region that holds this place: of the regency and of the province."""
    return _holders(session, resource, action, Scope.REGION, _around(region_code))


def people_of_desk(
    session: Session, organisation_id: UUID, region_code: str, resource: str, action: str
) -> Sequence[UUID]:
    """Those of them who do it for this office."""
    return _holders(session, resource, action, Scope.REGION, _around(region_code), _office() == organisation_id)


def people_of_office(session: Session, organisation_id: UUID, resource: str, action: str) -> Sequence[UUID]:
    """Active users whose grant lets them do this in this office."""
    return _holders(session, resource, action, Scope.ORGANISATION, _office() == organisation_id)


def at_work(now: datetime) -> tuple[sa.ColumnExpressionArgument[bool], ...]:
    """Conditions on users: active, with a role that holds now."""
    holds = RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > now)
    return User.is_active, sa.exists().where(RoleGrant.user_id == User.id, holds)


def own_notices(user_id: UUID | None, *, unread_only: bool = False) -> sa.Select[Notification]:
    """The notices of one user."""
    select = sa.select(Notification).where(Notification.user_id == user_id)
    return select.where(Notification.read_at.is_(None)) if unread_only else select


def unread(session: Session, user_id: UUID | None) -> int:
    """How many notices a user has not read."""
    waiting = own_notices(user_id, unread_only=True).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(waiting)) or 0


def urgent_without_message(
    session: Session, since: datetime
) -> Sequence[tuple[Notification, str | None, ContactChoice | None]]:
    """(notice, mail address, choice) of what cannot wait, is unread and has not been made a message of."""
    select = (
        sa.select(Notification, User.email, ContactChoice)
        .join(User, User.id == Notification.user_id)
        .outerjoin(ContactChoice, ContactChoice.user_id == User.id)
        .where(
            Notification.is_urgent,
            Notification.read_at.is_(None),
            Notification.created_at > since,
            ~sa.exists().where(Message.notification_id == Notification.id),
            *at_work(session.now),
        )
    )
    return [(notice, email, choice) for notice, email, choice in session.execute(select)]


def with_unread(session: Session, since: datetime) -> Sequence[UUID]:
    """Users who were told something since then and have not read it."""
    select = sa.select(Notification.user_id).where(Notification.read_at.is_(None), Notification.created_at > since)
    return session.scalars(select.distinct()).all()


def wanting_digest(session: Session, user_ids: Iterable[UUID]) -> Sequence[UUID]:
    """Those of these users who have a mail address and have not chosen to be left alone."""
    select = (
        sa.select(User.id)
        .outerjoin(ContactChoice, ContactChoice.user_id == User.id)
        .where(
            User.id.in_(list(user_ids)),
            User.email.is_not(None),
            sa.func.coalesce(ContactChoice.by_mail, sa.true()),
            sa.func.coalesce(ContactChoice.wants_digest, sa.true()),
            *at_work(session.now),
        )
    )
    return session.scalars(select).all()


def next_message(session: Session) -> Message | None:
    """Lock the next message whose time has come and that no other worker has: what cannot wait comes first."""
    return session.scalar(
        sa.select(Message)
        .where(Message.state == MessageState.WAITING, Message.next_at <= session.now)
        .order_by(Message.kind == MessageKind.DIGEST, Message.next_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def free_and_due(session: Session, channel: Channel) -> sa.Select[UUID]:
    """Lock the other messages of this way whose time has come and that no other worker has."""
    due = sa.select(Message.id).where(
        Message.state == MessageState.WAITING, Message.channel == channel, Message.next_at <= session.now
    )
    return due.with_for_update(skip_locked=True)


def given_up(session: Session, since: datetime) -> int:
    """How many messages were made since then and in the end not sent."""
    counted = sa.select(sa.func.count()).where(Message.state == MessageState.GIVEN_UP, Message.created_at > since)
    return session.scalar(counted) or 0


def _around(region_code: str) -> sa.ColumnElement[bool]:
    """Grants of the regions that hold this place."""
    parts = region_code.split(".")
    return RoleGrant.region_code.in_([".".join(parts[:length]) for length in range(1, len(parts) + 1)])


def _office() -> sa.ColumnElement[UUID]:
    return sa.func.coalesce(RoleGrant.organisation_id, User.organisation_id)


def _holders(
    session: Session, resource: str, action: str, scope: Scope, *where: sa.ColumnElement[bool]
) -> Sequence[UUID]:
    roles = {
        line.role.value for line in PERMISSIONS if (line.resource, line.action, line.scope) == (resource, action, scope)
    }
    select = (
        sa.select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            User.is_active,
            RoleGrant.role.in_(sorted(roles)),
            RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > session.now),
            *where,
        )
    )
    return session.scalars(select.distinct()).all()


def ways_to(user_id: UUID, at: datetime) -> sa.Select[str | None, ContactChoice]:
    """The mail address of a user who is at work, and what he chose: (email, ContactChoice or None)."""
    return (
        sa.select(User.email, ContactChoice)
        .outerjoin(ContactChoice, ContactChoice.user_id == User.id)
        .where(User.id == user_id, *at_work(at))
    )
