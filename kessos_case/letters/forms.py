"""From the forms of letters to what the schemas take."""

from typing import Any

from kessos_case.letters import schemas
from kessos_case.web.forms import Form, loaded, said


def issue_from(form: Form) -> dict[str, Any]:
    """Which letter about what."""
    return loaded(schemas.LetterIn(), {"kind": form.get("kind", ""), "subject_id": form.get("subject_id", "")})


def revocation_from(form: Form) -> dict[str, Any]:
    """Why it is taken back."""
    reason = said(form, "reason")
    return loaded(schemas.LetterRevocationIn(), {"reason": reason} if reason else {})
