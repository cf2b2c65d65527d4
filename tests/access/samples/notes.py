"""Sample calls of notes and papers, and of conferences to come with their guests and decisions; here and elsewhere."""

import io
from typing import Any

from tests.access.samples import CASEWORK, OTHER_UPT, V1, Sample
from tests.factories import cases as c
from tests.factories import notes as n

_KINDS = ("noted_case", "note", "paper", "call", "guest", "decision")
REACH = {(kind, which): CASEWORK if which == "own" else set[str]() for kind in _KINDS for which in ("own", "foreign")}
# Told to a colleague in confidence: for the supervisor, and not for whoever neither wrote it nor has the case.
REACH |= {("secret", "own"): {"supervisor"}, ("secret", "foreign"): set[str]()}

NOTE = {"kind": "call", "happened_on": "2026-01-06", "text": "Baik"}
CALL = {"planned_at": "2099-01-06T09:00:00+07:00", "place": "Balai desa", "agenda": "Tempat tinggal"}
_MINE = {"supervisor": 403}
SAMPLES = {
    "GET /cases/<uuid:case_id>/notes": Sample("noted_case"),
    "POST /cases/<uuid:case_id>/notes": Sample("noted_case", NOTE, 201),
    "GET /notes/<uuid:note_id>": Sample("secret"),
    "PUT /notes/<uuid:note_id>": Sample("note", NOTE, headers=V1, by_role=_MINE),
    "POST /notes/<uuid:note_id>/addenda": Sample("note", {"text": "Lanjut"}, 201),
    "GET /cases/<uuid:case_id>/attachments": Sample("noted_case"),
    # A table is no paper; what is taken stands in tests/notes/test_attachments.py.
    "POST /cases/<uuid:case_id>/attachments": Sample("noted_case", "file", 422),
    "GET /attachments/<uuid:attachment_id>": Sample("paper"),
    "GET /attachments/<uuid:attachment_id>/content": Sample("paper"),
    "POST /attachments/<uuid:attachment_id>/removal": Sample("paper", {"reason": "mistake"}, 201),
    "GET /cases/<uuid:case_id>/conference-calls": Sample("noted_case"),
    "POST /cases/<uuid:case_id>/conference-calls": Sample("noted_case", CALL, 201),
    "GET /conference-calls/<uuid:call_id>": Sample("call"),
    "PUT /conference-calls/<uuid:call_id>": Sample("call", CALL, headers=V1),
    "POST /conference-calls/<uuid:call_id>/cancellation": Sample("call", status=201),
    "POST /conference-calls/<uuid:call_id>/answer": Sample("call", {"answer": "comes", "version": 1}, 201),
    "POST /conference-calls/<uuid:call_id>/guests": Sample("call", {"name": "Pak RT"}, 201),
    "POST /conference-calls/<uuid:call_id>/guests/<uuid:guest_id>/revocation": Sample("guest", status=201),
    "POST /conference-decisions/<uuid:decision_id>/step": Sample("decision", status=201),
    "POST /conference-decisions/<uuid:decision_id>/letting_go": Sample("decision", {"reason": "own_wish"}, 201),
}

_NOTES, _PAPERS = "/cases/<uuid:case_id>/notes", "/cases/<uuid:case_id>/attachments"
_CALLS = "/cases/<uuid:case_id>/conferences/calls"
_CALL = f"{_CALLS}/<uuid:call_id>"
WRITTEN = NOTE | {"level": "team"}
PLANNED = {"day": "2099-01-06", "hour": "09:00", "place": "Balai desa", "agenda": "Tempat tinggal"}
PAGES = {
    f"GET {_NOTES}": Sample("noted_case"),
    f"POST {_NOTES}": Sample("noted_case", WRITTEN, 303),
    f"GET {_NOTES}/<uuid:note_id>": Sample("note"),
    f"POST {_NOTES}/<uuid:note_id>": Sample("note", WRITTEN | {"version": "1"}, 303, by_role=_MINE),
    f"POST {_NOTES}/<uuid:note_id>/addenda": Sample("note", {"text": "Lanjut"}, 303),
    f"GET {_PAPERS}": Sample("noted_case"),
    f"POST {_PAPERS}": Sample("noted_case", lambda world: {"file": a_paper(), "level": "team"}, 303),
    f"POST {_PAPERS}/<uuid:attachment_id>/removal": Sample("paper", {"reason": "mistake"}, 303),
    "GET /attachments/<uuid:attachment_id>/content": Sample("paper"),
    f"POST {_CALLS}": Sample("noted_case", PLANNED, 303),
    f"POST {_CALL}": Sample("call", PLANNED | {"version": "1"}, 303),
    f"POST {_CALL}/cancellation": Sample("call", {"form": "x"}, 303),
    f"POST {_CALL}/answer": Sample("call", {"answer": "comes", "version": "1"}, 303),
    f"POST {_CALL}/guests": Sample("call", {"name": "Pak RT"}),
    f"POST {_CALL}/guests/<uuid:guest_id>/revocation": Sample("guest", {"form": "x"}, 303),
    "POST /cases/<uuid:case_id>/conferences/decisions/<uuid:decision_id>": Sample("decision", {"do": "take_up"}, 303),
}


def a_paper() -> tuple[io.BytesIO, str]:
    """A PDF as a form sends it."""
    return io.BytesIO(n.pdf()), "surat.pdf"


def furnish(world: Any) -> None:
    """Such things here, by the user where his role writes them, and at another UPT."""
    writer = world.user if world.role in CASEWORK else None
    if writer:
        _furnish(world, "own", writer)
    _furnish(world, "foreign", world.make.caseworker(OTHER_UPT))


def _furnish(world: Any, which: str, writer: Any) -> None:
    make = world.make
    worker = writer if world.role == "caseworker" or which == "foreign" else make.caseworker()
    case, quiet = c.open_case(make, worker), c.open_case(make, worker)
    note = n.note(make, worker, case.id)
    colleague = make.caseworker(OTHER_UPT if which == "foreign" else c.BONDOWOSO)
    secret = n.note(make, colleague, c.open_case(make, colleague).id, level="confidential")
    paper = n.paper(make, worker, case.id)
    call = n.call(make, worker, case.id, invite=[writer.id])
    guest = n.guest(make, worker, call.id)
    held = n.conference(make, worker, case.id)
    here = {"case_id": case.id}
    world.objects |= {
        ("noted_case", which): {"case_id": quiet.id},
        ("note", which): here | {"note_id": note.id},
        ("secret", which): {"note_id": secret.id},
        ("paper", which): here | {"attachment_id": paper.id},
        ("call", which): here | {"call_id": call.id},
        ("guest", which): here | {"call_id": call.id, "guest_id": guest.id},
        ("decision", which): here | {"decision_id": held.agreed[0].id},
    }
