"""Pages of notices: what the reader was told, and his own account with how he wants to be told."""

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.access.service import user_for
from kessos_case.access.service.people import holds
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid
from kessos_case.core.paging import PageRequest, page
from kessos_case.notices import forms, queries, service, wording
from kessos_case.notices.models import Notification
from kessos_case.web.forms import Form, changed, check_seen
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("notices_pages", __name__)

A_PAGE = 20


@blp.get("/notices")
@page_door("self", "read")
def notices(session: Session) -> str:
    """The own notices, those that were not read first."""
    asked = PageRequest("page:notices", A_PAGE, request.args.get("cursor"))
    unread = Notification.read_at.is_(None)
    # What cannot wait stands on top until it was read.
    key = [unread, unread & Notification.is_urgent, Notification.created_at, Notification.id]
    found = page(session, queries.own_notices(session.actor.user_id), key, asked, descending=True)
    return render_template(
        "notices/index.html",
        notices=service.listed_notices(found.items),
        next_cursor=found.next_cursor,
        unread=service.unread_count(session),
        notice=wording.NOTICES.get(request.args.get("notice", "")),
        words=wording,
    )


@blp.post("/notices/<uuid:notice_id>/reading")
@page_door("self", "change")
def read(session: Session, notice_id: UUID) -> Response:
    """Count it as read and go to its page, which knows that the reader comes from here."""
    return see_other(f"{service.read_notice(session, notice_id).address}?from=notice")


@blp.post("/notices/reading")
@page_door("self", "change")
def read_all(session: Session) -> Response:
    """Count all as read."""
    service.read_all(session)
    return see_other(url_for("notices_pages.notices", notice="read"))


@blp.get("/me")
@page_door("self", "read")
def me(session: Session) -> str:
    """The own account."""
    return _me(session, forms.shown(service.own_contact(session)), {})


@blp.post("/me")
@page_door("self", "change")
def change_contact(session: Session) -> Response:
    """Keep how the reader wants to be told. What is wrong comes back at its field, with all that was typed."""
    try:
        stated = forms.contact_from(request.form)
        check_seen(request.form, service.own_contact(session, lock=True).version)
        service.change_contact(session, stated)
    except Invalid as error:
        return make_response(_me(session, request.form, wording.mistakes(error.errors)), 422)
    except Conflict:
        return make_response(_me(session, request.form, {"": changed()}), 409)
    return see_other(url_for("notices_pages.me", notice="saved"))


def _me(session: Session, form: Form, errors: dict[str, str]) -> str:
    assert session.actor.user_id is not None
    user = user_for(session, session.actor.user_id)
    return render_template(
        "notices/me.html",
        user=user,
        roles=[grant for grant in user.grants if holds(grant, session.now)],
        contact=service.own_contact(session),
        form=form,
        errors=errors,
        notice=wording.NOTICES.get(request.args.get("notice", "")),
        words=wording,
    )
