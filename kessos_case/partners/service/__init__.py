"""Verbs of the directory, one file a family; other features enter here."""

from kessos_case.partners.service.directory import (
    PartnerCard,
    ServiceCard,
    add_service,
    as_stated,
    change_service,
    note_offered,
    partner_cards,
    read_partner,
    read_service,
    service_cards,
    service_for,
)
from kessos_case.partners.service.facts import facts_of, service_facts
from kessos_case.partners.service.places import capacity_for, release, reserve, set_capacity, take
from kessos_case.partners.service.terms import add_agreement, add_pause, agreement_for, end_pause, pause_for

__all__ = [
    "PartnerCard",
    "ServiceCard",
    "add_agreement",
    "add_pause",
    "add_service",
    "agreement_for",
    "as_stated",
    "capacity_for",
    "change_service",
    "end_pause",
    "facts_of",
    "note_offered",
    "partner_cards",
    "pause_for",
    "read_partner",
    "read_service",
    "release",
    "reserve",
    "service_cards",
    "service_facts",
    "service_for",
    "set_capacity",
    "take",
]
