"""Reads of a receiver's inbox: what waits at the own organisation, by what must be done about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.core.db import Session
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.partners.models import Service
from kessos_case.referrals.models import Offer, Referral
from kessos_case.referrals.rules import OfferState, State, Step, Urgency

# An offer has a clock of its own until it is answered; then the referral's runs.
DUE: sa.ColumnElement[datetime] = sa.case(
    (Offer.state == OfferState.OPEN, Offer.expires_at), else_=sa.func.coalesce(Referral.due_at, Offer.expires_at)
)
# Emergencies stand on top of every list, whatever their clock says.
CAN_WAIT: sa.ColumnElement[bool] = sa.cast(Offer.urgency != Urgency.EMERGENCY, sa.Boolean)
_STEP: sa.ColumnElement[str] = sa.case(
    (Offer.state == OfferState.OPEN, Step.ANSWER),
    (Offer.state == OfferState.WAITING, Step.LINE),
    (Referral.state == State.MET, Step.FINISH),
    else_=Step.MEET,
)


@dataclass(frozen=True)
class Count:
    """How many offers wait in one step, and how many of them are late."""

    all: int = 0
    late: int = 0


@dataclass(frozen=True)
class InboxFilter:
    """What a receiver wants to see: codes only, as addresses have them. `view` is a step, or nothing for all that waits."""

    view: str = ""
    urgency: str = ""
    late: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The filters that say something, for an address."""
        return {name: value for name, value in vars(self).items() if value}


def listed(session: Session, offices: Iterable[UUID], wanted: InboxFilter, limit: int, cursor: str | None) -> Page:
    """One page of what these organisations were offered: emergencies first, then by the clock; what has ended newest first."""
    asked = PageRequest("page:inbox", limit, cursor, tuple(vars(wanted).items()))
    select = sa.select(Offer).where(Offer.organisation_id.in_(list(offices)))
    if wanted.urgency:
        select = select.where(Offer.urgency == wanted.urgency)
    if wanted.view == Step.ENDED:
        select = select.where(Offer.ended_at.is_not(None))
        return page(session, select, [Offer.ended_at, Offer.id], asked, descending=True)
    select = select.join(Referral, Referral.id == Offer.referral_id).where(Offer.ended_at.is_(None))
    if wanted.view:
        select = select.where(_STEP.in_([wanted.view]))
    if wanted.late:
        select = select.where(sa.literal(session.now) > DUE)
    return page(session, select, [CAN_WAIT, DUE, Offer.id], asked)


def counts(session: Session, offices: Iterable[UUID]) -> dict[str, Count]:
    """How much waits in each step."""
    select = (
        sa.select(_STEP, sa.func.count(), sa.func.count().filter(sa.literal(session.now) > DUE))
        .join_from(Offer, Referral, Referral.id == Offer.referral_id)
        .where(Offer.organisation_id.in_(list(offices)), Offer.ended_at.is_(None))
        .group_by(_STEP)
    )
    return {step: Count(number, late) for step, number, late in session.execute(select)}


def referrals_of(session: Session, offers: Iterable[Offer]) -> dict[UUID, Referral]:
    """The referrals of these offers that the reader reaches, by id."""
    ids = {offer.referral_id for offer in offers if offer.ended_at is None}
    select = sa.select(Referral).where(Referral.id.in_(ids)).options(sa.orm.lazyload(Referral.owner_organisation))
    return {referral.id: referral for referral in session.scalars(select)} if ids else {}


def offered(offer_id: UUID) -> sa.Select[Offer, Referral, Service, Organisation]:
    """(offer, its referral where the reader reaches it, the service, the organisation that is asked)."""
    return (
        sa.select(Offer, Referral, Service, Organisation)
        .outerjoin(Referral, Referral.id == Offer.referral_id)
        .join(Service, Service.id == Offer.service_id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(Offer.id == offer_id)
    )


def social_offices(session: Session) -> list[tuple[UUID, str, str]]:
    """(id, region, name) of the social offices of regencies and cities, one of which recommends a person to a UPT."""
    select = sa.select(Organisation.id, Organisation.region_code, Organisation.name).where(
        Organisation.kind == "dinsos", sa.func.length(Organisation.region_code) == len("35.09")
    )
    return [(row[0], row[1] or "", row[2]) for row in session.execute(select.order_by(Organisation.name))]
