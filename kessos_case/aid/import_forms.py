"""From the forms of imported files to what the service takes."""

import hashlib
from typing import Any
from uuid import UUID

from kessos_case.aid.import_schemas import RowSettlementIn
from kessos_case.core.errors import Invalid, NotFound, field_error
from kessos_case.web.forms import Form, loaded, said
from kessos_case.web.pages import uploads


def upload_from(form: Form) -> dict[str, Any]:
    """The chosen file with what was said of it. Raises Invalid where none was chosen."""
    chosen = uploads("file")
    if not chosen:
        raise Invalid("No file was chosen.", errors=[field_error("file", "missing", "Choose a file.")])
    return {
        "content": chosen[0].read(),
        "filename": chosen[0].filename or "",
        "programme": said(form, "programme"),
        "is_historic": bool(form.get("is_historic")),
    }


def with_content(form: Form, content: bytes) -> Form:
    """The form with its file in it, so that the same form with another file is another form."""
    return Form([*form.items(multi=True), ("file", hashlib.sha256(content).hexdigest())])


def person_from(form: Form) -> UUID:
    """Who was chosen. Raises Invalid."""
    found: UUID = loaded(RowSettlementIn(), {"client_id": form.get("client_id")})["client_id"]
    return found


def row_number(text: str) -> int:
    """The number of a row as an address has it. Raises NotFound for what is none."""
    # As text, because a number may have any length and a row's has seven digits at most.
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound("There is no such row.")
    return int(text)
