"""Who is asked to a planned conference: guests without an account by a link that the caseworker makes and ends, and
colleagues, who answer for themselves.

What is sent out is a random word; only its hash is kept (docs/adr/0018, 0028).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from kessos_case.access.service import record
from kessos_case.cases import conference_queries as queries
from kessos_case.cases.casework import ConferenceCall, ConferenceGuest
from kessos_case.cases.rules import CallState
from kessos_case.cases.rules.conferences import MOST_GUESTS, why_over
from kessos_case.cases.service.call_cards import CallCard, GuestCard, guest_card, guest_place, shown_calls
from kessos_case.cases.service.case_roles import actor_id
from kessos_case.cases.service.conference_calls import call_for
from kessos_case.cases.service.guest_links import take_answer
from kessos_case.cases.service.registry import own_case_for
from kessos_case.cases.service.words import key_to_read, key_to_write
from kessos_case.clients.service import client_for
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict, Invalid, NotFound, field_error
from kessos_case.core.ids import random_token
from kessos_case.core.keys import token_hash


@dataclass(frozen=True)
class MadeGuest:
    """A guest at the birth of his link, the only time that its word can be read."""

    id: UUID
    token: str
    expires_at: datetime


def ask_guest(session: Session, call_id: UUID, *, name: str, organisation_id: UUID | None = None) -> MadeGuest:
    """Make the link of one guest. It opens until the conference begins.

    Raises NotFound, Forbidden, Conflict `case_closed`, `call_over` or `too_many_guests`, Invalid for an unknown office.
    """
    call = _planned(session, call_id)
    client = client_for(session, call.client_id)
    if organisation_id and session.scalar(queries.known_offices([organisation_id])) is None:
        wrong = field_error("organisation_id", "not_found", "There is no such organisation.")
        raise Invalid("The guest has mistakes.", errors=[wrong])
    if len(session.scalars(queries.guests_of([call.id])).all()) >= MOST_GUESTS:
        raise Conflict(f"A conference has at most {MOST_GUESTS} guests.", code="too_many_guests")
    token, guest_id = random_token(), uuid4()
    guest = ConferenceGuest(
        id=guest_id, call_id=call.id, case_id=call.case_id, client_id=client.id, organisation_id=organisation_id,
        name_sealed=key_to_write(client).seal(name, guest_place("name", guest_id)), token_hash=token_hash(token),
        created_at=session.now, created_by=actor_id(session), expires_at=call.planned_at,
    )  # fmt: skip
    session.add(guest)
    session.flush()
    record(session, "create", "conference_guest", guest.id, clients=[client.id], call=str(call.id))
    return MadeGuest(guest.id, token, call.planned_at)


def revoke_guest(session: Session, call_id: UUID, guest_id: UUID) -> GuestCard:
    """End a link that went to the wrong hands; twice changes nothing. Raises NotFound, Forbidden."""
    call = call_for(session, call_id)
    own_case_for(session, call.case_id, open_only=False)
    guest = session.get(ConferenceGuest, guest_id)
    if guest is None or guest.call_id != call.id or guest.token_hash is None:
        raise NotFound("There is no such guest.")
    guest.revoked_at = guest.revoked_at or session.now
    session.flush()
    record(session, "revoke", "conference_guest", guest.id, clients=[call.client_id], call=str(call.id))
    return guest_card(guest, key_to_read(session, call.client_id))


def answer_call(session: Session, call_id: UUID, *, answer: str, version: int, said: str | None = None) -> CallCard:
    """A colleague says for himself `comes` or `cannot`, and what else is to be said; the last answer counts.

    Raises NotFound, also for who was not asked; Conflict `call_over`, or `changed` when it was moved since he read of it.
    """
    call, me = call_for(session, call_id), actor_id(session)
    key = key_to_read(session, call.client_id)
    # Answers are written by the program alone: nobody answers for another (migrations/sql/0013).
    with as_system(session, "cases.answer_conference"):
        call = session.get_one(ConferenceCall, call.id, with_for_update={"read": True}, populate_existing=True)
        guest = session.scalar(queries.asked_colleague(call.id, me))
        if guest is None:
            raise NotFound("You are not asked to this conference.")
        if key is None or why_over(call.state, None, call.planned_at, session.now):
            raise Conflict("The conference is over or called off.", code="call_over")
        take_answer(session, guest, call, key, answer=answer, said=said, version=version)
    record(session, "answer", "conference_call", call.id, clients=[call.client_id], answer=answer)
    return shown_calls(session, [call], key)[0]


def _planned(session: Session, call_id: UUID) -> ConferenceCall:
    call = call_for(session, call_id, lock=True)
    own_case_for(session, call.case_id)
    if call.state != CallState.PLANNED or call.planned_at <= session.now:
        raise Conflict("The conference is over or called off.", code="call_over")
    return call
