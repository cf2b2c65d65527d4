"""Conferences to come: planned, moved, called off. Cards, guests' links and what is decided stand in files of their own."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases import conference_queries as queries
from kessos_case.cases.casework import ConferenceCall, ConferenceGuest
from kessos_case.cases.models import Case
from kessos_case.cases.rules import CallState
from kessos_case.cases.rules.conferences import names_somebody
from kessos_case.cases.service.call_cards import CallCard, place_of, shown_calls
from kessos_case.cases.service.case_roles import actor_id
from kessos_case.cases.service.holding import hold_cases
from kessos_case.cases.service.registry import case_for, own_case_for
from kessos_case.cases.service.words import key_to_read, key_to_write
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, write_timeline
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import Conflict, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.notices.rules import NoticeKind
from kessos_case.notices.service import notify, settle


def plan_conference(
    session: Session, case_id: UUID, *, planned_at: datetime, place: str, agenda: str, invite: Sequence[UUID] = ()
) -> CallCard:
    """Plan a conference about a case; one at a time. `invite` are colleagues who reach the case: they are told at once.

    Place and agenda are what guests read, so they name nobody.
    Raises NotFound, Forbidden, Conflict `case_closed` or `call_planned`, Invalid naming each wrong field.
    """
    case = own_case_for(session, case_id, lock=True)
    client = client_for(session, case.client_id)
    errors = _wrong(session, client, planned_at, place, agenda)
    _refuse(errors + _beyond_reach(session, case, invite))
    if session.scalar(queries.planned_call(case.id)) is not None:
        raise Conflict("A conference about this case is planned already.", code="call_planned")
    key, call_id = key_to_write(client), new_id()
    call = ConferenceCall(
        id=call_id, case_id=case.id, client_id=client.id, organisation_id=case.organisation_id, planned_at=planned_at,
        place_sealed=key.seal(place, place_of("place", call_id)), agenda_sealed=key.seal(agenda, place_of("agenda", call_id)),
        state=CallState.PLANNED, called_at=session.now, called_by=actor_id(session),
    )  # fmt: skip
    session.add(call)
    session.flush()
    _ask_colleagues(session, call, invite)
    write_timeline(session, client.id, "conference_planned", call.id)
    record(session, "plan", "conference_call", call.id, clients=[client.id])
    return shown_calls(session, [call], key)[0]


def change_call(session: Session, call: ConferenceCall, *, planned_at: datetime, place: str, agenda: str) -> CallCard:
    """Move a planned conference, or word it anew. On another time nobody has answered yet, so all answers go.

    Raises Conflict `case_closed`, `call_over` once it was held or called off, Invalid naming each wrong field.
    """
    case = own_case_for(session, call.case_id)
    _must_be_planned(call)
    client = client_for(session, case.client_id)
    _refuse(_wrong(session, client, planned_at, place, agenda))
    is_moved, key = planned_at != call.planned_at, key_to_write(client)
    call.planned_at = planned_at
    call.place_sealed = key.seal(place, place_of("place", call.id))
    call.agenda_sealed = key.seal(agenda, place_of("agenda", call.id))
    session.flush()
    if is_moved:
        _ask_again(session, call)
        write_timeline(session, client.id, "conference_moved", call.id)
    record(session, "change", "conference_call", call.id, clients=[client.id])
    return shown_calls(session, [call], key)[0]


def call_as_stated(session: Session, call: ConferenceCall) -> dict[str, Any]:
    """What a request may change, for comparing versions."""
    card = _shown(session, call)
    return {"planned_at": card.planned_at, "place": card.place, "agenda": card.agenda}


def cancel_call(session: Session, call_id: UUID) -> CallCard:
    """Call a planned conference off: its links open nothing more, and say why. Twice changes nothing.

    Raises NotFound, Forbidden, Conflict `call_over` when it was held.
    """
    call = call_for(session, call_id, lock=True)
    own_case_for(session, call.case_id, open_only=False)
    if call.state != CallState.CANCELLED:
        _must_be_planned(call)
        _cancel(session, call)
    return _shown(session, call)


def end_calls(session: Session, case: Case) -> None:
    """What is still planned about a case that ends is called off."""
    if call := session.scalar(queries.planned_call(case.id)):
        _cancel(session, call)


def end_held_call(session: Session, case: Case, call_id: UUID, conference_id: UUID) -> None:
    """A planned conference was held. Raises Invalid for one of another case, Conflict `call_over`."""
    call = session.get(ConferenceCall, call_id, with_for_update=True, populate_existing=True)
    if call is None or call.case_id != case.id:
        wrong = field_error("call_id", "not_found", "The case has no such plan for a conference.")
        raise Invalid("The conference has mistakes.", errors=[wrong])
    _must_be_planned(call)
    call.state, call.conference_id = CallState.HELD, conference_id
    session.flush()
    settle(session, [case.id], NoticeKind.CONFERENCE_CALLED)


def calls_of(session: Session, case_id: UUID) -> list[CallCard]:
    """What was planned about a case, newest first, with who was asked; the look is in the audit trail."""
    case = case_for(session, case_id)
    record(session, "read", "conference_call", clients=[case.client_id])
    return shown_calls(session, session.scalars(queries.calls(case.id)), key_to_read(session, case.client_id))


def read_call(session: Session, call_id: UUID) -> CallCard:
    """One of them. Raises NotFound, also for one of an episode beyond reach."""
    call = call_for(session, call_id)
    record(session, "read", "conference_call", call.id, clients=[call.client_id])
    return _shown(session, call)


def call_for(session: Session, call_id: UUID, *, lock: bool = False) -> ConferenceCall:
    """The one door to a planned conference; with `lock` its case is held too. Raises NotFound."""
    found = session.get(ConferenceCall, call_id)
    if found and lock:
        hold_cases(session, [found.case_id])
        found = session.get(ConferenceCall, call_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("No such conference is planned.")
    return found


def wrong_names(client: Client, **texts: str) -> list[dict[str, str]]:
    """An entry for each text that tells a guest who the person is."""
    names = [client.name, client.temporary_label, *client.aliases]
    return [
        field_error(field, "names_person", "Guests read this: leave out the person's name and number.")
        for field, text in texts.items()
        if names_somebody(text, names)
    ]


def _shown(session: Session, call: ConferenceCall) -> CallCard:
    return shown_calls(session, [call], key_to_read(session, call.client_id))[0]


def _cancel(session: Session, call: ConferenceCall) -> None:
    call.state = CallState.CANCELLED
    session.flush()
    told = [guest.user_id for guest in session.scalars(queries.guests_of([call.id])) if guest.user_id]
    settle(session, [call.case_id], NoticeKind.CONFERENCE_CALLED)
    notify(
        session,
        told,
        NoticeKind.CONFERENCE_CANCELLED,
        subject_kind="case",
        subject_id=call.case_id,
        period=str(call.id),
    )
    write_timeline(session, call.client_id, "conference_cancelled", call.id)
    record(session, "cancel", "conference_call", call.id, clients=[call.client_id])


def _ask_colleagues(session: Session, call: ConferenceCall, invite: Iterable[UUID]) -> None:
    wanted = list(dict.fromkeys(invite))
    session.add_all(
        ConferenceGuest(
            id=new_id(), call_id=call.id, case_id=call.case_id, client_id=call.client_id, user_id=user_id,
            created_at=session.now, created_by=actor_id(session),
        )
        for user_id in wanted
    )  # fmt: skip
    session.flush()
    _tell(session, call, wanted)


def _ask_again(session: Session, call: ConferenceCall) -> None:
    with as_system(session, "cases.move_conference"):
        guests = list(session.scalars(queries.guests_of([call.id])))
        for guest in guests:
            guest.answer = guest.answered_at = guest.said_sealed = None
            if guest.token_hash is not None:
                guest.expires_at = call.planned_at
        session.flush()
    _tell(session, call, [guest.user_id for guest in guests if guest.user_id])


def _tell(session: Session, call: ConferenceCall, user_ids: Iterable[UUID]) -> None:
    notify(
        session, user_ids, NoticeKind.CONFERENCE_CALLED, subject_kind="case", subject_id=call.case_id,
        period=f"{call.id} {call.planned_at.isoformat()}",
    )  # fmt: skip


def _wrong(session: Session, client: Client, planned_at: datetime, place: str, agenda: str) -> list[dict[str, str]]:
    errors = wrong_names(client, place=place, agenda=agenda)
    if planned_at <= session.now:
        errors.append(field_error("planned_at", "in_past", "This time is over."))
    return errors


def _beyond_reach(session: Session, case: Case, invite: Sequence[UUID]) -> list[dict[str, str]]:
    offices = [office for office in (case.organisation_id, case.successor_organisation_id) if office]
    known = set(session.scalars(queries.readers_among(invite, offices, session.now))) if invite else set()
    detail = "This user does not reach the case; ask the person by a link."
    return [
        field_error(f"invite.{place}", "beyond_reach", detail)
        for place, user_id in enumerate(invite)
        if user_id not in known
    ]


def _refuse(errors: list[dict[str, str]]) -> None:
    if errors:
        raise Invalid("The plan for the conference has mistakes.", errors=errors)


def _must_be_planned(call: ConferenceCall) -> None:
    if call.state != CallState.PLANNED:
        raise Conflict(f"The conference is {call.state} already.", code="call_over")
