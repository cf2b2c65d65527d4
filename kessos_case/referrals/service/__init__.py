"""Verbs of referrals; other features enter here."""

from kessos_case.referrals.service.answer_links import (
    LinkCard,
    MadeLink,
    answer_links_of,
    make_answer_link,
    revoke_answer_link,
)
from kessos_case.referrals.service.answers import accept_offer, decline_offer, put_in_line
from kessos_case.referrals.service.asking import make_offer, revoke_offer
from kessos_case.referrals.service.assignment import Plan, assign_waiting, offer_assigned, plan, run_assignment
from kessos_case.referrals.service.batch import MOST_ITEMS, Item, ItemResult, submit_batch
from kessos_case.referrals.service.candidates import ShownCandidate, candidates_for, ranked_many
from kessos_case.referrals.service.cards import ReferralCard, card
from kessos_case.referrals.service.desk import (
    AskedOffer,
    Choice,
    ReferralView,
    view_choice,
    view_referral,
)
from kessos_case.referrals.service.ends import accepted_offer, open_referrals, referrals_of, withdraw_referral
from kessos_case.referrals.service.from_step import StepToCarryOut, step_to_carry_out
from kessos_case.referrals.service.history import history_for, history_of
from kessos_case.referrals.service.late import late_counts
from kessos_case.referrals.service.lines import people_in_line
from kessos_case.referrals.service.linked import DeadLink, LinkedOffer, answer_by_link, open_link, photo_by_link
from kessos_case.referrals.service.matching import find_matches, matches_for
from kessos_case.referrals.service.moves import MOVES, move_referral
from kessos_case.referrals.service.needs import routing
from kessos_case.referrals.service.offer_cards import (
    OfferCard,
    listed_offers,
    offer_for,
    offers_of,
    read_offer,
)
from kessos_case.referrals.service.permission import is_covered, is_silenced
from kessos_case.referrals.service.photo_parts import MOST_PARTS, PART_BYTES, Arrived, arrived_parts, receive_part
from kessos_case.referrals.service.photos import add_photo, photo_for
from kessos_case.referrals.service.received import (
    OpenedOffer,
    Received,
    answer_received,
    listed_received,
    read_received,
)
from kessos_case.referrals.service.records import count_records
from kessos_case.referrals.service.rounds import run_clocks
from kessos_case.referrals.service.secrecy import keep_as_secret
from kessos_case.referrals.service.sight import is_desk, offices_for
from kessos_case.referrals.service.submission import listed_cards, read_referral, referral_for, submit_referral
from kessos_case.referrals.service.triage import label_for

__all__ = [
    "MOST_ITEMS",
    "MOST_PARTS",
    "MOVES",
    "PART_BYTES",
    "Arrived",
    "AskedOffer",
    "Choice",
    "DeadLink",
    "Item",
    "ItemResult",
    "LinkCard",
    "LinkedOffer",
    "MadeLink",
    "OfferCard",
    "OpenedOffer",
    "Plan",
    "Received",
    "ReferralCard",
    "ReferralView",
    "ShownCandidate",
    "StepToCarryOut",
    "accept_offer",
    "accepted_offer",
    "add_photo",
    "answer_by_link",
    "answer_links_of",
    "answer_received",
    "arrived_parts",
    "assign_waiting",
    "candidates_for",
    "card",
    "count_records",
    "decline_offer",
    "find_matches",
    "history_for",
    "history_of",
    "is_covered",
    "is_desk",
    "is_silenced",
    "keep_as_secret",
    "label_for",
    "late_counts",
    "listed_cards",
    "listed_offers",
    "listed_received",
    "make_answer_link",
    "make_offer",
    "matches_for",
    "move_referral",
    "offer_assigned",
    "offer_for",
    "offers_of",
    "offices_for",
    "open_link",
    "open_referrals",
    "people_in_line",
    "photo_by_link",
    "photo_for",
    "plan",
    "put_in_line",
    "ranked_many",
    "read_offer",
    "read_received",
    "read_referral",
    "receive_part",
    "referral_for",
    "referrals_of",
    "revoke_answer_link",
    "revoke_offer",
    "routing",
    "run_assignment",
    "run_clocks",
    "step_to_carry_out",
    "submit_batch",
    "submit_referral",
    "view_choice",
    "view_referral",
    "withdraw_referral",
]
