"""Verbs of webhooks; other features enter here."""

from kessos_case.webhooks.service.raising import raise_event
from kessos_case.webhooks.service.sending import deliver, find_due, forget_old, send_next
from kessos_case.webhooks.service.subscriptions import (
    SubscriptionCard,
    change_events,
    offices_for,
    read_subscription,
    rotate_secret,
    send_again,
    send_trial,
    start,
    stop,
    subscribe,
    subscription_cards,
)
from kessos_case.webhooks.service.way_out import Undelivered, post

__all__ = [
    "SubscriptionCard",
    "Undelivered",
    "change_events",
    "deliver",
    "find_due",
    "forget_old",
    "offices_for",
    "post",
    "raise_event",
    "read_subscription",
    "rotate_secret",
    "send_again",
    "send_next",
    "send_trial",
    "start",
    "stop",
    "subscribe",
    "subscription_cards",
]
