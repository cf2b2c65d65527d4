"""JSON endpoints of graduation."""

from flask import g

from kessos_case.core.paging import Page, page
from kessos_case.graduation import queries, service
from kessos_case.graduation import schemas as s
from kessos_case.graduation.models import GraduationReview, Relapse
from kessos_case.graduation.wording import labelled
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("graduation", __name__, description="Leaving aid, and staying out")


@blp.get("/graduation/criteria")
@door("graduation", "read")
@blp.response(200, s.CriteriaOut)
def criteria(session):
    """The policy in force as data: what each pathway demands, what gives points, the gate, what is a relapse."""
    return labelled(service.criteria())


@blp.get("/clients/<uuid:client_id>/graduation")
@door("graduation", "read")
@blp.response(200, s.GraduationOut)
def graduation(session, client_id):
    """Where the person stands now: each criterion with its numbers and evidence, what is missing and the way to it."""
    return service.graduation_of(session, client_id)


@blp.post("/clients/<uuid:client_id>/graduation/voice")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("graduation", "record")
@blp.response(201, s.VoiceOut)
@blp.arguments(s.VoiceIn)
@idempotent(again=service.read_voice)
def record_voice(session, data, client_id):
    """Write down that the person was asked about leaving aid, and what he answered."""
    return service.record_voice(session, client_id, **data)


@blp.get("/graduation/reviews")
@door("graduation", "read")
@blp.response(200, listed(s.ReviewItemOut))
@blp.arguments(s.ReviewArgs, location="query")
def reviews(session, args):
    """The reviews of the own office and those given to you to co-sign, newest first."""
    select = queries.reviews(args, service.offices(session), session.actor.user_id)
    keys = [GraduationReview.opened_at, GraduationReview.id]
    found = page(session, select, keys, page_request(args), descending=True)
    return Page(service.listed_cards(session, found.items), found.next_cursor)


@blp.post("/graduation/reviews")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("graduation", "evaluate")
@blp.response(201, s.ReviewOut)
@blp.arguments(s.ReviewIn)
@idempotent(again=service.read_review)
def open_review(session, data):
    """Evaluate a case now; 409 names everything that is missing with the shortest way to it. A live review stays the one."""
    review, is_new = service.open_review(session, **data)
    g.replayed = not is_new
    return review


@blp.get("/graduation/reviews/<uuid:review_id>")
@door("graduation", "read")
@blp.response(200, s.ReviewOut)
def review(session, review_id):
    """One review: the verdict, its evidence by kind and id, and who signed."""
    found = service.read_review(session, review_id)
    return found, etag(found.version)


@blp.patch("/graduation/reviews/<uuid:review_id>")
@blp.doc(parameters=[IF_MATCH])
@door("graduation", "decide")
@blp.response(200, s.ReviewOut)
@blp.arguments(s.ReviewChange)
def change_review(session, data, review_id):
    """Name the co-signer of another office who may give the second signature."""
    expected = expected_version()
    found = service.review_for(session, review_id, lock=True)
    check_version(found.version, expected, data, service.as_stated(found))
    changed = service.change_review(session, found, data)
    return changed, etag(changed.version)


@blp.post("/graduation/reviews/<uuid:review_id>/recommendation")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("graduation", "recommend")
@blp.response(201, s.ReviewOut)
@blp.arguments(s.RecommendationIn)
@idempotent(again=service.read_review)
def recommend(session, data, review_id):
    """The caseworker recommends."""
    return service.recommend(session, review_id, **data)


@blp.post("/graduation/reviews/<uuid:review_id>/provisional")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("graduation", "decide")
@blp.response(201, s.ReviewOut)
@blp.arguments(s.SignatureIn)
@idempotent(again=service.read_review)
def give_provisional(session, data, review_id):
    """A supervisor who did not recommend gives the provisional verdict; aftercare begins."""
    return service.give_provisional(session, review_id, **data)


@blp.post("/graduation/reviews/<uuid:review_id>/confirmations")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("graduation", "confirm")
@blp.response(201, s.ReviewOut)
@blp.arguments(s.SignatureIn)
@idempotent(again=service.read_review)
def confirm(session, data, review_id):
    """One of the people who confirm after aftercare; the last of them makes it so."""
    return service.confirm(session, review_id, **data)


@blp.post("/graduation/reviews/<uuid:review_id>/deferral")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("graduation", "decide")
@blp.response(201, s.ReviewOut)
@blp.arguments(s.DeferralIn)
@idempotent(again=service.read_review)
def defer(session, data, review_id):
    """Not now: look again on a day."""
    return service.defer(session, review_id, **data)


@blp.post("/graduation/reviews/<uuid:review_id>/withdrawal")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("graduation", "decide")
@blp.response(201, s.ReviewOut)
@blp.arguments(s.WithdrawalIn)
@idempotent(again=service.read_review)
def withdraw(session, data, review_id):
    """The verdict does not hold any more."""
    return service.withdraw(session, review_id, **data)


@blp.get("/graduation/relapses")
@door("graduation", "read")
@blp.response(200, listed(s.RelapseOut))
@blp.arguments(s.RelapseArgs, location="query")
def relapses(session, args):
    """Who of the own office's people fell back after a verdict, latest first."""
    select = queries.relapses(args["client_id"], service.offices(session))
    keys = [Relapse.happened_on, Relapse.id]
    found = page(session, select, keys, page_request(args), descending=True)
    return Page(service.listed_relapses(session, found.items), found.next_cursor)


@blp.post("/graduation/relapses")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("graduation", "record")
@blp.response(201, s.RelapseOut)
@blp.arguments(s.RelapseIn)
@idempotent(again=service.read_relapse)
def record_relapse(session, data):
    """Write down a relapse that only a person knows of, such as a return to the street. The same one again is that one."""
    relapse, is_new = service.record_relapse(session, **data)
    g.replayed = not is_new
    return relapse
