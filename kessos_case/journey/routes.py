"""JSON endpoints of the journey: a case as a whole, its moves, and a death."""

from kessos_case.cases.service import read_transfer
from kessos_case.journey import schemas as s
from kessos_case.journey import service
from kessos_case.web.api import IDEMPOTENCY_KEY, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.versions import etag

blp = ApiBlueprint("journey", __name__, description="From the first report to a life without aid")


@blp.post("/cases")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("case", "open")
@blp.response(201, s.CaseDetailOut)
@blp.arguments(s.CaseIn)
@idempotent(again=service.read_case)
def open_case(session, data):
    """Open an episode of service at a UPT; the category proposes the pathway, another choice needs a reason."""
    return service.open_case(session, **data)


@blp.get("/cases/<uuid:case_id>")
@door("case", "read")
@blp.response(200, s.CaseDetailOut)
def case(session, case_id):
    """One case with what can be done now and what is missing for it."""
    found = service.read_case(session, case_id)
    return found, etag(found.version)


@blp.post("/cases/<uuid:case_id>/transitions")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("case", "move")
@blp.response(201, s.CaseDetailOut)
@blp.arguments(s.MoveIn)
@idempotent(again=service.read_case)
def move_case(session, data, case_id):
    """Move a case by a verb; 409 `rule_broken` names everything that is missing."""
    return service.move_case(session, case_id, **data)


@blp.post("/transfers/<uuid:transfer_id>/acceptance")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("case", "transfer")
@blp.response(201, s.TransferOut)
@idempotent(again=read_transfer)
def accept_transfer(session, transfer_id):
    """Take the person over: a linked case in the same stage begins here, the first one ends."""
    return service.accept_transfer(session, transfer_id)


@blp.post("/clients/<uuid:client_id>/death")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("client", "change")
@blp.response(201, s.DeathOut)
@blp.arguments(s.DeathIn)
@idempotent(again=service.read_death)
def record_death(session, data, client_id):
    """Write down a death: everything open about the person is settled at once, at every office."""
    return service.record_death(session, client_id, **data)
