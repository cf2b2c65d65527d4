"""JSON endpoints of nights and digests."""

from kessos_case.core.paging import Page, page
from kessos_case.nights import queries, service
from kessos_case.nights import schemas as s
from kessos_case.nights.models import Night
from kessos_case.web.api import ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.lists import ListArgs, listed, page_request

blp = ApiBlueprint("nights", __name__, description="What happens once a day for everybody")


@blp.get("/nights")
@door("night", "read")
@blp.response(200, listed(s.NightOut))
@blp.arguments(ListArgs, location="query")
def nights(session, args):
    """Nights with what they did, the latest first."""
    found = page(session, queries.nights(), [Night.as_of, Night.id], page_request(args), descending=True)
    return Page(service.listed_nights(session, found.items), found.next_cursor)


@blp.get("/nights/<uuid:night_id>")
@door("night", "read")
@blp.response(200, s.NightOut)
def night(session, night_id):
    """One night: how far it is, and what it did."""
    return service.read_night(session, night_id)


@blp.get("/me/digest")
@door("self", "read")
@blp.response(200, s.DigestOut)
def digest(session):
    """How much you have to do, as counted last night: overdue, today, within a week, by kind."""
    return service.own_digest(session)
