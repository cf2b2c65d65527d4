"""What programs of a receiver are told of an offer: that it moved, where it stands and until when. Never about whom.

The id of an offer is random; that of a referral tells the minute of a report and never goes outside.
"""

from kessos_case.core.db import Session
from kessos_case.referrals.models import Offer
from kessos_case.referrals.rules import OfferState
from kessos_case.webhooks.rules import Event
from kessos_case.webhooks.service import raise_event

_EVENT_OF: dict[OfferState, Event] = {
    OfferState.OPEN: Event.OFFER_MADE,
    OfferState.ACCEPTED: Event.OFFER_ACCEPTED,
    OfferState.DECLINED: Event.OFFER_DECLINED,
    OfferState.WAITING: Event.OFFER_WAITING,
    OfferState.EXPIRED: Event.OFFER_EXPIRED,
    OfferState.REVOKED: Event.OFFER_REVOKED,
}


def tell_programs(session: Session, offer: Offer, event: Event | None = None) -> None:
    """Tell the receiver's programs of this event, or else of the state that the offer has come to."""
    facts = {
        "offer_id": str(offer.id),
        "state": str(offer.state),
        "urgency": str(offer.urgency),
        "service_id": str(offer.service_id),
        "expires_at": offer.expires_at.isoformat(),
    }
    raise_event(session, offer.organisation_id, event or _EVENT_OF[OfferState(offer.state)], offer.id, facts)
