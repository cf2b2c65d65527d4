"""What the pages of the house share: what was typed and what is wrong, and a refusal with the page again."""

from typing import Any

from flask import Response, make_response, render_template, request

from kessos_case.core.errors import KessosError
from kessos_case.core.months import Month, parse_month
from kessos_case.residence import forms, wording
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form
from kessos_case.web.once import word_of

Errors = dict[str, str]


def shown(template: str, form: Form, errors: Errors, **more: Any) -> str:
    """A page with its form."""
    notice = wording.NOTICES.get(request.args.get("notice", ""))
    told = {"form": form, "errors": errors, "once": word_of(form), "notice": notice, "words": wording}
    return render_template(f"residence/{template}.html", **told, **more)


def refused(error: KessosError, page: str) -> Response:
    """The page with the refusal on it."""
    return make_response(page, status_of(error))


def mistakes(error: KessosError) -> Errors:
    """A refusal in words, one sentence a field."""
    return wording.mistakes(forms.reasons_of(error))


def month_asked(name: str, latest: Month) -> Month:
    """The month in the address, the latest one where none is named that has come."""
    try:
        return min(parse_month(request.args.get(name, "")), latest)
    except ValueError:
        return latest
