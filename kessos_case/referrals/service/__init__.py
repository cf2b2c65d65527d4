"""Verbs of referrals; other features enter here."""

from kessos_case.referrals.service.answers import accept_offer, decline_offer, put_in_line
from kessos_case.referrals.service.asking import make_offer, revoke_offer
from kessos_case.referrals.service.candidates import ShownCandidate, candidates_for
from kessos_case.referrals.service.cards import ReferralCard, card
from kessos_case.referrals.service.ends import accepted_offer, open_referrals, withdraw_referral
from kessos_case.referrals.service.history import history_for, history_of
from kessos_case.referrals.service.late import ask_about_late
from kessos_case.referrals.service.matching import find_matches, matches_for
from kessos_case.referrals.service.moves import MOVES, move_referral
from kessos_case.referrals.service.offer_cards import (
    OfferCard,
    listed_offers,
    offer_for,
    offers_of,
    read_offer,
)
from kessos_case.referrals.service.photos import add_photo, photo_for
from kessos_case.referrals.service.rounds import retry_unmet, run_clocks
from kessos_case.referrals.service.sight import offices_for
from kessos_case.referrals.service.submission import listed_cards, read_referral, referral_for, submit_referral

__all__ = [
    "MOVES",
    "OfferCard",
    "ReferralCard",
    "ShownCandidate",
    "accept_offer",
    "accepted_offer",
    "add_photo",
    "ask_about_late",
    "candidates_for",
    "card",
    "decline_offer",
    "find_matches",
    "history_for",
    "history_of",
    "listed_cards",
    "listed_offers",
    "make_offer",
    "matches_for",
    "move_referral",
    "offer_for",
    "offers_of",
    "offices_for",
    "open_referrals",
    "photo_for",
    "put_in_line",
    "read_offer",
    "read_referral",
    "referral_for",
    "retry_unmet",
    "revoke_offer",
    "run_clocks",
    "submit_referral",
    "withdraw_referral",
]
