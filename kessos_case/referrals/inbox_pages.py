"""Pages of a receiver: what waits at the own organisation, and one offer with what it tells and what can be answered."""

from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.access.service import own_filters
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, RuleBroken
from kessos_case.reference.service import service_type_names
from kessos_case.referrals import inbox_forms, inbox_queries, inbox_wording, page_queries, service
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, version_of
from kessos_case.web.pages import current_language, page_door, see_other

blp = Blueprint("inbox_pages", __name__, url_prefix="/inbox")

A_PAGE = 20


@blp.get("")
@page_door("offer", "answer")
def index(session: Session) -> str:
    """What waits, by its clock, emergencies first; or one kind of it; or what has ended, newest first."""
    wanted = inbox_forms.filter_from(request.args)
    offices = service.offices_for(session, "offer", "answer")
    found = inbox_queries.listed(session, offices, wanted, A_PAGE, request.args.get("cursor"))
    offers = service.listed_received(session, found.items)
    return render_template(
        "referrals/inbox.html",
        offers=offers,
        wanted=wanted,
        counts=inbox_queries.counts(session, offices),
        next_cursor=found.next_cursor,
        own_filters=own_filters(session, "/inbox", request.args),
        **words(session, [one.offer.region_code for one in offers]),
    )


@blp.get("/<uuid:offer_id>")
@page_door("offer", "answer")
def one(session: Session, offer_id: UUID) -> str:
    """One offer: what is asked, what was told, and what can be answered now."""
    return _one(session, offer_id, None, {})


def _saying_why(view: Callable[..., Response]) -> Callable[..., Response]:
    """Show the page again with what was wrong. Outside the door, so that nothing of a refused answer stays behind."""

    @wraps(view)
    def shown(offer_id: UUID) -> Response:
        try:
            return view(offer_id)
        except (Invalid, RuleBroken, Conflict) as error:
            errors = inbox_wording.mistakes(error, of=request.form.get("verb", ""))
            return make_response(_again(offer_id, request.form, errors), status_of(error))

    return shown


@blp.post("/<uuid:offer_id>")
@_saying_why
@page_door("offer", "answer")
def answer(session: Session, offer_id: UUID) -> Response:
    """Accept, decline, put in line, meet, miss, complete or hand back."""
    verb, said = inbox_forms.verb_of(request.form), inbox_forms.answer_from(request.form)
    service.answer_received(session, offer_id, verb, seen=version_of(request.form) or 0, **said)
    return see_other(url_for("inbox_pages.one", offer_id=offer_id, notice=verb))


def words(session: Session, codes: Iterable[str]) -> dict[str, Any]:
    """What the templates of an inbox need to say codes as names."""
    return {
        "words": inbox_wording,
        "now": session.now,
        "services": service_type_names(session, current_language()),
        "place_of": partial(page_queries.place_name, page_queries.region_names(session, codes)),
    }


def _one(session: Session, offer_id: UUID, form: Form | None, errors: dict[str, str]) -> str:
    received = service.read_received(session, offer_id)
    offices = inbox_queries.social_offices(session) if received.is_upt and received.verbs else []
    return render_template(
        "referrals/inbox_one.html",
        received=received,
        offices={str(office_id): name for office_id, _region, name in offices},
        form=inbox_forms.blank(received, offices) if form is None else form,
        errors=errors,
        notice=inbox_wording.NOTICES.get(request.args.get("notice", "")),
        **words(session, [received.offer.region_code]),
    )


_again = page_door("offer", "answer")(_one)
