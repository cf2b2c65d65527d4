"""JSON endpoints of placements and income."""

from kessos_case.cases import service as cases
from kessos_case.core.paging import Page, page
from kessos_case.employment import queries, service
from kessos_case.employment import schemas as s
from kessos_case.employment.models import IncomeStatement, Placement
from kessos_case.web.api import IDEMPOTENCY_KEY, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import ListArgs, listed, page_request
from kessos_case.web.versions import etag

blp = ApiBlueprint("employment", __name__, description="Work, whether it lasts, and what people earn")


@blp.get("/placements")
@door("placement", "read")
@blp.response(200, listed(s.PlacementOut))
@blp.arguments(s.PlacementArgs, location="query")
def placements(session, args):
    """Placements of a case or a person; without either those of the own office. The latest to begin comes first."""
    select = queries.placements(args, cases.case_offices(session))
    keys = [Placement.starts_on, Placement.id]
    found = page(session, select, keys, page_request(args), descending=True)
    return Page(service.listed_cards(session, found.items), found.next_cursor)


@blp.post("/placements")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("placement", "record")
@blp.response(201, s.PlacementOut)
@blp.arguments(s.PlacementIn)
@idempotent(again=service.read_placement)
def propose_placement(session, data):
    """Propose a job, an apprenticeship or an own business. The employer is told nothing."""
    return service.propose_placement(session, **data)


@blp.get("/placements/<uuid:placement_id>")
@door("placement", "read")
@blp.response(200, s.PlacementOut)
def placement(session, placement_id):
    """One placement with its checks."""
    found = service.read_placement(session, placement_id)
    return found, etag(found.version)


@blp.post("/placements/<uuid:placement_id>/verification")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("placement", "record")
@blp.response(201, s.PlacementOut)
@blp.arguments(s.VerificationIn)
@idempotent(again=service.read_placement)
def verify_placement(session, data, placement_id):
    """The work has begun; 409 names everything that is missing, such as consent to ask the employer."""
    return service.verify_placement(session, placement_id, **data)


@blp.post("/placements/<uuid:placement_id>/checks")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("placement", "record")
@blp.response(201, s.PlacementOut)
@blp.arguments(s.CheckIn)
@idempotent(again=service.read_placement)
def check_placement(session, data, placement_id):
    """Whether the work still holds, once for each period; where it does not it ends for a reason."""
    return service.check_placement(session, placement_id, **data)


@blp.post("/placements/<uuid:placement_id>/ending")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("placement", "record")
@blp.response(201, s.PlacementOut)
@blp.arguments(s.EndingIn)
@idempotent(again=service.read_placement)
def end_placement(session, data, placement_id):
    """The work is over, for a reason."""
    return service.record_ending(session, placement_id, **data)


@blp.get("/clients/<uuid:client_id>/income_statements")
@door("income", "read")
@blp.response(200, listed(s.IncomeOut))
@blp.arguments(ListArgs, location="query")
def income_statements(session, args, client_id):
    """What the person's household was said to earn, the latest statement first."""
    keys = [IncomeStatement.recorded_at, IncomeStatement.id]
    found = page(session, queries.incomes(client_id), keys, page_request(args), descending=True)
    return Page(service.listed_incomes(session, client_id, found.items), found.next_cursor)


@blp.post("/clients/<uuid:client_id>/income_statements")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("income", "record")
@blp.response(201, s.IncomeOut)
@blp.arguments(s.IncomeIn)
@idempotent(again=service.read_income)
def state_income(session, data, client_id):
    """State an income over whole months; a later statement corrects an earlier one."""
    return service.state_income(session, client_id, **data)
