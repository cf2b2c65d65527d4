"""From a form of a page to what a schema takes, and from what was refused to sentences at its fields.

Nothing is checked here that a schema or a service checks.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import marshmallow as ma
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from kessos_case.core.errors import Conflict, Invalid
from kessos_case.web.errors import field_errors

Form = MultiDict[str, str]
Words = Mapping[str, Any]


def said(form: Form, name: str) -> str | None:
    """What was typed; None for an empty field, which a browser sends all the same."""
    return form.get(name, "").strip() or None


def number(text: str | None) -> int | str | None:
    """A whole number as people type it, `1.500.000` too; what is none goes on as typed, so that the schema refuses it."""
    digits = (text or "").replace(".", "").removeprefix("Rp").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else text


def loaded(schema: ma.Schema, stated: Mapping[str, Any]) -> dict[str, Any]:
    """What the schema makes of the form. Raises Invalid naming each wrong field."""
    try:
        found: dict[str, Any] = schema.load(stated)
    except ma.ValidationError as error:
        # Under the name of the body, because a field may be called as the place that it comes from: `form`.
        wrong = field_errors({"json": error.normalized_messages()})
        raise Invalid("The form has mistakes.", errors=wrong) from error
    return found


def version_of(form: Form) -> int | None:
    """Which version the writer saw; None where the form does not say."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def check_seen(form: Form, version: int) -> None:
    """Raises Conflict `changed` when the thing is not as the writer saw it: what he decides may not be what he meant."""
    if version_of(form) != version:
        raise Conflict("It has changed since the page was opened.", code="changed")


def changed() -> str:
    """Somebody else, or the night, was there in between."""
    return _("Keadaannya sudah berubah sejak halaman ini dibuka. Lihat yang baru, lalu putuskan.")


def mistakes(errors: Iterable[Mapping[str, Any]], fields: Words, codes: Words | None = None) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service.

    `codes` says what a rule means, `fields` what a field wants; `a.b` is looked for as itself, then as `a`. Of entries
    without a field each code keeps a sentence of its own, under an empty name with the code behind it.
    """
    found: dict[str, str] = {}
    for entry in errors:
        field, code = str(entry.get("field") or ""), str(entry.get("code") or "")
        name = next((known for known in fields if field == known or field.startswith(f"{known}.")), field)
        found.setdefault(name or f"#{code}", _sentence(name, code, str(entry.get("detail") or ""), fields, codes or {}))
    return found


def _sentence(name: str, code: str, detail: str, fields: Words, codes: Words) -> str:
    # The schema's own sentences are for programs; these are the two things that can happen to free text.
    if detail.startswith("Contains"):
        return _("Di sini ada tanda yang tidak bisa disimpan. Hapus isinya, lalu ketik ulang.")
    if detail.startswith(("Length must be between 1 and", "Longer")):
        return _("Tulisan ini terlalu panjang. Persingkat.")
    if words := codes.get(code) or fields.get(name):
        return str(words)
    if code == "missing":
        return _("Isian ini belum diisi.")
    return _("Isian ini belum benar. Periksa lagi.")
