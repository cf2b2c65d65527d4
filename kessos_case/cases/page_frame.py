"""What the pages of casework share: each stands under the heading of its case, with what was typed and what is wrong."""

from typing import Any

from flask import Response, make_response, render_template, request

from kessos_case.access.wording import OFFICE_KINDS
from kessos_case.cases import conference_wording, wording
from kessos_case.cases.casework_forms import reasons_of
from kessos_case.cases.service.headings import CaseHeading
from kessos_case.core.db import Session
from kessos_case.core.errors import KessosError
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form
from kessos_case.web.once import word_of

Errors = dict[str, str]

_NOTICES = {**wording.NOTICES, **conference_wording.NOTICES}


def shown(session: Session, template: str, form: Form, errors: Errors, **more: Any) -> str:
    """A page with its form; `heading` among `more` puts it under its case."""
    return render_template(
        f"cases/{template}.html",
        form=form,
        errors=errors,
        once=word_of(form),
        notice=_NOTICES.get(request.args.get("notice", "")),
        words=wording,
        office_kinds=OFFICE_KINDS,
        aid_kinds=wording.AID_KINDS,
        me=str(session.actor.user_id),
        **more,
    )


def refused(error: KessosError, page: str) -> Response:
    """The page with the refusal on it."""
    return make_response(page, status_of(error))


def mistakes(error: KessosError) -> Errors:
    """A refusal in words, one sentence a field."""
    return wording.mistakes(reasons_of(error))


def near(heading: CaseHeading, session: Session) -> list[str | None]:
    """The places whose organisations a form offers: the person's and the office's own."""
    offices = [grant.region_code for grant in session.actor.grants]
    return [heading.region_code, *offices]
