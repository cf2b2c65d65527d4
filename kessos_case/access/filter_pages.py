"""Pages of saved views: keep what a list shows now under a name, and drop it again."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import lazy_gettext

from kessos_case.access import service
from kessos_case.core.db import Session
from kessos_case.core.errors import Invalid, RuleBroken
from kessos_case.web import forms
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Words
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("filter_pages", __name__, url_prefix="/filters")

_WRONG: Words = {
    "name": lazy_gettext("Beri nama yang pendek, paling banyak 60 huruf, misalnya: belum ada petugas."),
    "query": lazy_gettext("Daftar ini sedang menampilkan semuanya. Pilih saringan dulu, baru simpan."),
}
_CODES: Words = {
    "too_many_filters": lazy_gettext(
        "Sudah ada 20 saringan tersimpan untuk daftar ini. Hapus satu yang tidak dipakai, lalu simpan lagi."
    ),
}


@blp.post("")
@page_door("self", "change")
def save(session: Session) -> Response:
    """Keep the view under a name and go back to it. What is wrong comes back with all that was typed."""
    page, query = request.form.get("page", ""), request.form.get("query", "")
    try:
        kept = service.save_filter(session, page, request.form.get("name", ""), query)
    except (Invalid, RuleBroken) as error:
        if any(entry.get("field") == "page" for entry in error.errors):
            raise
        return make_response(_again(session, page, error.errors), status_of(error))
    return see_other(f"{kept.page}?{kept.query}")


@blp.post("/<uuid:filter_id>/removal")
@page_door("self", "change")
def remove(session: Session, filter_id: UUID) -> Response:
    """Drop a saved view and show the whole list."""
    return see_other(service.forget_filter(session, filter_id).page)


def _again(session: Session, page: str, errors: Iterable[Mapping[str, Any]]) -> str:
    return render_template(
        "access/filters.html",
        own=service.own_filters(session, page, {}),
        form=request.form,
        errors=forms.mistakes(errors, _WRONG, _CODES),
    )
