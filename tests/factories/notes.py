"""Makers of notes, papers and conferences, as the people of a UPT would make them."""

import zlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kessos_case.access.models import User
from kessos_case.cases import service as cases
from kessos_case.cases.service import conference_calls, conference_guests
from kessos_case.cases.service.call_cards import CallCard
from kessos_case.cases.service.conference_guests import MadeGuest
from kessos_case.core import clock
from kessos_case.notes import service
from tests.factories import Make
from tests.factories.casework import in_days


def note(make: Make, by: User, case_id: UUID, **stated: Any) -> service.ShownNote:
    """A note of today about how it goes."""
    defaults = {"kind": "progress", "level": "team", "happened_on": in_days(0), "text": "Mulai belajar menjahit."}
    with make.acting(by) as session:
        return service.write_note(session, case_id, **defaults | stated)


def pdf(content: bytes = b"<< /Type /Page >>", *, packed: bool = False) -> bytes:
    """A PDF with this object, packed where it is wanted."""
    if not packed:
        return b"%PDF-1.7\n1 0 obj\n" + content + b"\nendobj\n%%EOF\n"
    body = zlib.compress(content)
    words = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(body)
    return b"%PDF-1.7\n1 0 obj\n" + words + b"\nstream\n" + body + b"\nendstream\nendobj\n%%EOF\n"


def paper(make: Make, by: User, case_id: UUID, **stated: Any) -> service.ShownAttachment:
    """A letter as PDF."""
    with make.acting(by) as session:
        return service.add_attachment(session, case_id, **{"raw": pdf(), "name": "surat.pdf"} | stated)


def at_nine(days: int) -> datetime:
    """Nine in the morning at the office, so many days from today."""
    return datetime.combine(in_days(days), datetime.min.time(), clock.OFFICE_ZONE) + timedelta(hours=9)


def call(make: Make, by: User, case_id: UUID, **stated: Any) -> CallCard:
    """A conference in a week."""
    defaults = {"planned_at": at_nine(7), "place": "Balai Desa Ambulu", "agenda": "Pelatihan dan tempat tinggal"}
    with make.acting(by) as session:
        return conference_calls.plan_conference(session, case_id, **defaults | stated)


def guest(make: Make, by: User, call_id: UUID, **stated: Any) -> MadeGuest:
    """A guest with a link."""
    with make.acting(by) as session:
        return conference_guests.ask_guest(session, call_id, **{"name": "Pak RT"} | stated)


def agreed(by: User, **stated: Any) -> dict[str, Any]:
    """A decision of a conference as a request states it."""
    defaults = {"text": "Daftar kursus", "kind": "other", "domain": "other", "due_on": in_days(14)}
    return defaults | {"responsible_organisation_id": by.organisation_id} | stated


def conference(make: Make, by: User, case_id: UUID, *decisions: dict[str, Any], **stated: Any) -> cases.ShownConference:
    """A conference of today with these decisions."""
    there = [{"organisation_id": by.organisation_id, "part": "chair", "user_id": by.id}]
    with make.acting(by) as session:
        defaults = {"held_on": in_days(0), "attendees": there, "agreed": decisions or [agreed(by)]}
        return cases.record_conference(session, case_id, **defaults | stated)
