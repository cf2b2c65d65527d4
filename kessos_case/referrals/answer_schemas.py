"""What links take and answer over HTTP. The holder sees the frozen snapshot, the state and what can be answered; no ids."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.referrals.inbox_forms import VERBS
from kessos_case.referrals.offer_schemas import SnapshotOut
from kessos_case.referrals.rules import Step
from kessos_case.referrals.schemas import CODE, one_of
from kessos_case.web.fields import Day, Instant, Text


class AnswerOut(ma.Schema):
    service_name = fields.String(required=True, attribute="received.offer.service_name")
    organisation_name = fields.String(required=True, attribute="received.offer.organisation_name")
    desk_name = fields.String(
        required=True, attribute="received.desk", metadata={"description": "The office that asks, and whom to call"}
    )
    urgency = fields.String(required=True, attribute="received.offer.urgency")
    region_code = fields.String(required=True, attribute="received.offer.region_code")
    state = fields.String(required=True, attribute="received.offer.state")
    step = fields.String(
        required=True, attribute="received.step", validate=one_of(Step), metadata={"description": "What it waits for"}
    )
    allowed_verbs = fields.List(
        fields.String(), required=True, attribute="received.verbs", metadata={"description": "What can be answered now"}
    )
    version = fields.Integer(
        required=True, attribute="received.seen", metadata={"description": "Send it back with an answer"}
    )
    due_at = fields.AwareDateTime(required=True, allow_none=True, attribute="received.due_at")
    offered_at = fields.AwareDateTime(required=True, attribute="received.offer.offered_at")
    expected_on = fields.Date(required=True, allow_none=True, attribute="received.offer.expected_on")
    has_place = fields.Boolean(required=True, attribute="received.offer.has_place")
    place_in_line = fields.Integer(required=True, allow_none=True, attribute="received.offer.place_in_line")
    no_shows = fields.Integer(required=True, attribute="received.no_shows")
    met_at = fields.AwareDateTime(required=True, allow_none=True, attribute="received.met_at")
    snapshot = fields.Nested(
        SnapshotOut,
        required=True,
        allow_none=True,
        attribute="received.offer.snapshot",
        metadata={"description": "What was disclosed; none once there is nothing more to do"},
    )
    grounds = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, attribute="received.offer.grounds"
    )
    expires_at = fields.AwareDateTime(
        required=True, attribute="link.expires_at", metadata={"description": "Until when this link opens anything"}
    )


class AnswerIn(ma.Schema):
    answer = fields.String(required=True, validate=one_of(sorted(VERBS)))
    version = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=validate.Range(1, 10**9),
        metadata={"description": "As it was seen; 409 `changed` when it is another now"},
    )
    reason = fields.String(
        allow_none=True, load_default=None, validate=CODE, metadata={"description": "Why not, or how it ended"}
    )
    note = Text(4000, lines=True, allow_none=True, load_default=None)
    expected_on = Day(allow_none=True, load_default=None)
    happened_at = Instant(allow_none=True, load_default=None, metadata={"description": "meet: when it really was"})


class LinkOut(ma.Schema):
    id = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    opened_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "First fetched, by a person or a mail scanner"}
    )
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    holds = fields.Boolean(required=True)


class LinksOut(ma.Schema):
    items = fields.List(fields.Nested(LinkOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class MadeLinkOut(ma.Schema):
    id = fields.UUID(required=True)
    url = fields.String(required=True, metadata={"description": "Shown this once; whoever has it can answer"})
    expires_at = fields.AwareDateTime(required=True)
