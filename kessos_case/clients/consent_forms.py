"""From the forms of consents and alerts to what the schemas take."""

from typing import Any

from kessos_case.clients.schemas import AlertIn, ConsentIn
from kessos_case.web.forms import Form, loaded, said

_CONSENT = ("purpose", "receiver_organisation_id", "form", "given_on", "expires_on")
_ALERT = ("kind", "severity", "until_on", "note")


def consent_from(form: Form) -> dict[str, Any]:
    """What the person allows. Raises Invalid naming each wrong field."""
    return loaded(ConsentIn(), {name: said(form, name) for name in _CONSENT})


def alert_from(form: Form) -> dict[str, Any]:
    """A danger. Raises Invalid naming each wrong field."""
    return loaded(AlertIn(), {name: said(form, name) for name in _ALERT})
