"""What webhooks takes and answers over HTTP."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.web.lists import ListArgs
from kessos_case.webhooks.rules import LONGEST_ADDRESS, DeliveryState, Event, StopReason

_EVENTS = [event.value for event in Event]


def _events():
    return fields.List(
        fields.String(validate=validate.OneOf(_EVENTS)),
        required=True,
        validate=validate.Length(1, len(_EVENTS)),
        metadata={"description": "What the program is told of"},
    )


class WebhookIn(ma.Schema):
    address = fields.String(
        required=True,
        validate=[validate.Length(1, LONGEST_ADDRESS), validate.Regexp(r"^[!-~]+\Z")],
        metadata={"description": "Of a public server, with https"},
    )
    events = _events()
    organisation_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Where you act for more than one; else your own"}
    )


class WebhookChange(ma.Schema):
    events = _events()


class WebhookDeed(ma.Schema):
    """Nothing needs to be said."""


class DeliveryCounts(ma.Schema):
    waiting = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    given_up = fields.Integer(required=True)
    dropped = fields.Integer(required=True)


class WebhookOut(ma.Schema):
    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    address = fields.String(required=True)
    events = fields.List(fields.String(), required=True)
    created_at = fields.AwareDateTime(required=True)
    failing_since = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Nothing has arrived since"}
    )
    problem = fields.String(required=True, allow_none=True, metadata={"description": "Why nothing arrives"})
    last_status = fields.Integer(required=True, allow_none=True, metadata={"description": "The answer to that attempt"})
    stopped_at = fields.AwareDateTime(required=True, allow_none=True)
    stop_reason = fields.String(
        required=True, allow_none=True, metadata={"description": ", ".join(reason.value for reason in StopReason)}
    )
    secret_before_until = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Until when the secret before signs beside the new one"},
    )
    deliveries = fields.Nested(DeliveryCounts, required=True)
    version = fields.Integer(required=True)


class WebhookMade(WebhookOut):
    secret = fields.String(required=True, metadata={"description": "Shown in this answer and never again"})


class DeliveryArgs(ListArgs):
    state = fields.String(load_default=None, validate=validate.OneOf([state.value for state in DeliveryState]))


class DeliveryOut(ma.Schema):
    id = fields.UUID(required=True, metadata={"description": "The `webhook-id` of every attempt"})
    event = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    next_at = fields.AwareDateTime(required=True, metadata={"description": "Of one that waits: the next attempt"})
    last_status = fields.Integer(
        required=True, allow_none=True, metadata={"description": "What the last attempt was answered; null: no answer"}
    )
    problem = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    delivered_at = fields.AwareDateTime(required=True, allow_none=True)
    body = fields.Dict(required=True, metadata={"description": "What is sent"})
