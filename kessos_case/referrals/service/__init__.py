"""Verbs of referrals; other features enter here."""

from kessos_case.referrals.service.cards import ReferralCard, card
from kessos_case.referrals.service.history import history_for, history_of
from kessos_case.referrals.service.matching import find_matches, matches_for
from kessos_case.referrals.service.moves import move_referral
from kessos_case.referrals.service.photos import add_photo, photo_for
from kessos_case.referrals.service.submission import (
    listed_cards,
    read_referral,
    referral_for,
    submit_referral,
)

__all__ = [
    "ReferralCard",
    "add_photo",
    "card",
    "find_matches",
    "history_for",
    "history_of",
    "listed_cards",
    "matches_for",
    "move_referral",
    "photo_for",
    "read_referral",
    "referral_for",
    "submit_referral",
]
