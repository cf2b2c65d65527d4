"""Verbs of graduation; other features enter here."""

from kessos_case.graduation.service.desk import (
    PersonView,
    ReviewView,
    gate,
    gate_counts,
    gate_list,
    person_view,
    review_view,
)
from kessos_case.graduation.service.facts import graduation_facts
from kessos_case.graduation.service.gates import CaseGate, gate_of
from kessos_case.graduation.service.late_facts import reconsider, reconsider_client
from kessos_case.graduation.service.nightly import ask_for_aftercare, cases_to_look_at, every_case, look_at_cases
from kessos_case.graduation.service.overview import criteria, graduation_of
from kessos_case.graduation.service.relapses import RelapseCard, listed_relapses, read_relapse, record_relapse
from kessos_case.graduation.service.reviews import (
    ReviewCard,
    SignatureCard,
    as_stated,
    change_review,
    confirmed_by,
    confirmed_review,
    listed_cards,
    offices,
    open_review,
    read_review,
    review_for,
)
from kessos_case.graduation.service.signatures import (
    confirm,
    defer,
    give_provisional,
    recommend,
    withdraw,
    withdraw_for,
)
from kessos_case.graduation.service.voices import VoiceCard, read_voice, record_voice

__all__ = [
    "CaseGate",
    "PersonView",
    "RelapseCard",
    "ReviewCard",
    "ReviewView",
    "SignatureCard",
    "VoiceCard",
    "as_stated",
    "ask_for_aftercare",
    "cases_to_look_at",
    "change_review",
    "confirm",
    "confirmed_by",
    "confirmed_review",
    "criteria",
    "defer",
    "every_case",
    "gate",
    "gate_counts",
    "gate_list",
    "gate_of",
    "give_provisional",
    "graduation_facts",
    "graduation_of",
    "listed_cards",
    "listed_relapses",
    "look_at_cases",
    "offices",
    "open_review",
    "person_view",
    "read_relapse",
    "read_review",
    "read_voice",
    "recommend",
    "reconsider",
    "reconsider_client",
    "record_relapse",
    "record_voice",
    "review_for",
    "review_view",
    "withdraw",
    "withdraw_for",
]
