"""A question to the employer from the page of a placement: the link is shown once, and ended by a press."""

from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for

from kessos_case.core.db import Session
from kessos_case.employment import forms, service
from kessos_case.employment.inquiry_address import address_of
from kessos_case.employment.page_frame import mistakes, refused
from kessos_case.employment.work_pages import work_page
from kessos_case.web.forms import Form, number, said
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("inquiries", __name__, url_prefix="/placements/<uuid:placement_id>/inquiries")


@blp.post("")
@page_door("placement", "record")
def ask(session: Session, placement_id: UUID) -> Response:
    """Make a link by which the employer answers; it is shown this once."""
    period = number(said(request.form, "period"))
    try:
        made = service.ask_employer(session, placement_id, period=period if isinstance(period, int) else None)
    except forms.REFUSALS as error:
        return refused(error, work_page(session, placement_id, request.form, mistakes(error), "ask"))
    link = {"address": address_of(made.token, request.host_url), "until": made.expires_at}
    return make_response(work_page(session, placement_id, Form(), {}, "", link=link))


@blp.post("/<uuid:inquiry_id>/revocation")
@page_door("placement", "record")
def revoke(session: Session, placement_id: UUID, inquiry_id: UUID) -> Response:
    """End a link at once; a second press changes nothing."""
    service.revoke_inquiry(session, placement_id, inquiry_id)
    return see_other(url_for("employment_pages.work.one", placement_id=placement_id, notice="link_revoked"))
