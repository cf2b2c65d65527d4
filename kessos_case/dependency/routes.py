"""JSON endpoints of dependency. A score orders a human's attention and says why; no address here changes anybody's aid."""

from kessos_case.core.paging import Page
from kessos_case.dependency import schemas as s
from kessos_case.dependency import service
from kessos_case.web.api import IDEMPOTENCY_KEY, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import ListArgs, listed, page_request
from kessos_case.web.versions import etag

blp = ApiBlueprint(
    "dependency", __name__, description="Who may need support out of long aid, and what is done about it"
)


@blp.get("/clients/<uuid:client_id>/dependency")
@door("dependency", "read")
@blp.response(200, s.DependencyOut)
def dependency(session, client_id):
    """A person's latest score with its reasons, what helps, what is unknown, and the scores before it."""
    return service.dependency_of(session, client_id)


@blp.post("/clients/<uuid:client_id>/dependency/recalculation")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("dependency", "record")
@blp.response(201, s.DependencyOut)
@blp.arguments(s.Nothing)
@idempotent(again=service.dependency_of)
def recalculate(session, _data, client_id):
    """Score again at once, after a fact was corrected; both scores stay. Where nothing has changed nothing is written."""
    return service.recalculate(session, client_id)


@blp.post("/clients/<uuid:client_id>/dependency/what_if")
@door("dependency", "read")
@blp.response(200, s.WhatIfOut)
@blp.arguments(s.WhatIfIn)
def what_if_of_client(session, data, client_id):
    """The effect of a placement, a course, a corrected fact on the latest score. Stores nothing."""
    return service.what_if(session, client_id, **data)


@blp.post("/dependency/what_if")
@door("dependency", "read")
@blp.response(200, s.WhatIfOut)
@blp.arguments(s.WhatIfOfIn)
def what_if(session, data):
    """The same, the person named in the body."""
    return service.what_if(session, **data)


@blp.get("/dependency/scores")
@door("dependency", "read")
@blp.response(200, listed(s.ScoreItemOut))
@blp.arguments(s.ScoreArgs, location="query")
def scores(session, args):
    """The latest score of everybody with an open case at the own office."""
    return service.listed_scores(session, args["band"], page_request(args))


@blp.get("/dependency/flags")
@door("dependency", "read")
@blp.response(200, listed(s.FlagItemOut))
@blp.arguments(s.FlagArgs, location="query")
def flags(session, args):
    """The queue of reviews, those due first: the person and why, in words without a number."""
    filters = {name: args[name] for name in ("state", "organisation_id", "client_id")}
    return service.review_queue(session, filters, page_request(args))


@blp.get("/dependency/flags/<uuid:flag_id>")
@door("dependency", "read")
@blp.response(200, s.FlagOut)
def flag(session, flag_id):
    """One flag. Points, band and kind are shown once an opinion is recorded."""
    found = service.flag_view(session, flag_id)
    return found, etag(found.version)


@blp.post("/dependency/flags/<uuid:flag_id>/review")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("dependency", "review")
@blp.response(201, s.FlagOut)
@blp.arguments(s.FlagReviewIn)
@idempotent(again=service.flag_view)
def review_flag(session, data, flag_id):
    """Say what you think and why; then, or at once, agree an action or dismiss until a day."""
    return service.review_flag(session, flag_id, **data)


@blp.get("/dependency/reviews/summary")
@door("dependency", "review")
@blp.response(200, listed(s.OpinionOut))
@blp.arguments(ListArgs, location="query")
def opinions(session, _args):
    """How often reviewers agreed, by kind and band of the flag, and what followed: the score is judged by it."""
    return Page(service.opinions(session), None)


@blp.get("/dependency/policies")
@door("dependency", "read")
@blp.response(200, listed(s.PolicyOut))
@blp.arguments(ListArgs, location="query")
def policies(session, _args):
    """The policy in force, and every one under which a score was reached, whole."""
    return Page(service.policies(session), None)


@blp.get("/clients/<uuid:client_id>/exemptions")
@door("dependency", "read")
@blp.response(200, listed(s.ExemptionOut))
@blp.arguments(ListArgs, location="query")
def exemptions(session, _args, client_id):
    """On what grounds the person is not scored, or was not."""
    return Page(service.exemptions_of(session, client_id), None)


@blp.post("/clients/<uuid:client_id>/exemptions")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("dependency", "record")
@blp.response(201, s.ExemptionOut)
@blp.arguments(s.ExemptionIn)
@idempotent(again=service.read_exemption)
def record_exemption(session, data, client_id):
    """Write down a ground on which the person is not scored; an open flag ends at once."""
    return service.record_exemption(session, client_id, **data)


@blp.post("/exemptions/<uuid:exemption_id>/ending")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("dependency", "record")
@blp.response(201, s.ExemptionOut)
@blp.arguments(s.Nothing)
@idempotent(again=service.read_exemption)
def end_exemption(session, _data, exemption_id):
    """The ground holds no more. Said twice it changes nothing."""
    return service.end_exemption(session, exemption_id)
