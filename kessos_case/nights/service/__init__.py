"""Verbs of the night; what runs it enters here."""

from kessos_case.nights.service.cards import NightCard, card, listed_nights, read_night
from kessos_case.nights.service.digests import DigestCard, due_now, own_digest
from kessos_case.nights.service.running import (
    begin_due_night,
    begin_night,
    night_for,
    run_chunk,
    waiting_jobs,
    watch_night,
)

__all__ = [
    "DigestCard",
    "NightCard",
    "begin_due_night",
    "begin_night",
    "card",
    "due_now",
    "listed_nights",
    "night_for",
    "own_digest",
    "read_night",
    "run_chunk",
    "waiting_jobs",
    "watch_night",
]
