"""From the form of the own account to what the schema takes."""

from typing import Any

from kessos_case.notices.schemas import ContactChange
from kessos_case.notices.service import ContactCard
from kessos_case.web.forms import Form, loaded, said


def contact_from(form: Form) -> dict[str, Any]:
    """How the writer wants to be told. A box that is not ticked is not sent. Raises Invalid."""
    return loaded(
        ContactChange(),
        {
            "by_mail": "by_mail" in form.getlist("ways"),
            "wants_digest": "wants_digest" in form.getlist("ways"),
            "by_message": said(form, "by_message"),
            "phone": said(form, "phone"),
        },
    )


def shown(contact: ContactCard) -> Form:
    """The form as it stands before anybody types."""
    form = Form({"by_message": contact.by_message or "", "phone": contact.phone or ""})
    form.setlist("ways", [name for name in ("by_mail", "wants_digest") if getattr(contact, name)])
    return form
