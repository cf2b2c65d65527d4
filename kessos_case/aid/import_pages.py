"""Pages of files of aid: sent, read as a dry run, written into the ledger, and what was unsure answered row by row."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.access.service import names_of
from kessos_case.aid import import_forms as forms
from kessos_case.aid import import_page_queries as page_queries
from kessos_case.aid import import_page_wording as wording
from kessos_case.aid import import_queries as queries
from kessos_case.aid.models import AidImport, AidImportRow
from kessos_case.aid.page_queries import programme_names
from kessos_case.aid.service import imports as service
from kessos_case.clients import wording as people_wording
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, KessosError, RuleBroken
from kessos_case.core.paging import PageRequest, page
from kessos_case.core.settings import settings
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, changed, check_seen, said
from kessos_case.web.once import once, word_of
from kessos_case.web.pages import current_language, may, page_door, see_other

blp = Blueprint("aid_import_pages", __name__, url_prefix="/aid/imports")

A_PAGE = 20
REFUSALS = (Invalid, Conflict, RuleBroken)
Errors = dict[str, str]


@blp.get("")
@page_door("aid_import", "read")
def index(session: Session) -> str:
    """The files of the own office, the latest first; `?state=checked` those that wait for a decision."""
    state = request.args.get("state", "")
    state = state if state in wording.VIEWS else ""
    keys = [AidImport.uploaded_at, AidImport.id]
    asked = PageRequest("page:imports", A_PAGE, request.args.get("cursor"), (("state", state),))
    found = page(session, queries.imports(state or None), keys, asked, descending=True)
    return _shown(
        "imports", session, state=state, imports=service.listed_imports(session, found.items),
        next_cursor=found.next_cursor, names=names_of(session, [one.uploaded_by for one in found.items]),
        senders={one.id: str(one.uploaded_by) for one in found.items},
    )  # fmt: skip


@blp.get("/new")
@page_door("aid_import", "create")
def new(session: Session) -> str:
    """The form to send a file."""
    return _new(session, Form(), {})


@blp.post("/new")
@page_door("aid_import", "create")
def send(session: Session) -> Response:
    """Take a file in. The very same file again is said first, with the way to what came of it."""
    form, made = request.form, list[UUID]()
    try:
        stated = forms.upload_from(form)
        once(session, forms.with_content(form, stated["content"]), lambda: _take(session, form, stated, made))
    except REFUSALS as error:
        before = error.extra.get("before") if isinstance(error, Conflict) else None
        return _refused(error, _new(session, form, {} if before else _mistakes(error), before=before))
    if made:
        return see_other(_address(made[0], "sent"))
    twin = service.sent_before(session, stated["content"])
    return see_other(_address(twin.id, "before") if twin else url_for("aid_import_pages.index"))


@blp.get("/<uuid:import_id>")
@page_door("aid_import", "read")
def one(session: Session, import_id: UUID) -> str:
    """A file: how far it has come, what it will write, what it leaves open, and the verbs."""
    return _one(session, import_id, Form(), {})


@blp.post("/<uuid:import_id>/application")
@page_door("aid_import", "apply")
def apply(session: Session, import_id: UUID) -> Response:
    """Have the ready rows written into the ledger."""
    try:
        once(session, request.form, lambda: _apply(session, import_id, request.form))
    except REFUSALS as error:
        return _refused(error, _one(session, import_id, request.form, _mistakes(error)))
    return see_other(_address(import_id, "applying"))


@blp.post("/<uuid:import_id>/cancellation")
@page_door("aid_import", "apply")
def cancel(session: Session, import_id: UUID) -> Response:
    """Give a file up that is not applied."""
    try:
        service.cancel_import(session, import_id)
    except REFUSALS as error:
        return _refused(error, _one(session, import_id, request.form, _mistakes(error)))
    return see_other(_address(import_id, "cancelled"))


@blp.get("/<uuid:import_id>/rows")
@page_door("aid_import", "read")
def rows(session: Session, import_id: UUID) -> str:
    """The rows of a file in one state, unsure ones unless another is asked for; `reason`, `field`, `programme` keep some."""
    found, asked = service.import_for(session, import_id), request.args.to_dict()
    state = asked.get("state", "")
    state = state if state in wording.ROW_STATES else "parked"
    filters = tuple((name, asked.get(name, "")) for name in ("programme", "reason", "field"))
    wanted = PageRequest(f"page:rows:{import_id}", A_PAGE, asked.get("cursor"), (("state", state), *filters))
    shown = page(session, page_queries.rows_shown(import_id, state, asked), [AidImportRow.row_number], wanted)
    return _shown(
        "import_rows", session, card=service.card(found), state=state, filters={name: text for name, text in filters if text},
        rows=service.listed_rows(session, import_id, shown.items), next_cursor=shown.next_cursor,
        said=service.rows_said(session, import_id, shown.items), counts=queries.counts(session, import_id),
    )  # fmt: skip


@blp.get("/<uuid:import_id>/rows/<row_number>")
@page_door("aid_import", "read")
def row(session: Session, import_id: UUID, row_number: str) -> str:
    """An unsure row beside whom it may mean."""
    return _row(session, import_id, forms.row_number(row_number), Form(), {})


@blp.post("/<uuid:import_id>/rows/<row_number>/candidates")
@page_door("aid_import", "settle")
def candidates(session: Session, import_id: UUID, row_number: str) -> str:
    """The same, with whom the reader looks for himself; by POST, so that no address holds a name."""
    return _row(session, import_id, forms.row_number(row_number), request.form, {})


@blp.post("/<uuid:import_id>/rows/<row_number>/settlement")
@page_door("aid_import", "settle")
def settle(session: Session, import_id: UUID, row_number: str) -> Response:
    """Say whose the row is; on to those that are left."""
    number = forms.row_number(row_number)
    try:
        service.settle_row(session, import_id, number, client_id=forms.person_from(request.form))
    except REFUSALS as error:
        return _refused(error, _row(session, import_id, number, request.form, _mistakes(error)))
    return see_other(url_for("aid_import_pages.rows", import_id=import_id, notice="settled"))


def _take(session: Session, form: Form, stated: dict[str, Any], made: list[UUID]) -> UUID:
    twin = None if form.get("again") else service.sent_before(session, stated["content"])
    if twin:
        raise Conflict("This very file was sent before.", code="sent_before", before=twin)
    made.append(service.upload(session, **stated).id)
    return made[0]


def _apply(session: Session, import_id: UUID, form: Form) -> UUID:
    check_seen(form, service.import_for(session, import_id, lock=True).version)
    return service.apply_import(session, import_id, skip_failed=bool(form.get("skip_failed"))).id


def _new(session: Session, form: Form, errors: Errors, before: Any = None) -> str:
    most = settings().max_body_bytes // 1024**2
    return _shown("import_new", session, form=form, errors=errors, before=before, once=word_of(form), most=most)


def _one(session: Session, import_id: UUID, form: Form, errors: Errors) -> str:
    found = service.review(session, import_id)
    return _shown(
        "import", session, review=found, card=found.card, form=form, errors=errors, once=word_of(form),
        can_apply=may("aid_import", "apply"),
    )  # fmt: skip


def _row(session: Session, import_id: UUID, number: int, form: Form, errors: Errors) -> str:
    card, told = service.read_row(session, import_id, number)
    aid_import = service.card(service.import_for(session, import_id))
    can_settle = card.state == "parked" and aid_import.state == "applied" and may("aid_import", "settle")
    looks = can_settle and told is not None and may("client", "search")
    return _shown(
        "import_row", session, row=card, told=told, card=aid_import, form=form, errors=errors, can_settle=can_settle,
        looks=looks, people=service.candidates(session, card, told, said(form, "q")) if looks and told else [],
        people_words=people_wording,
    )  # fmt: skip


def _shown(template: str, session: Session, **more: Any) -> str:
    return render_template(
        f"aid/{template}.html",
        words=wording,
        programmes=programme_names(session, current_language()),
        notice=wording.NOTICES.get(request.args.get("notice", "")),
        **more,
    )


def _mistakes(error: KessosError) -> Errors:
    if error.code == "changed":
        return {"": changed()}
    return wording.mistakes(getattr(error, "errors", None) or [{"field": "", "code": error.code}])


def _refused(error: KessosError, shown: str) -> Response:
    return make_response(shown, status_of(error))


def _address(import_id: UUID, notice: str) -> str:
    return url_for("aid_import_pages.one", import_id=import_id, notice=notice)
