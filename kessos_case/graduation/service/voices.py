"""The person's own voice: that he was asked about leaving aid, and what he answered. Why not is sealed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from kessos_case.access.service import record
from kessos_case.cases.service import note_contact, own_case_for
from kessos_case.clients.service import client_for, data_key, sealed, write_timeline
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey
from kessos_case.graduation import queries
from kessos_case.graduation.models import ClientVoice


@dataclass(frozen=True)
class VoiceCard:
    """What the person said, as shown."""

    id: UUID
    client_id: UUID
    case_id: UUID
    asked_on: date
    agrees: bool
    reason: str | None
    recorded_at: datetime
    recorded_by: UUID


def record_voice(
    session: Session, client_id: UUID, *, asked_on: date, agrees: bool, reason: str | None = None
) -> VoiceCard:
    """Write down that the person was asked and agrees, or why not; the newest answer holds.

    Raises NotFound for a person beyond reach or without a case here, Conflict `case_closed` when it has ended, Invalid
    for a refusal without its reason or a day in the future.
    """
    client = client_for(session, client_id)
    found = queries.case_of_client(session, client.id)
    if found is None:
        raise NotFound("The person has no case here.")
    case = own_case_for(session, found.id, lock=True)
    _check(session, asked_on, agrees, reason)
    voice_id = new_id()
    made = ClientVoice(
        id=voice_id, client_id=client.id, case_id=case.id, asked_on=asked_on, agrees=agrees,
        reason_sealed=sealed(client, reason, _place(voice_id)),
        recorded_at=session.now, recorded_by=session.actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    note_contact(session, [case.id], asked_on)
    write_timeline(session, client.id, "voice_recorded", made.id)
    record(session, "record", "graduation", made.id, clients=[client.id], part="voice")
    return _shown(session, made)


def read_voice(session: Session, voice_id: UUID) -> VoiceCard:
    """One answer of a person. Raises NotFound, also for one of a person beyond reach."""
    found = session.get(ClientVoice, voice_id)
    if found is None:
        raise NotFound("There is no such answer.")
    return _shown(session, found)


def _check(session: Session, asked_on: date, agrees: bool, reason: str | None) -> None:
    errors = []
    if asked_on > office_day(session.now):
        errors.append(field_error("asked_on", "in_future", "The day is after today."))
    if not agrees and not reason:
        errors.append(field_error("reason", "missing", "Say why the person does not agree."))
    if errors:
        raise Invalid("The answer has mistakes.", errors=errors)


def _shown(session: Session, voice: ClientVoice) -> VoiceCard:
    return shown_voice(voice, data_key(client_for(session, voice.client_id)) if voice.reason_sealed else None)


def shown_voice(voice: ClientVoice, key: DataKey | None) -> VoiceCard:
    """An answer with its reason opened under the person's key."""
    shown = {name: getattr(voice, name) for name in VoiceCard.__dataclass_fields__ if name != "reason"}
    sealed = voice.reason_sealed
    return VoiceCard(reason=key.open(sealed, _place(voice.id)) if key and sealed else None, **shown)


def _place(voice_id: UUID) -> str:
    return f"client_voices:reason:{voice_id}"
