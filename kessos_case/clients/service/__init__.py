"""Verbs of clients; other features enter here."""

from kessos_case.clients.service.access import give_access, write_timeline
from kessos_case.clients.service.cards import ClientCard, card
from kessos_case.clients.service.duplicates import (
    Candidate,
    candidates_for,
    candidates_from,
    described_as,
    held_by,
    ref_of,
)
from kessos_case.clients.service.registry import (
    as_stated,
    change_client,
    client_for,
    listed_cards,
    read_client,
    register_client,
    reveal_numbers,
    search_clients,
)

__all__ = [
    "Candidate",
    "ClientCard",
    "as_stated",
    "candidates_for",
    "candidates_from",
    "card",
    "change_client",
    "client_for",
    "described_as",
    "give_access",
    "held_by",
    "listed_cards",
    "read_client",
    "ref_of",
    "register_client",
    "reveal_numbers",
    "search_clients",
    "write_timeline",
]
