"""Pages of letters: a person's letters for the office, and for anybody whether a paper is genuine."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Forbidden, Invalid, TooManyRequests, Unavailable
from kessos_case.letters import forms, service, wording
from kessos_case.letters.rules import LetterKind, grouped
from kessos_case.training.service import batch_for
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, said
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("letter_pages", __name__)


@blp.get("/clients/<uuid:client_id>/letters")
@page_door("letter", "read")
def index(session: Session, client_id: UUID) -> str:
    """What can be written for a person, and what was written."""
    return _index(session, client_id, Form(), {})


@blp.post("/clients/<uuid:client_id>/letters")
@page_door("letter", "issue")
def issue(session: Session, client_id: UUID) -> Response:
    """Write a letter."""
    try:
        asked = forms.issue_from(request.form)
        service.issue(session, LetterKind(asked["kind"]), asked["subject_id"], of=client_id)
    except (Invalid, Conflict, Forbidden) as error:
        errors = wording.mistakes(error.errors, error.code)
        return make_response(_index(session, client_id, request.form, errors), status_of(error))
    return see_other(url_for("letter_pages.index", client_id=client_id, notice="issued"))


@blp.get("/letters/<uuid:letter_id>.pdf")
@page_door("letter", "read")
def pdf(session: Session, letter_id: UUID) -> Response:
    """The letter itself, set from what was sealed."""
    try:
        letter = service.printed(session, letter_id)
    except (Conflict, Unavailable) as error:
        status = status_of(error)
        return make_response(render_template("letters/unprinted.html", is_erased=error.code == "erased"), status)
    return _file(letter)


@blp.post("/letters/<uuid:letter_id>/revocation")
@page_door("letter", "revoke")
def revoke(session: Session, letter_id: UUID) -> Response:
    """Take a letter back."""
    letter = service.letter_for(session, letter_id)
    try:
        service.revoke(session, letter_id, **forms.revocation_from(request.form))
    except (Invalid, Conflict) as error:
        errors = wording.mistakes(error.errors, error.code)
        return make_response(_index(session, letter.client_id, request.form, errors), status_of(error))
    return see_other(url_for("letter_pages.index", client_id=letter.client_id, notice="revoked"))


@blp.get("/batches/<uuid:batch_id>/certificates")
@page_door("letter", "read")
def certificates(session: Session, batch_id: UUID) -> str:
    """Who passed a batch, and his certificate."""
    return _certificates(session, batch_id, {})


@blp.post("/batches/<uuid:batch_id>/certificates")
@page_door("letter", "issue")
def issue_certificates(session: Session, batch_id: UUID) -> Response:
    """Write the certificates of all on the page; who has one that still says the same keeps it."""
    service.issue_certificates(session, batch_id, request.args.get("cursor"))
    return see_other(_batch_address(batch_id, notice="certificates"))


@blp.get("/batches/<uuid:batch_id>/certificates.pdf")
@page_door("letter", "read")
def certificates_pdf(session: Session, batch_id: UUID) -> Response:
    """The certificates of all on the page as one file."""
    try:
        return _file(service.printed_certificates(session, batch_id, request.args.get("cursor")))
    except (Conflict, Unavailable) as error:
        return make_response(_certificates(session, batch_id, wording.mistakes([], error.code)), status_of(error))


@blp.get("/verify")
@page_door("letter", "verify", public=True)
def ask(session: Session) -> Response:
    """Ask for a code; the form leads on to the code's own address."""
    code = said(request.args, "code")
    if code:
        return _verified(session, code, None)
    return _public(make_response(render_template("letters/verify.html", words=wording, code="", asked=False)))


@blp.get("/verify/<code>")
@page_door("letter", "verify", public=True)
def verify(session: Session, code: str) -> Response:
    """Whether a paper with this code is genuine."""
    return _verified(session, code, None)


@blp.post("/verify/<code>")
@page_door("letter", "verify", public=True)
def compare(session: Session, code: str) -> Response:
    """Whether the name on a paper stands on the genuine one. By a form, so that it stands in no address."""
    return _verified(session, code, said(request.form, "name"))


def _verified(session: Session, code: str, name: str | None) -> Response:
    try:
        found = service.verify(session, code, request.remote_addr or "", name)
    except TooManyRequests as error:
        answer = make_response(
            render_template("letters/verify.html", words=wording, code="", asked=False, wait=True), 429
        )
        answer.headers["Retry-After"] = str(error.extra["retry_after"])
        return _public(answer)
    page = render_template("letters/verify.html", words=wording, found=found, code=code[:40], asked=True)
    return _public(make_response(page, 200 if found else 404))


def _file(letter: service.PrintedLetter) -> Response:
    answer = Response(letter.content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{letter.filename}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _certificates(session: Session, batch_id: UUID, errors: dict[str, str]) -> str:
    batch = batch_for(session, batch_id)
    found = service.certificates(session, batch.id, request.args.get("cursor"))
    return render_template(
        "letters/certificates.html", batch=batch, found=found, errors=errors, grouped=grouped,
        here=_batch_address(batch.id), notice=wording.NOTICES.get(request.args.get("notice", "")),
    )  # fmt: skip


def _batch_address(batch_id: UUID, **more: str) -> str:
    """The page of a batch's certificates, with the place in its list that is looked at."""
    kept: dict[str, Any] = {"cursor": request.args["cursor"]} if request.args.get("cursor") else {}
    return url_for("letter_pages.certificates", batch_id=batch_id, **kept | more)


def _public(answer: Response) -> Response:
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _index(session: Session, client_id: UUID, form: Form, errors: dict[str, str]) -> str:
    return render_template(
        "letters/index.html",
        view=service.letters_view(session, client_id),
        form=form,
        errors=errors,
        notice=wording.NOTICES.get(request.args.get("notice", "")) if request.method == "GET" else None,
        grouped=grouped,
        words=wording,
    )
