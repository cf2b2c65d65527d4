"""What other programs can be told, and how often a delivery is tried. Values in, values out. Source: spec api.md."""

from enum import StrEnum


class Event(StrEnum):
    """What happened. A delivery says this, where it stands now and random ids; never who the person is."""

    OFFER_MADE = "offer.made"
    OFFER_REMINDED = "offer.reminded"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_DECLINED = "offer.declined"
    OFFER_WAITING = "offer.waiting"
    OFFER_EXPIRED = "offer.expired"
    OFFER_REVOKED = "offer.revoked"
    OFFER_MET = "offer.met"
    OFFER_COMPLETED = "offer.completed"


class DeliveryState(StrEnum):
    """Where a delivery stands. `given_up` after the last attempt, `dropped` when nobody subscribes any more."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"


class StopReason(StrEnum):
    """Why a subscription rests."""

    BY_HAND = "by_hand"
    FAILING = "failing"
