"""JSON endpoints of links: the desk makes and ends them, whoever holds one answers without an account."""

from flask import request, url_for

from kessos_case.referrals import answer_schemas as s
from kessos_case.referrals import service
from kessos_case.referrals.rules import Verb
from kessos_case.web.api import ApiBlueprint
from kessos_case.web.auth import door

blp = ApiBlueprint("answers", __name__, description="An offer answered by a signed link")

AT = "/referrals/<uuid:referral_id>/offers/<uuid:offer_id>/links"


@blp.get(AT)
@door("offer", "make")
@blp.response(200, s.LinksOut)
def links(session, referral_id, offer_id):
    """The links to an offer and what became of each: for the desk."""
    return {"items": service.answer_links_of(session, referral_id, offer_id), "next_cursor": None}


@blp.post(AT)
@door("offer", "make")
@blp.response(201, s.MadeLinkOut)
def make_link(session, referral_id, offer_id):
    """Make a link by which the receiver answers without an account; its address is shown this once."""
    made = service.make_answer_link(session, referral_id, offer_id)
    address = url_for("answer_pages.one", token=made.token, _external=True)
    return {"id": made.id, "url": address, "expires_at": made.expires_at}


@blp.post(f"{AT}/<uuid:link_id>/revocation")
@door("offer", "make")
@blp.response(201, s.LinkOut)
def revoke_link(session, referral_id, offer_id, link_id):
    """End a link at once."""
    return service.revoke_answer_link(session, referral_id, offer_id, link_id)


@blp.get("/answers/<signed>")
@blp.doc(security=[])
@door("answer_link", "read", public=True)
@blp.response(200, s.AnswerOut)
def look(session, signed):
    """What is asked and what was disclosed, for whoever holds the link; looking answers nothing."""
    return service.open_link(session, signed, request.remote_addr or "")


@blp.post("/answers/<signed>")
@blp.doc(security=[])
@door("answer_link", "answer", public=True)
@blp.response(200, s.AnswerOut)
@blp.arguments(s.AnswerIn)
def answer(session, data, signed):
    """Accept, decline, put in line; later meet, no_show, complete or hand_back."""
    verb, seen = Verb(data.pop("answer")), data.pop("version")
    return service.answer_by_link(session, signed, request.remote_addr or "", verb, seen=seen, **data)
