"""What the pages of the directory share: what was typed and what is wrong, names for codes, a refusal with the page again."""

from collections.abc import Iterable
from typing import Any

from flask import Response, make_response, render_template, request

from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.core.errors import KessosError
from kessos_case.partners import forms, page_queries, service, wording
from kessos_case.partners.service import ServiceCard
from kessos_case.reference.service import category_names
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form
from kessos_case.web.once import word_of
from kessos_case.web.pages import current_language

Errors = dict[str, str]


def shown(session: Session, template: str, form: Form, errors: Errors, **more: Any) -> str:
    """A page with its form."""
    told = {
        "form": form, "errors": errors, "once": word_of(form), "words": wording, "today": office_day(session.now),
        "soon": service.upkeep_policy().longest_notice, "manages_all": service.manages_all(session),
        "notice": wording.NOTICES.get(request.args.get("notice", "")),
    }  # fmt: skip
    return render_template(f"partners/{template}.html", **told, **more)


def refused(error: KessosError, page: str) -> Response:
    """The page with the refusal on it."""
    return make_response(page, status_of(error))


def mistakes(error: KessosError) -> Errors:
    """A refusal in words, one sentence a field."""
    return wording.mistakes(forms.reasons_of(error))


def names_for(session: Session, cards: Iterable[ServiceCard], places: Iterable[str | None] = ()) -> wording.Names:
    """Names for all the codes of these services, and of these places."""
    found = list(cards)
    codes = {code for card in found for code in card.coverage} | {code for code in places if code}
    services, groups = page_queries.service_types(session, current_language())
    return wording.Names(
        places=page_queries.named_places(session, codes),
        services=services,
        groups=groups,
        categories=_categories(session) if any(card.categories for card in found) else {},
    )


def _categories(session: Session) -> dict[str, str]:
    return category_names(session, current_language())
