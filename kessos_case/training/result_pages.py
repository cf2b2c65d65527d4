"""The page of results: how a course ended for each of a batch, on one page; whom it can be written of is written."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for

from kessos_case.clients.service import labels
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import KessosError
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.training import forms, page_queries, service
from kessos_case.training.models import Enrolment
from kessos_case.training.page_frame import Errors, mistakes, shown
from kessos_case.web.forms import Form
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("results", __name__, url_prefix="/batches/<uuid:batch_id>/results")

PEOPLE = 50


@blp.get("")
@page_door("training", "write")
def results(session: Session, batch_id: UUID) -> str:
    """Everybody with a place and no result yet, with how he took part."""
    return _results(session, batch_id, Form(), {}, 0)


@blp.post("")
@page_door("training", "write")
def record(session: Session, batch_id: UUID) -> Response:
    """Write down what was typed of each; of whom it cannot be written it comes back with what stands in the way."""
    form, saved = request.form, 0
    errors: Errors = {}
    for enrolment_id in _typed(session, batch_id, form):
        try:
            stated = forms.results_from(form, enrolment_id)
            if stated is not None:
                with attempt(session):
                    service.record_result(session, enrolment_id, **stated)
                saved += 1
        except forms.REFUSALS as error:
            errors |= _of_one(enrolment_id, error)
    if errors or not saved:
        return make_response(_results(session, batch_id, form, errors, saved), 422)
    return see_other(url_for("training_pages.batches.one", batch_id=batch_id, notice="results"))


def _typed(session: Session, batch_id: UUID, form: Form) -> list[UUID]:
    """Those of the batch of whom the form says something, in its order: also who has a result by now."""
    batch = service.batch_for(session, batch_id)
    service.must_be_own(session, batch.organisation_id)
    named = [key.partition(".")[2] for key in form if key.startswith("of.")]
    known = {str(key): key for key in session.scalars(page_queries.ids_in(batch_id))}
    return [known[key] for key in named if key in known]


def _of_one(enrolment_id: UUID, error: KessosError) -> Errors:
    """What is wrong with one, under the names of his own fields."""
    return {
        f"{name if name and not name.startswith('#') else 'passed'}.{enrolment_id}": text
        for name, text in mistakes(error).items()
    }


def _results(session: Session, batch_id: UUID, form: Form, errors: Errors, saved: int) -> str:
    batch = service.batch_for(session, batch_id)
    service.must_be_own(session, batch.organisation_id)
    found = _people(session, batch_id)
    called = labels(session, [one.client_id for one in found.items])
    names: dict[str, Any] = {str(card.id): called[card.client_id].text for card in found.items}
    return shown(
        "results", form, errors, batch=service.batch_card(batch), found=found, called=called, saved=saved, names=names,
        was_sent=request.method == "POST", today=office_day(session.now),
    )  # fmt: skip


def _people(session: Session, batch_id: UUID) -> Page:
    asked = PageRequest(f"page:results:{batch_id}", PEOPLE, request.args.get("cursor"))
    found = page(session, page_queries.placed(batch_id), [Enrolment.requested_at, Enrolment.id], asked)
    return Page(service.listed_cards(session, found.items), found.next_cursor)
