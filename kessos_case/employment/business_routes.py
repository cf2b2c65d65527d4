"""JSON endpoints of an own business, and of questions to employers: made and ended by the caseworker."""

from flask import request

from kessos_case.clients.service import consent_for
from kessos_case.employment import business_schemas as s
from kessos_case.employment import service
from kessos_case.employment.inquiry_address import address_of
from kessos_case.employment.schemas import IncomeOut
from kessos_case.web.api import IDEMPOTENCY_KEY, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent

blp = ApiBlueprint("business", __name__, description="Own businesses, and questions to employers")

AT = "/placements/<uuid:placement_id>"


@blp.get(f"{AT}/business")
@door("placement", "read")
@blp.response(200, s.BusinessOut)
def business(session, placement_id):
    """Capital, the months that count, and the statement of income that they offer."""
    return service.read_business(session, placement_id)


@blp.post(f"{AT}/capital")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("placement", "record")
@blp.response(201, s.CapitalOut)
@blp.arguments(s.CapitalIn)
@idempotent(again=service.read_capital)
def record_capital(session, data, placement_id):
    """Money or tools with which an own business began or went on."""
    return service.record_capital(session, placement_id, **data)


@blp.post(f"{AT}/months")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("placement", "record")
@blp.response(201, s.BooksOut)
@blp.arguments(s.BooksIn)
@idempotent(again=service.read_month)
def record_month(session, data, placement_id):
    """What came in and was left in a month; a later word about the same month corrects."""
    return service.record_month(session, placement_id, **data)


@blp.post(f"{AT}/income_statement")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("income", "record")
@blp.response(201, IncomeOut)
@idempotent(again=service.read_income)
def state_books(session, placement_id):
    """Make the statement of income of the last three closed months of books."""
    return service.state_books(session, placement_id)


@blp.post(f"{AT}/consents")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("consent", "record")
@blp.response(201, s.AllowedOut)
@blp.arguments(s.AllowedIn)
@idempotent(again=consent_for)
def allow_asking(session, data, placement_id):
    """The person lets the employer of this work be asked about it: a consent for this one thing."""
    return service.allow_asking(session, placement_id, **data)


@blp.get(f"{AT}/inquiries")
@door("placement", "read")
@blp.response(200, s.InquiriesOut)
def inquiries(session, placement_id):
    """The questions to the employer and what became of each, newest first."""
    return {"items": service.inquiries_of(session, placement_id), "next_cursor": None}


@blp.post(f"{AT}/inquiries")
@door("placement", "record")
@blp.response(201, s.MadeInquiryOut)
@blp.arguments(s.InquiryIn)
def ask_employer(session, data, placement_id):
    """Make a link by which the employer says whether the person works there; 409 names what is missing, such as consent."""
    made = service.ask_employer(session, placement_id, **data)
    return {"id": made.id, "url": address_of(made.token, request.host_url), "expires_at": made.expires_at}


@blp.post(f"{AT}/inquiries/<uuid:inquiry_id>/revocation")
@door("placement", "record")
@blp.response(201, s.InquiriesOut)
def revoke_inquiry(session, placement_id, inquiry_id):
    """End a link at once."""
    service.revoke_inquiry(session, placement_id, inquiry_id)
    return {"items": service.inquiries_of(session, placement_id), "next_cursor": None}
