"""Reads that only the offline page needs."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from kessos_case.core.db import Session
from kessos_case.referrals.models import Referral
from kessos_case.referrals.rules import State

MOST_ASKED = 20


def asked_back(session: Session) -> Sequence[Any]:
    """The own reports that wait for an answer of their sender, the most pressing first: id and time, nothing of a person."""
    select = sa.select(Referral.id, Referral.due_at).where(
        Referral.sender_id == session.actor.user_id, Referral.state == State.RETURNED
    )
    return session.execute(select.order_by(Referral.due_at.nulls_last(), Referral.id).limit(MOST_ASKED)).all()
