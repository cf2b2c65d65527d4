"""Planned conferences and their guests as shown, and where their words are sealed. Planning stands in conference_calls.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kessos_case.cases import conference_queries as queries
from kessos_case.cases.casework import ConferenceCall, ConferenceGuest
from kessos_case.cases.rules import CallState
from kessos_case.cases.service.words import opened
from kessos_case.core.db import Session
from kessos_case.core.keys import DataKey

_SAME = ("id", "case_id", "version", "planned_at", "state", "conference_id", "called_at", "called_by")


@dataclass(frozen=True)
class GuestCard:
    """Who was asked. `user_id` is a colleague with an account, who was told; all others have a link.

    `opened_at` says that the address was fetched, by a person or a mail scanner.
    """

    id: UUID
    name: str | None
    organisation_id: UUID | None
    user_id: UUID | None
    created_at: datetime
    expires_at: datetime | None
    opened_at: datetime | None
    answer: str | None
    answered_at: datetime | None
    said: str | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class CallCard:
    """A conference that is planned, was held or called off; words are None once they cannot be read any more."""

    id: UUID
    case_id: UUID
    version: int
    planned_at: datetime
    state: str
    conference_id: UUID | None
    called_at: datetime
    called_by: UUID
    place: str | None
    agenda: str | None
    guests: list[GuestCard]

    @property
    def is_planned(self) -> bool:
        """Is it still to come?"""
        return self.state == CallState.PLANNED


def shown_calls(session: Session, calls: Iterable[ConferenceCall], key: DataKey | None) -> list[CallCard]:
    """Planned conferences about the person of this key with their words opened and their guests."""
    found = list(calls)
    asked: dict[UUID, list[GuestCard]] = {call.id: [] for call in found}
    if found:
        for guest in session.scalars(queries.guests_of(list(asked))):
            asked[guest.call_id].append(guest_card(guest, key))
    return [
        CallCard(
            **{name: getattr(call, name) for name in _SAME},
            place=opened(key, call.place_sealed, place_of("place", call.id)),
            agenda=opened(key, call.agenda_sealed, place_of("agenda", call.id)),
            guests=asked[call.id],
        )
        for call in found
    ]


def guest_card(guest: ConferenceGuest, key: DataKey | None) -> GuestCard:
    """A guest with what he said."""
    names = (
        "id", "organisation_id", "user_id", "created_at", "expires_at", "opened_at", "answer", "answered_at", "revoked_at",
    )  # fmt: skip
    return GuestCard(
        **{name: getattr(guest, name) for name in names},
        name=opened(key, guest.name_sealed, guest_place("name", guest.id)),
        said=opened(key, guest.said_sealed, guest_place("said", guest.id)),
    )


def place_of(column: str, call_id: UUID) -> str:
    """Where the words of a planned conference are sealed to."""
    return f"conference_calls:{column}:{call_id}"


def guest_place(column: str, guest_id: UUID) -> str:
    """Where the words about and of a guest are sealed to."""
    return f"conference_guests:{column}:{guest_id}"
