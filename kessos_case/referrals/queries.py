"""Reads of referrals. Row-level security limits them to the sender's own, the own organisation's and the desk's region."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.core.db import Session
from kessos_case.referrals.models import (
    Referral,
    ReferralMatch,
    ReferralPhoto,
    ReferralText,
    ReferralTransition,
)
from kessos_case.referrals.rules import OPEN_STATES


def referrals(filters: dict[str, Any], user_id: UUID | None) -> sa.Select[Referral]:
    """The referrals that the actor sees; `mine` are those he sent, `open` those that wait for someone."""
    select = sa.select(Referral)
    for name in ("state", "urgency", "client_id"):
        if filters.get(name):
            select = select.where(getattr(Referral, name) == filters[name])
    if filters.get("mine"):
        select = select.where(Referral.sender_id == user_id)
    if filters.get("open") is not None:
        is_open = Referral.state.in_(sorted(OPEN_STATES))
        select = select.where(is_open if filters["open"] else ~is_open)
    return select


def history(session: Session, referral_id: UUID) -> Sequence[tuple[ReferralTransition, bytes | None]]:
    """Every move of a referral with what was said, oldest first."""
    select = (
        sa.select(ReferralTransition, ReferralText.text_sealed)
        .outerjoin(ReferralText, ReferralText.transition_id == ReferralTransition.id)
        .where(ReferralTransition.referral_id == referral_id)
        .order_by(ReferralTransition.recorded_at, ReferralTransition.id)
    )
    return [(row[0], row[1]) for row in session.execute(select)]


def photos(session: Session, referral_id: UUID) -> Sequence[Any]:
    """Ids and sizes of a referral's photos, without the pictures."""
    columns = (ReferralPhoto.id, ReferralPhoto.width, ReferralPhoto.height, ReferralPhoto.added_at)
    select = sa.select(*columns).where(ReferralPhoto.referral_id == referral_id).order_by(ReferralPhoto.id)
    return session.execute(select).all()


def matches(session: Session, referral_id: UUID) -> Sequence[ReferralMatch]:
    """Clients who may be the described person, best first."""
    select = sa.select(ReferralMatch).where(ReferralMatch.referral_id == referral_id)
    return session.scalars(select.order_by(ReferralMatch.score.desc(), ReferralMatch.client_id)).all()
