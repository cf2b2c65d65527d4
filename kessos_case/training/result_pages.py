"""The page of results: how a course ended for each of a batch, on one page; all that was typed is written, or nothing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for

from kessos_case.clients.service import labels
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, attempt
from kessos_case.core.errors import KessosError
from kessos_case.core.paging import Page, PageRequest, page
from kessos_case.training import forms, page_queries, service, wording
from kessos_case.training.models import Enrolment
from kessos_case.training.page_frame import Errors, refused, shown
from kessos_case.web.forms import Form
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("results", __name__, url_prefix="/batches/<uuid:batch_id>/results")

PEOPLE = 50


@blp.get("")
@page_door("training", "write")
def results(session: Session, batch_id: UUID) -> str:
    """Everybody with a place and no result yet, with how he took part."""
    return _results(session, batch_id, Form(), {})


@blp.post("")
@page_door("training", "write")
def record(session: Session, batch_id: UUID) -> Response:
    """Write down what was typed of each, all of it; else the form comes again with every mistake at its person."""
    form, people = request.form, _named(session, batch_id, request.form)
    try:
        rows = forms.results_from(form, people)
        if not rows:
            return make_response(_results(session, batch_id, form, {}), 422)
        with attempt(session):
            service.record_results(session, batch_id, rows)
    except forms.REFUSALS as error:
        return refused(error, _results(session, batch_id, form, _told(error, forms.typed_rows(form, people))))
    return see_other(url_for("training_pages.batches.one", batch_id=batch_id, notice="results"))


def _named(session: Session, batch_id: UUID, form: Form) -> list[UUID]:
    """Those of the batch who stood on the form, in its order: also who has a result by now."""
    batch = service.batch_for(session, batch_id)
    service.must_follow(session, batch.organisation_id)
    named = [key.partition(".")[2] for key in form if key.startswith("of.")]
    known = {str(key): key for key in session.scalars(page_queries.ids_in(batch_id, service.own_offices(session)))}
    return [known[key] for key in named if key in known]


def _told(error: KessosError, people: Sequence[UUID]) -> Errors:
    """Every mistake in words, under the field of its person: `results.2.score` is of the third who was filled in."""
    told: Errors = {}
    for entry in forms.reasons_of(error):
        _results_word, place, name = (*str(entry.get("field", "")).split("."), "", "", "")[:3]
        plain = "passed" if name in ("", "enrolment_id") else name
        who = people[int(place)] if place.isdigit() else None
        text = next(iter(wording.mistakes([dict(entry) | {"field": plain}]).values()))
        told.setdefault(f"{plain}.{who}" if who else f"#{entry.get('code')}", text)
    return told


def _results(session: Session, batch_id: UUID, form: Form, errors: Errors) -> str:
    batch = service.batch_for(session, batch_id)
    service.must_follow(session, batch.organisation_id)
    found = _people(session, batch_id)
    called = labels(session, [one.client_id for one in found.items])
    names: dict[str, Any] = {str(card.id): called[card.client_id].text for card in found.items}
    return shown(
        "results", form, errors, batch=service.batch_card(batch), found=found, called=called, names=names,
        was_sent=request.method == "POST", today=office_day(session.now),
    )  # fmt: skip


def _people(session: Session, batch_id: UUID) -> Page:
    asked = PageRequest(f"page:results:{batch_id}", PEOPLE, request.args.get("cursor"))
    select = page_queries.placed(batch_id, service.own_offices(session))
    found = page(session, select, [Enrolment.requested_at, Enrolment.id], asked)
    return Page(service.listed_cards(session, found.items), found.next_cursor)
