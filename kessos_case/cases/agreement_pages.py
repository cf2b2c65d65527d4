"""The page of agreements: that the person agrees to the service, or on what ground service begins without."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for

from kessos_case.access.service import names_of
from kessos_case.cases import service
from kessos_case.cases.casework_forms import REFUSALS, agreement_from
from kessos_case.cases.page_frame import Errors, mistakes, refused, shown
from kessos_case.cases.service.headings import case_heading
from kessos_case.core.db import Session
from kessos_case.web.forms import Form
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("agreements", __name__)


@blp.get("/cases/<uuid:case_id>/agreements")
@page_door("case", "read")
def index(session: Session, case_id: UUID) -> str:
    """What holds now, the form, and everything that was agreed before."""
    return _index(session, case_id, Form(), {})


@blp.post("/cases/<uuid:case_id>/agreements")
@page_door("case", "record")
def agree(session: Session, case_id: UUID) -> Response:
    """Write down an agreement, or a ground."""
    form = request.form
    try:
        once(session, form, lambda: service.record_agreement(session, case_id, **agreement_from(form)).id)
    except REFUSALS as error:
        return refused(error, _index(session, case_id, form, mistakes(error)))
    return see_other(url_for("casework_pages.agreements.index", case_id=case_id, notice="agreed"))


def _index(session: Session, case_id: UUID, form: Form, errors: Errors) -> str:
    heading, agreements = case_heading(session, case_id), service.agreements_of(session, case_id)
    names = names_of(session, [one.recorded_by for one in agreements])
    return shown(session, "agreements", form, errors, heading=heading, agreements=agreements, names=names)
