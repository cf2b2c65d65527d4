"""Verbs of the directory, one file a family; other features enter here."""

from kessos_case.partners.service.contacts import (
    add_contact,
    change_contact,
    checked_contact,
    contact_as_stated,
    contact_for,
    phones_of,
)
from kessos_case.partners.service.directory import (
    PartnerCard,
    ServiceCard,
    add_service,
    as_stated,
    change_service,
    checked_service,
    note_offered,
    partner_cards,
    read_partner,
    read_service,
    service_cards,
    service_for,
)
from kessos_case.partners.service.facts import LiveOffers, facts_around, facts_beyond, facts_of, service_facts
from kessos_case.partners.service.hsds import hsds_organizations
from kessos_case.partners.service.own import OwnPlaces, places_today
from kessos_case.partners.service.places import capacity_for, release, reserve, set_capacity, take, wait_in_turn
from kessos_case.partners.service.room import note_room
from kessos_case.partners.service.scope import managed, manages, manages_all, may_confirm, own_entries
from kessos_case.partners.service.terms import (
    add_agreement,
    add_pause,
    agreement_for,
    end_agreement,
    end_pause,
    pause_for,
)
from kessos_case.partners.service.upkeep import ask_for_upkeep, confirm_entry, upkeep_policy

__all__ = [
    "LiveOffers",
    "OwnPlaces",
    "PartnerCard",
    "ServiceCard",
    "add_agreement",
    "add_contact",
    "add_pause",
    "add_service",
    "agreement_for",
    "as_stated",
    "ask_for_upkeep",
    "capacity_for",
    "change_contact",
    "change_service",
    "checked_contact",
    "checked_service",
    "confirm_entry",
    "contact_as_stated",
    "contact_for",
    "end_agreement",
    "end_pause",
    "facts_around",
    "facts_beyond",
    "facts_of",
    "hsds_organizations",
    "managed",
    "manages",
    "manages_all",
    "may_confirm",
    "note_offered",
    "note_room",
    "own_entries",
    "partner_cards",
    "pause_for",
    "phones_of",
    "places_today",
    "read_partner",
    "read_service",
    "release",
    "reserve",
    "service_cards",
    "service_facts",
    "service_for",
    "set_capacity",
    "take",
    "upkeep_policy",
    "wait_in_turn",
]
