"""Reads of the questions to employers. Row-level security limits them to people whom the actor reaches for casework."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from kessos_case.core.db import Session
from kessos_case.employment.models import EmployerInquiry


def inquiries(session: Session, placement_id: UUID) -> Sequence[EmployerInquiry]:
    """The questions about one placement, the newest first."""
    select = sa.select(EmployerInquiry).where(EmployerInquiry.placement_id == placement_id)
    return session.scalars(select.order_by(EmployerInquiry.created_at.desc(), EmployerInquiry.id)).all()


def behind(hashed: bytes) -> sa.Select[EmployerInquiry]:
    """The question behind a link."""
    return sa.select(EmployerInquiry).where(EmployerInquiry.token_hash == hashed)


def living(placement_ids: Iterable[UUID]) -> sa.ColumnElement[bool]:
    """Questions about these placements that nobody has answered or ended."""
    return (
        EmployerInquiry.placement_id.in_(list(placement_ids))
        & EmployerInquiry.answered_at.is_(None)
        & EmployerInquiry.revoked_at.is_(None)
    )
