"""The page of case conferences: what is planned and who comes, what was held, and the decisions that wait for the plan."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for

from kessos_case.access.service import colleagues_at, names_of, offices_near
from kessos_case.cases import conference_forms as forms
from kessos_case.cases import conference_wording, page_queries, service, wording
from kessos_case.cases.casework_forms import REFUSALS, reasons_of
from kessos_case.cases.page_frame import Errors, near, refused, shown
from kessos_case.cases.service import conference_calls, conference_decisions, conference_guests
from kessos_case.cases.service.conference_room import read_room
from kessos_case.cases.service.headings import CaseHeading, case_heading
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.web.forms import Form, check_seen
from kessos_case.web.once import once
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("conferences", __name__)

HERE = "/cases/<uuid:case_id>/conferences"


@blp.get(HERE)
@page_door("case", "read")
def index(session: Session, case_id: UUID) -> str:
    """The conferences of a case and the form for the next; `?plan_id=` is the version that was looked at."""
    heading = case_heading(session, case_id)
    blank = {"plan_id": request.args.get("plan_id", ""), "caseworker": str(heading.caseworker_id or "")}
    return _index(session, heading, Form(blank), {})


@blp.post(HERE)
@page_door("case", "record")
def hold(session: Session, case_id: UUID) -> Response:
    """Write down a conference."""
    form, heading = forms.compacted(request.form), case_heading(session, case_id)
    return _done(session, heading, "held", form, lambda: _hold(session, heading, form))


@blp.post(f"{HERE}/calls")
@page_door("case", "record")
def plan(session: Session, case_id: UUID) -> Response:
    """Plan the next conference."""
    form, heading = request.form, case_heading(session, case_id)
    return _done(
        session, heading, "planned", form,
        lambda: conference_calls.plan_conference(session, case_id, **forms.call_from(form)).id,
    )  # fmt: skip


@blp.post(f"{HERE}/calls/<uuid:call_id>")
@page_door("case", "record")
def change(session: Session, case_id: UUID, call_id: UUID) -> Response:
    """Move a planned conference, or word it anew."""
    form, heading = request.form, case_heading(session, case_id)
    return _done(session, heading, "moved", form, lambda: _change(session, call_id, form))


@blp.post(f"{HERE}/calls/<uuid:call_id>/cancellation")
@page_door("case", "record")
def cancel(session: Session, case_id: UUID, call_id: UUID) -> Response:
    """Call a planned conference off."""
    heading = case_heading(session, case_id)
    return _done(
        session, heading, "called_off", request.form, lambda: conference_calls.cancel_call(session, call_id).id
    )


@blp.post(f"{HERE}/calls/<uuid:call_id>/guests")
@page_door("case", "record")
def ask(session: Session, case_id: UUID, call_id: UUID) -> Response:
    """Make the link of a guest; it is shown this once."""
    form, heading = request.form, case_heading(session, case_id)
    try:
        stated = forms.guest_from(form)
        made = conference_guests.ask_guest(session, call_id, **stated)
    except REFUSALS as error:
        return refused(error, _index(session, heading, form, _mistakes(error)))
    link = {"address": f"{request.host_url.rstrip('/')}/guests/{made.token}", "name": stated["name"]}
    return make_response(_index(session, heading, Form(), {}, link=link))


@blp.post(f"{HERE}/calls/<uuid:call_id>/guests/<uuid:guest_id>/revocation")
@page_door("case", "record")
def revoke(session: Session, case_id: UUID, call_id: UUID, guest_id: UUID) -> Response:
    """End a guest's link."""
    heading = case_heading(session, case_id)
    return _done(
        session, heading, "guest_ended", request.form,
        lambda: conference_guests.revoke_guest(session, call_id, guest_id).id,
    )  # fmt: skip


@blp.post(f"{HERE}/calls/<uuid:call_id>/answer")
@page_door("case", "record")
def answer(session: Session, case_id: UUID, call_id: UUID) -> Response:
    """Say whether you come yourself."""
    form, heading = request.form, case_heading(session, case_id)
    return _done(
        session, heading, "answered", form,
        lambda: conference_guests.answer_call(session, call_id, **forms.invitation_answer_from(form)).id,
    )  # fmt: skip


@blp.post(f"{HERE}/decisions/<uuid:decision_id>")
@page_door("plan", "write")
def settle(session: Session, case_id: UUID, decision_id: UUID) -> Response:
    """Put a decision into the draft of the plan, or say why not (`do` is `take_up` or `let_go`)."""
    form, heading = request.form, case_heading(session, case_id)
    if form.get("do") == "let_go":
        return _done(session, heading, "let_go", form, lambda: _let_go(session, decision_id, form))
    return _done(
        session, heading, "taken_up", form, lambda: conference_decisions.take_up_decision(session, decision_id).id
    )


def _done(session: Session, heading: CaseHeading, notice: str, form: Form, do: Callable[[], UUID]) -> Response:
    """Do it and lead on, or show the page again with what was wrong."""
    try:
        once(session, form, do)
    except REFUSALS as error:
        return refused(error, _index(session, heading, form, _mistakes(error)))
    return see_other(url_for("casework_pages.conferences.index", case_id=heading.id, notice=notice))


def _hold(session: Session, heading: CaseHeading, form: Form) -> UUID:
    return service.record_conference(session, heading.id, **forms.conference_from(form, heading.organisation_id)).id


def _change(session: Session, call_id: UUID, form: Form) -> UUID:
    stated = forms.call_change_from(form)
    call = conference_calls.call_for(session, call_id, lock=True)
    check_seen(form, call.version)
    return conference_calls.change_call(session, call, **stated).id


def _let_go(session: Session, decision_id: UUID, form: Form) -> UUID:
    return conference_decisions.let_go_decision(session, decision_id, **forms.letting_go_from(form)).id


def _mistakes(error: Any) -> Errors:
    return conference_wording.mistakes(reasons_of(error))


def _index(
    session: Session, heading: CaseHeading, form: Form, errors: Errors, link: dict[str, str] | None = None
) -> str:
    calls, conferences = read_room(session, heading.id, heading.client_id)
    decided = [one for conference in conferences for one in conference.agreed]
    return shown(
        session,
        "conferences",
        form,
        errors,
        heading=heading,
        conferences=conferences,
        calls=calls,
        planned=next((call for call in calls if call.is_planned), None),
        waiting=[one for one in decided if one.is_open],
        link=link,
        plans=page_queries.plan_numbers(session, heading.id),
        names=names_of(session, _named(conferences, calls, decided)),
        colleagues=colleagues_at(session, heading.organisation_id) if heading.may_record else {},
        offices=offices_near(session, near(heading, session)) if heading.may_record else [],
        domains=wording.domains(),
        present=forms.PRESENT,
        lines=range(forms.PARTNER_LINES),
        agreed_lines=range(forms.AGREED_LINES),
        typed_call=forms.typed_call,
        today=office_day(session.now),
        told=conference_wording,
    )


def _named(conferences: list[Any], calls: list[Any], decided: list[Any]) -> list[Any]:
    """Whose names the page needs."""
    there = [who[name] for one in conferences for who in one.attendees for name in ("user_id", "organisation_id")]
    asked = [named for call in calls for guest in call.guests for named in (guest.user_id, guest.organisation_id)]
    return [*there, *asked, *(one.responsible_organisation_id for one in decided)]
