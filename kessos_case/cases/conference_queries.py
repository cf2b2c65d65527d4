"""Statements about conferences that are planned, who is asked to them, and what they decided."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation, RoleGrant, User
from kessos_case.access.rules import PERMISSIONS, Scope
from kessos_case.cases.casework import ConferenceCall, ConferenceDecision, ConferenceGuest
from kessos_case.cases.rules import CallState

_READERS = {
    line.role
    for line in PERMISSIONS
    if (line.resource, line.action, line.scope) == ("case", "read", Scope.ORGANISATION)
}


def calls(case_id: UUID) -> sa.Select[ConferenceCall]:
    """What was planned about a case, newest first."""
    select = sa.select(ConferenceCall).where(ConferenceCall.case_id == case_id)
    return select.order_by(ConferenceCall.planned_at.desc(), ConferenceCall.id.desc())


def planned_call(case_id: UUID) -> sa.Select[ConferenceCall]:
    """The one that is still to come."""
    planned = ConferenceCall.state == CallState.PLANNED
    return sa.select(ConferenceCall).where(ConferenceCall.case_id == case_id, planned)


def guests_of(call_ids: Collection[UUID]) -> sa.Select[ConferenceGuest]:
    """Who was asked to these, in the order in which they were."""
    select = sa.select(ConferenceGuest).where(ConferenceGuest.call_id.in_(call_ids))
    return select.order_by(ConferenceGuest.created_at, ConferenceGuest.id)


def asked_colleague(call_id: UUID, user_id: UUID) -> sa.Select[ConferenceGuest]:
    """The colleague among those who were asked to this one."""
    return sa.select(ConferenceGuest).where(ConferenceGuest.call_id == call_id, ConferenceGuest.user_id == user_id)


def guest_behind(token_hash: bytes) -> sa.Select[ConferenceGuest]:
    """The guest whose link has this hash."""
    return sa.select(ConferenceGuest).where(ConferenceGuest.token_hash == token_hash)


def decisions_of(conference_ids: Collection[UUID]) -> sa.Select[ConferenceDecision]:
    """What these conferences decided, in its order."""
    select = sa.select(ConferenceDecision).where(ConferenceDecision.conference_id.in_(conference_ids))
    return select.order_by(ConferenceDecision.conference_id, ConferenceDecision.position)


def unsettled(case_id: UUID) -> sa.Select[ConferenceDecision]:
    """What was decided about a case and neither became a step nor was let go."""
    is_open = ConferenceDecision.settled_at.is_(None)
    return sa.select(ConferenceDecision).where(ConferenceDecision.case_id == case_id, is_open)


def readers_among(user_ids: Collection[UUID], offices: Collection[UUID], now: datetime) -> sa.Select[UUID]:
    """Those of these users who do casework in one of the offices now, and so read its cases."""
    return (
        sa.select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            User.id.in_(user_ids),
            User.is_active,
            RoleGrant.role.in_(_READERS),
            RoleGrant.valid_until.is_(None) | (RoleGrant.valid_until > now),
            sa.func.coalesce(RoleGrant.organisation_id, User.organisation_id).in_(offices),
        )
        .distinct()
    )


def known_offices(ids: Collection[UUID]) -> sa.Select[UUID]:
    """Those of these organisations that there are."""
    return sa.select(Organisation.id).where(Organisation.id.in_(ids))
