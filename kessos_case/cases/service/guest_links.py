"""Whoever holds the link of a guest: reads when, where and about what people meet, and says whether he comes.

He has no account, so the program acts, as `guest_link` in the trail. Of the person he is told nothing (docs/adr/0028).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kessos_case.access.models import Organisation
from kessos_case.access.service import count_guess, record, refuse_guessing
from kessos_case.cases import conference_queries as queries
from kessos_case.cases.casework import ConferenceCall, ConferenceGuest
from kessos_case.cases.rules.conferences import why_over
from kessos_case.cases.service.call_cards import guest_place, place_of
from kessos_case.cases.service.words import key_to_read
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict, NotFound
from kessos_case.core.keys import DataKey, token_hash

# Who acts when a link is used, as the trail names him.
ACTOR = "guest_link"


class DeadGuestLink(NotFound):
    """This link opens nothing (any more): `why` is unknown, expired, revoked, cancelled, held or over; `office` asked him."""

    def __init__(self, why: str, *, guest_id: UUID | None = None, office: str = "") -> None:
        super().__init__("This link opens nothing any more.", code=f"link_{why}", subject=guest_id, office=office)
        self.why, self.office = why, office


@dataclass(frozen=True)
class Invitation:
    """What a guest sees: who asks, when and where, and about what; and what he answered before."""

    office: str
    planned_at: datetime
    place: str
    agenda: str
    version: int
    answer: str | None
    said: str | None


def open_invitation(session: Session, token: str, address: str) -> Invitation:
    """Look. That somebody looked is written down; nothing else changes. Raises DeadGuestLink, TooManyRequests."""
    with _as_guest(session, token, address) as (guest, call, key):
        guest.opened_at = guest.opened_at or session.now
        session.flush()
        record(session, "read", "conference_call", call.id, clients=[call.client_id], guest=str(guest.id))
        return _shown(session, guest, call, key)


def answer_invitation(
    session: Session, token: str, address: str, *, answer: str, said: str | None = None, version: int
) -> Invitation:
    """Say `comes` or `cannot`, and what else is to be said; the last answer counts.

    Raises DeadGuestLink, TooManyRequests, Conflict `changed` when the conference was moved since the guest read of it.
    """
    with _as_guest(session, token, address) as (guest, call, key):
        take_answer(session, guest, call, key, answer=answer, said=said, version=version)
        record(
            session, "answer", "conference_call", call.id, clients=[call.client_id], guest=str(guest.id), answer=answer
        )
        return _shown(session, guest, call, key)


def take_answer(
    session: Session,
    guest: ConferenceGuest,
    call: ConferenceCall,
    key: DataKey,
    *,
    answer: str,
    said: str | None,
    version: int,
) -> None:
    """Write down what a guest answered to the conference as he read of it. Raises Conflict `changed` when it is another now."""
    if call.version != version:
        raise Conflict("The conference was moved or worded anew; read it again.", code="changed")
    guest.answer, guest.answered_at = answer, session.now
    guest.said_sealed = key.seal(said, guest_place("said", guest.id)) if said else None
    session.flush()


@contextmanager
def _as_guest(session: Session, token: str, address: str) -> Iterator[tuple[ConferenceGuest, ConferenceCall, DataKey]]:
    refuse_guessing(ACTOR, address)
    with as_system(session, ACTOR):
        guest = session.scalar(queries.guest_behind(token_hash(token)))
        if guest is None:
            count_guess(ACTOR, address)
            raise DeadGuestLink("unknown")
        call = session.get_one(ConferenceCall, guest.call_id, with_for_update={"read": True}, populate_existing=True)
        key = key_to_read(session, call.client_id)
        why = why_over(call.state, guest.revoked_at, guest.expires_at, session.now)
        if why or key is None:
            raise DeadGuestLink(why or "over", guest_id=guest.id, office=_office(session, call))
        yield guest, call, key


def _shown(session: Session, guest: ConferenceGuest, call: ConferenceCall, key: DataKey) -> Invitation:
    return Invitation(
        office=_office(session, call),
        planned_at=call.planned_at,
        place=key.open(call.place_sealed, place_of("place", call.id)),
        agenda=key.open(call.agenda_sealed, place_of("agenda", call.id)),
        version=call.version,
        answer=guest.answer,
        said=key.open(guest.said_sealed, guest_place("said", guest.id)) if guest.said_sealed else None,
    )


def _office(session: Session, call: ConferenceCall) -> str:
    return session.get_one(Organisation, call.organisation_id).name
