"""Who reaches a person because of a referral: the desk from triage on, a UPT from its acceptance on, both until it ends."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from kessos_case.clients.models import ClientAccess
from kessos_case.clients.service import end_access, give_access
from kessos_case.core.db import Session
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import OPEN_STATES, OfferState

GROUND = "referral"


def open_reach(session: Session, client_id: UUID, offices: Iterable[UUID]) -> None:
    """Let these offices reach the person for a referral; where one does already, nothing is added.

    An actor sees the grounds of his own office only; the program sees them all.
    """
    for office in sorted(set(offices) - _holders(session, client_id)):
        give_access(session, client_id, GROUND, organisation_id=office)


def end_receivers_reach(session: Session, client_id: UUID, office: UUID) -> None:
    """A receiver has given the person back. What else it serves him with stays. Acts as the program."""
    serving = sa.select(Offer.id).where(
        Offer.client_id == client_id,
        Offer.organisation_id == office,
        Offer.state == OfferState.ACCEPTED,
        Offer.ended_at.is_(None),
    )
    if office in _holders(session, client_id) and session.scalar(serving.limit(1)) is None:
        end_access(session, client_id, GROUND, organisation_id=office)


def end_reach(session: Session, referral: Referral) -> None:
    """The referral has ended, and so has every ground that stood on it alone. Acts as the program."""
    if referral.client_id is None:
        return
    others = sa.select(Referral.id).where(
        Referral.client_id == referral.client_id, Referral.id != referral.id, Referral.state.in_(sorted(OPEN_STATES))
    )
    if session.scalar(others.limit(1)) is None:
        for office in sorted(_holders(session, referral.client_id)):
            end_access(session, referral.client_id, GROUND, organisation_id=office)


def _holders(session: Session, client_id: UUID) -> set[UUID]:
    select = sa.select(ClientAccess.organisation_id).where(
        ClientAccess.client_id == client_id, ClientAccess.ground == GROUND, ClientAccess.valid_until.is_(None)
    )
    return {office for office in session.scalars(select) if office}
