"""JSON endpoints of conferences: planned, asked to, held, and what they decided."""

from flask import request, url_for

from kessos_case.cases import conference_schemas as s
from kessos_case.cases import service
from kessos_case.cases.service import conference_calls, conference_decisions, conference_guests, guest_links
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("conferences", __name__, description="Case conferences: planned, held, and what became of them")


@blp.get("/cases/<uuid:case_id>/conferences")
@door("case", "read")
@blp.response(200, s.ConferencesOut)
def conferences(session, case_id):
    """The conferences about a case, newest first."""
    return {"items": service.conferences_of(session, case_id), "next_cursor": None}


@blp.post("/cases/<uuid:case_id>/conferences")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("case", "record")
@blp.response(201, s.ConferenceOut)
@blp.arguments(s.ConferenceIn)
@idempotent(again=service.read_conference)
def record_conference(session, data, case_id):
    """Write down a conference: who met, about which version of the plan, and what was decided."""
    return service.record_conference(session, case_id, **data)


@blp.get("/cases/<uuid:case_id>/conference-calls")
@door("case", "read")
@blp.response(200, s.CallsOut)
def calls(session, case_id):
    """What was planned about a case, newest first, with who was asked and what they answered."""
    return {"items": conference_calls.calls_of(session, case_id), "next_cursor": None}


@blp.post("/cases/<uuid:case_id>/conference-calls")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("case", "record")
@blp.response(201, s.CallOut)
@blp.arguments(s.CallIn)
@idempotent(again=conference_calls.read_call)
def plan_conference(session, data, case_id):
    """Plan the next conference; one at a time."""
    return conference_calls.plan_conference(session, case_id, **data)


@blp.get("/conference-calls/<uuid:call_id>")
@door("case", "read")
@blp.response(200, s.CallOut)
def call(session, call_id):
    """One planned conference."""
    found = conference_calls.read_call(session, call_id)
    return found, etag(found.version)


@blp.put("/conference-calls/<uuid:call_id>")
@blp.doc(parameters=[IF_MATCH])
@door("case", "record")
@blp.response(200, s.CallOut)
@blp.arguments(s.CallChange)
def change_call(session, data, call_id):
    """Move a planned conference, or word it anew. On another time everybody is asked again."""
    expected = expected_version()
    found = conference_calls.call_for(session, call_id, lock=True)
    check_version(found.version, expected, data, conference_calls.call_as_stated(session, found))
    changed = conference_calls.change_call(session, found, **data)
    return changed, etag(changed.version)


@blp.post("/conference-calls/<uuid:call_id>/cancellation")
@door("case", "record")
@blp.response(201, s.CallOut)
def cancel_call(session, call_id):
    """Call a planned conference off; its guests read so behind their links."""
    return conference_calls.cancel_call(session, call_id)


@blp.post("/conference-calls/<uuid:call_id>/guests")
@door("case", "record")
@blp.response(201, s.MadeGuestOut)
@blp.arguments(s.GuestIn)
def ask_guest(session, data, call_id):
    """Make the link of a guest without an account; its address is shown this once."""
    made = conference_guests.ask_guest(session, call_id, **data)
    address = url_for("guest_pages.one", token=made.token, _external=True)
    return {"id": made.id, "url": address, "expires_at": made.expires_at}


@blp.post("/conference-calls/<uuid:call_id>/guests/<uuid:guest_id>/revocation")
@door("case", "record")
@blp.response(201, s.GuestOut)
def revoke_guest(session, call_id, guest_id):
    """End a guest's link at once."""
    return conference_guests.revoke_guest(session, call_id, guest_id)


@blp.post("/conference-calls/<uuid:call_id>/answer")
@door("case", "record")
@blp.response(201, s.CallOut)
@blp.arguments(s.InvitationAnswer)
def answer_call(session, data, call_id):
    """Say whether you come, as a colleague who was asked; the last answer counts."""
    return conference_guests.answer_call(session, call_id, **data)


@blp.post("/conference-decisions/<uuid:decision_id>/step")
@door("plan", "write")
@blp.response(201, s.DecisionOut)
def take_up(session, decision_id):
    """Put a decision as a step into the draft of the plan."""
    return conference_decisions.take_up_decision(session, decision_id)


@blp.post("/conference-decisions/<uuid:decision_id>/letting_go")
@door("plan", "write")
@blp.response(201, s.DecisionOut)
@blp.arguments(s.LettingGoIn)
def let_go(session, data, decision_id):
    """Say why a decision becomes no step."""
    return conference_decisions.let_go_decision(session, decision_id, **data)


@blp.get("/guests/<token>")
@blp.doc(security=[])
@door("guest_link", "read", public=True)
@blp.response(200, s.InvitationOut)
def look(session, token):
    """When, where and about what people meet, for whoever holds the link; looking answers nothing."""
    return guest_links.open_invitation(session, token, request.remote_addr or "")


@blp.post("/guests/<token>")
@blp.doc(security=[])
@door("guest_link", "answer", public=True)
@blp.response(200, s.InvitationOut)
@blp.arguments(s.InvitationAnswer)
def answer(session, data, token):
    """Say whether the guest comes, and what else is to be said; the last answer counts."""
    return guest_links.answer_invitation(session, token, request.remote_addr or "", **data)
