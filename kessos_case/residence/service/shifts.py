"""The log of each watch: opened, written in, handed over to the next with what is open. After that nothing is added."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.access.service import record
from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, data_key, key_to_write, write_timeline
from kessos_case.core.clock import OFFICE_ZONE
from kessos_case.core.db import Session, row_of, table_of
from kessos_case.core.errors import Conflict, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.keys import DataKey, Keyring, keyring
from kessos_case.residence import queries
from kessos_case.residence.models import ShiftEntry, ShiftLog, Stay
from kessos_case.residence.rules import Shift, ShiftEntryKind, shift_after, shift_at
from kessos_case.residence.service.scope import own_house

_OPEN = (
    postgresql.insert(table_of(ShiftLog))
    .on_conflict_do_nothing(index_elements=["organisation_id", "day", "shift"])
    .returning(table_of(ShiftLog).c.id)
)


@dataclass(frozen=True)
class EntryCard:
    """A line of a watch. `text` is None where the reader reaches the person no more."""

    id: UUID
    kind: str
    client_id: UUID | None
    text: str | None
    written_at: datetime
    written_by: UUID


@dataclass(frozen=True)
class ShiftCard:
    """A watch as shown; `entries` only where it is looked at alone."""

    id: UUID
    version: int
    organisation_id: UUID
    day: date
    shift: str
    opened_at: datetime
    opened_by: UUID
    handed_over_at: datetime | None
    handed_over_by: UUID | None
    entries: Sequence[EntryCard] = field(default_factory=list)


def log_for(session: Session, log_id: UUID, *, lock: bool = False) -> ShiftLog:
    """The one door to the log of a watch of the own house. Raises NotFound."""
    found = row_of(session, ShiftLog, log_id, lock=lock)
    if found is None:
        raise NotFound("There is no such log.")
    return found


def read_log(session: Session, log_id: UUID) -> ShiftCard:
    """Look at a watch with its lines; the look at whom they are about is in the audit trail. Raises NotFound."""
    log = log_for(session, log_id)
    found = session.scalars(queries.entries_of([log.id])).all()
    people = list(dict.fromkeys(entry.client_id for entry in found if entry.client_id))
    record(session, "read", "shift_log", log.id, clients=people)
    return _card(log, _entries(session, found))


def listed_logs(logs: Sequence[ShiftLog]) -> list[ShiftCard]:
    """The cards of a list, which name nobody."""
    return [_card(log, []) for log in logs]


def current_log(session: Session, organisation_id: UUID) -> ShiftLog | None:
    """The log of the watch that goes on; None before somebody opened it. After an early hand-over it is the next one's."""
    day, shift = _now(session)
    log = _find(session, organisation_id, day, shift)
    return _find(session, organisation_id, *shift_after(day, shift)) if log and log.handed_over_at else log


def log_before(session: Session, organisation_id: UUID, log: ShiftLog | None) -> ShiftLog | None:
    """The last watch that was handed over, for what it left open."""
    select = queries.shift_logs(organisation_id).where(ShiftLog.handed_over_at.is_not(None))
    if log is not None:
        select = select.where(ShiftLog.id != log.id, ShiftLog.opened_at <= log.opened_at)
    return session.scalar(select.order_by(ShiftLog.handed_over_at.desc()).limit(1))


def left_open(session: Session, log: ShiftLog) -> list[EntryCard]:
    """What a watch told the next one."""
    found = queries.entries_of([log.id]).where(ShiftEntry.kind == ShiftEntryKind.HANDOVER)
    return _entries(session, session.scalars(found).all())


def open_log(session: Session) -> ShiftCard:
    """Begin the log of this watch, or go on with it; where it was handed over already, that of the next.

    Raises Forbidden `scope` for who keeps no house.
    """
    house = own_house(session)
    day, shift = _now(session)
    first = _find(session, house, day, shift)
    if first is not None and first.handed_over_at is not None:
        day, shift = shift_after(day, shift)
    row = {
        "id": new_id(), "organisation_id": house, "day": day, "shift": shift, "opened_at": session.now,
        "opened_by": session.actor.user_id, "version": 1,
    }  # fmt: skip
    made = session.connection().scalar(_OPEN, row)
    log = _find(session, house, day, shift)
    assert log is not None
    if made:
        record(session, "open", "shift_log", log.id)
    return read_log(session, log.id)


def write_entry(session: Session, log_id: UUID, *, kind: str, text: str, client_id: UUID | None = None) -> ShiftCard:
    """Add a line about the house or about somebody who lives in it. An incident is told on the person's timeline too.

    Raises NotFound, Conflict `handed_over`, Invalid for a person who did not live here in this watch.
    """
    log = log_for(session, log_id, lock=True)
    _must_go_on(log)
    if client_id is not None:
        _check_lives_here(session, log, client_id)
    _write(session, log, ShiftEntryKind(kind), text, client_id)
    return read_log(session, log.id)


def hand_over(session: Session, log_id: UUID, *, text: str) -> ShiftCard:
    """End a watch, with what the next one has to know. Raises NotFound, Conflict `handed_over`."""
    log = log_for(session, log_id, lock=True)
    _must_go_on(log)
    _write(session, log, ShiftEntryKind.HANDOVER, text, None)
    log.handed_over_at, log.handed_over_by = session.now, session.actor.user_id
    session.flush()
    record(session, "hand_over", "shift_log", log.id)
    return read_log(session, log.id)


def _now(session: Session) -> tuple[date, Shift]:
    return shift_at(session.now.astimezone(OFFICE_ZONE))


def _find(session: Session, house: UUID, day: date, shift: Shift) -> ShiftLog | None:
    return session.scalar(queries.shift_logs(house).where(ShiftLog.day == day, ShiftLog.shift == shift))


def _must_go_on(log: ShiftLog) -> None:
    if log.handed_over_at is not None:
        raise Conflict("This watch was handed over; write in the next one.", code="handed_over")


def _check_lives_here(session: Session, log: ShiftLog, client_id: UUID) -> None:
    stays = queries.stays({"organisation_id": log.organisation_id, "client_id": client_id})
    here = stays.where(Stay.discharged_at.is_(None) | (Stay.discharged_at >= log.opened_at))
    if session.scalar(here.limit(1)) is None:
        wrong = field_error("client_id", "not_here", "This person does not live in this house.")
        raise Invalid("The line has mistakes.", errors=[wrong])


def _write(session: Session, log: ShiftLog, kind: ShiftEntryKind, text: str, client_id: UUID | None) -> None:
    entry_id = new_id()
    session.insert(
        ShiftEntry, id=entry_id, log_id=log.id, organisation_id=log.organisation_id, client_id=client_id, kind=kind,
        text_sealed=_sealed(session, entry_id, text, client_id), written_at=session.now,
        written_by=session.actor.user_id,
    )  # fmt: skip
    people = [client_id] if client_id else []
    record(session, "write", "shift_entry", entry_id, clients=people, kind=kind)
    if client_id and kind == ShiftEntryKind.INCIDENT:
        write_timeline(session, client_id, "house_incident", entry_id)


def _sealed(session: Session, entry_id: UUID, text: str, client_id: UUID | None) -> bytes:
    if client_id is None:
        return keyring().seal(text, _place(entry_id))
    return key_to_write(client_for(session, client_id)).seal(text, _place(entry_id))


def _entries(session: Session, entries: Sequence[ShiftEntry]) -> list[EntryCard]:
    """The lines in words, one statement for all keys; of whom the reader reaches no more, without."""
    ids = {entry.client_id for entry in entries if entry.client_id}
    people = session.scalars(sa.select(Client).where(Client.id.in_(ids))).all() if ids else []
    keys = {client.id: data_key(client) for client in people}
    return [_entry(entry, keys.get(entry.client_id) if entry.client_id else keyring()) for entry in entries]


def _entry(entry: ShiftEntry, key: DataKey | Keyring | None) -> EntryCard:
    text = key.open(entry.text_sealed, _place(entry.id)) if key else None
    names = [name for name in EntryCard.__dataclass_fields__ if name != "text"]
    return EntryCard(text=text, **{name: getattr(entry, name) for name in names})


def _card(log: ShiftLog, entries: Sequence[EntryCard]) -> ShiftCard:
    names = [name for name in ShiftCard.__dataclass_fields__ if name != "entries"]
    return ShiftCard(entries=entries, **{name: getattr(log, name) for name in names})


def _place(entry_id: UUID) -> str:
    return f"shift_entries:text:{entry_id}"
