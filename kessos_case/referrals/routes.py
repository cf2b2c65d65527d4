"""JSON endpoints of referrals."""

from flask import Response, g

from kessos_case.core.paging import Page, page
from kessos_case.referrals import queries, service
from kessos_case.referrals import schemas as s
from kessos_case.referrals.models import Referral
from kessos_case.web.api import IDEMPOTENCY_KEY, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import listed, page_request
from kessos_case.web.versions import etag

blp = ApiBlueprint("referrals", __name__, description="Requests for a person: sent, owned, answered")


@blp.get("/referrals")
@door("referral", "read")
@blp.response(200, listed(s.ReferralOut))
@blp.arguments(s.ReferralArgs, location="query")
def referrals(session, args):
    """Own referrals, those of the own organisation, or those of the desk's region."""
    select = queries.referrals(args, session.actor.user_id)
    if args["order"] == "due":
        select = select.where(Referral.due_at.is_not(None))
        found = page(session, select, [Referral.due_at, Referral.id], page_request(args))
    else:
        keys = [Referral.submitted_at, Referral.id]
        found = page(session, select, keys, page_request(args), descending=True)
    return Page(service.listed_cards(session, found.items), found.next_cursor)


@blp.post("/referrals")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("referral", "create")
@blp.response(201, s.ReferralOut)
@blp.arguments(s.ReferralIn)
@idempotent(again=service.read_referral)
def submit(session, data):
    """Send a referral to the desk of the place; a re-send under the same `client_reference` changes nothing."""
    referral, is_new = service.submit_referral(session, **data)
    g.replayed = not is_new
    return referral


@blp.get("/referrals/<uuid:referral_id>")
@door("referral", "read")
@blp.response(200, s.ReferralOut)
def referral(session, referral_id):
    """One referral with what can be done now."""
    found = service.read_referral(session, referral_id)
    return found, etag(found.version)


@blp.post("/referrals/<uuid:referral_id>/transitions")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("referral", "move")
@blp.response(201, s.ReferralOut)
@blp.arguments(s.TransitionIn)
@idempotent(again=service.read_referral)
def move(session, data, referral_id):
    """Make one move of the verb table; 409 names all that is missing. Offers have doors of their own."""
    return service.move_referral(session, referral_id, **data)


@blp.get("/referrals/<uuid:referral_id>/history")
@door("referral", "read")
@blp.response(200, s.HistoryOut)
def history(session, referral_id):
    """Every move with what was said, oldest first."""
    return {"items": service.history_for(session, referral_id), "next_cursor": None}


@blp.get("/referrals/<uuid:referral_id>/matches")
@door("referral", "match")
@blp.response(200, s.MatchesOut)
def matches(session, referral_id):
    """Registered people who may be the described one: for the triage desk."""
    return {"items": [found.shown() for found in service.matches_for(session, referral_id)], "next_cursor": None}


@blp.post("/referrals/<uuid:referral_id>/photos")
@door("referral", "create")
@blp.response(201, s.PhotoOut)
@blp.arguments(s.PhotoIn, location="files")
def add_photo(session, files, referral_id):
    """Add a photo; it is stored without EXIF. The same picture again is the same photo."""
    return service.add_photo(session, referral_id, files["photo"].read())


@blp.get("/referrals/<uuid:referral_id>/photos/<uuid:photo_id>")
@door("referral", "read")
@blp.response(200, {"format": "binary", "type": "string"}, content_type="image/jpeg")
def photo(session, referral_id, photo_id):
    """The picture, as a download."""
    answer = Response(service.photo_for(session, referral_id, photo_id), mimetype="image/jpeg")
    answer.headers["Content-Disposition"] = f'attachment; filename="{photo_id}.jpg"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
