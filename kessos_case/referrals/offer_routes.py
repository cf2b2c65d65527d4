"""JSON endpoints of offers: whom to ask, what was asked, and what the receivers answer."""

from kessos_case.core.paging import Page, page
from kessos_case.referrals import offer_schemas as s
from kessos_case.referrals import queries, service
from kessos_case.referrals.explanations import explained
from kessos_case.referrals.models import Offer
from kessos_case.web.api import IDEMPOTENCY_KEY, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import listed, page_request
from kessos_case.web.versions import etag

blp = ApiBlueprint("offers", __name__, description="A referral proposed to a receiver, and its answer")


@blp.get("/referrals/<uuid:referral_id>/candidates")
@door("offer", "make")
@blp.response(200, s.CandidatesOut)
@blp.arguments(s.CandidateArgs, location="query")
def candidates(session, args, referral_id):
    """Services by how well they fit, each with every rule's answer and the parts of its score: for the desk.

    Whoever takes people from the place comes whole; of those that do not, the nearest.
    """
    return explained(session, service.candidates_for(session, referral_id, args["limit"]))


@blp.get("/offers")
@door("offer", "read")
@blp.response(200, listed(s.OfferOut))
@blp.arguments(s.OfferArgs, location="query")
def inbox(session, args):
    """What was offered to the own organisation."""
    select = queries.inbox(args, service.offices_for(session, "offer", "read"))
    newest = args["order"] == "newest"
    keys = [Offer.offered_at if newest else Offer.expires_at, Offer.id]
    found = page(session, select, keys, page_request(args), descending=newest)
    return Page(service.listed_offers(session, found.items), found.next_cursor)


@blp.get("/referrals/<uuid:referral_id>/offers")
@door("offer", "read")
@blp.response(200, s.OffersOut)
def offers(session, referral_id):
    """The offers of a referral: all of them for the desk, with why each was made; a receiver sees its own."""
    return {"items": service.offers_of(session, referral_id), "next_cursor": None}


@blp.post("/referrals/<uuid:referral_id>/offers")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("offer", "make")
@blp.response(201, s.OfferOut)
@blp.arguments(s.OfferIn)
@idempotent(again=service.read_offer)
def make_offer(session, data, referral_id):
    """Ask this service, or the best candidate; 409 names every rule that is in the way."""
    return service.make_offer(session, referral_id, **data)


@blp.get("/referrals/<uuid:referral_id>/offers/<uuid:offer_id>")
@door("offer", "read")
@blp.response(200, s.OfferOut)
def offer(session, referral_id, offer_id):
    """One offer with what was disclosed."""
    found = service.read_offer(session, service.offer_for(session, referral_id, offer_id).id)
    return found, etag(found.version)


@blp.post("/referrals/<uuid:referral_id>/offers/<uuid:offer_id>/acceptance")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("offer", "answer")
@blp.response(201, s.OfferOut)
@blp.arguments(s.AcceptanceIn)
@idempotent(again=service.read_offer)
def accept(session, data, referral_id, offer_id):
    """Take the person; a UPT names the service standard. The first yes wins, the other offers are revoked."""
    return service.accept_offer(session, referral_id, offer_id, **data)


@blp.post("/referrals/<uuid:referral_id>/offers/<uuid:offer_id>/decline")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("offer", "answer")
@blp.response(201, s.OfferOut)
@blp.arguments(s.DeclineIn)
@idempotent(again=service.read_offer)
def decline(session, data, referral_id, offer_id):
    """Say no for a coded reason; the next candidate is asked, the sender, or nobody until a day, as the policy says."""
    return service.decline_offer(session, referral_id, offer_id, **data)


@blp.post("/referrals/<uuid:referral_id>/offers/<uuid:offer_id>/waiting")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("offer", "answer")
@blp.response(201, s.OfferOut)
@blp.arguments(s.WaitingIn)
@idempotent(again=service.read_offer)
def wait(session, data, referral_id, offer_id):
    """Put the person in line until a day."""
    return service.put_in_line(session, referral_id, offer_id, **data)


@blp.post("/referrals/<uuid:referral_id>/offers/<uuid:offer_id>/revocation")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("offer", "revoke")
@blp.response(201, s.OfferOut)
@blp.arguments(s.RevocationIn)
@idempotent(again=service.read_offer)
def revoke(session, data, referral_id, offer_id):
    """Take an offer back: for the desk."""
    return service.revoke_offer(session, referral_id, offer_id, **data)
