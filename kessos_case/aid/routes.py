"""JSON endpoints of the aid ledger."""

from flask import g

from kessos_case.aid import queries, service
from kessos_case.aid import schemas as s
from kessos_case.aid.models import Disbursement
from kessos_case.core.paging import page
from kessos_case.web.api import IDEMPOTENCY_KEY, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import ListArgs, page_request

blp = ApiBlueprint("aid", __name__, description="What was given to whom for which month")


@blp.post("/aid/disbursements")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("aid", "record")
@blp.response(201, s.DisbursementOut)
@blp.arguments(s.DisbursementIn)
@idempotent(again=service.read_line)
def record_disbursement(session, data):
    """Write down what a programme gave a person or a household; the same line again changes nothing."""
    line, is_new = service.record_disbursement(session, **data)
    g.replayed = not is_new
    return line


@blp.post("/aid/reversals")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("aid", "record")
@blp.response(201, s.DisbursementOut)
@blp.arguments(s.ReversalIn)
@idempotent(again=service.read_line)
def reverse_line(session, data):
    """Take back rupiah of a line, within its months and never more than is left of it."""
    line, is_new = service.reverse_line(session, **data)
    g.replayed = not is_new
    return line


@blp.get("/aid/disbursements/<uuid:disbursement_id>")
@door("aid", "read")
@blp.response(200, s.DisbursementOut)
def disbursement(session, disbursement_id):
    """One line of the ledger."""
    return service.read_line(session, disbursement_id)


@blp.get("/clients/<uuid:client_id>/aid/tapers")
@door("aid", "read")
@blp.response(200, s.AgreedAidsOut)
def agreed_aid(session, client_id):
    """What the plan in force agreed on of consumption aid that steps down, beside what was paid, month by month."""
    return {"items": service.read_agreed(session, client_id), "next_cursor": None}


@blp.get("/clients/<uuid:client_id>/aid")
@door("aid", "read")
@blp.response(200, s.AidOut)
@blp.arguments(ListArgs, location="query")
def aid(session, args, client_id):
    """Lines of a person and of his households, the latest paid first, and what they come to in each of the last 60 months."""
    keys = [Disbursement.paid_on, Disbursement.id]
    found = page(session, queries.unit_lines(client_id), keys, page_request(args), descending=True)
    items = service.listed_lines(session, client_id, found.items)
    return {"items": items, "next_cursor": found.next_cursor, "months": service.months_by_kind(session, client_id)}
