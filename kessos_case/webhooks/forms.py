"""From the forms of webhooks to what the schemas take."""

from typing import Any

from kessos_case.web.forms import Form, loaded, said
from kessos_case.webhooks.rules import Event
from kessos_case.webhooks.schemas import WebhookChange, WebhookIn
from kessos_case.webhooks.service import SubscriptionCard


def subscription_from(form: Form) -> dict[str, Any]:
    """Where to, and what. Raises Invalid."""
    return loaded(WebhookIn(), {"address": said(form, "address"), "events": _chosen(form)})


def events_from(form: Form) -> list[str]:
    """What the writer wants. Raises Invalid."""
    found: list[str] = loaded(WebhookChange(), {"events": _chosen(form)})["events"]
    return found


def fresh() -> Form:
    """The form before anybody types: a program that is told of everything misses nothing."""
    form = Form()
    form.setlist("events", [event.value for event in Event])
    return form


def shown(card: SubscriptionCard) -> Form:
    """What is chosen now."""
    form = Form()
    form.setlist("events", list(card.events))
    return form


def _chosen(form: Form) -> list[str] | None:
    """None where nothing is ticked: an empty list would be told as a text of the wrong length."""
    return form.getlist("events") or None
