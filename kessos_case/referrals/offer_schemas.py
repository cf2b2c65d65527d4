"""What offers take and answer over HTTP. The names of fields are a contract (spec api.md, Bodies)."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.referrals.rules import OfferState
from kessos_case.referrals.schemas import CODE, StandardIn, one_of
from kessos_case.web.fields import Day, Text
from kessos_case.web.lists import ListArgs


class RuleOut(ma.Schema):
    code = fields.String(required=True)
    holds = fields.Boolean(required=True)
    detail = fields.String(required=True, metadata={"description": "Why, in English"})
    detail_id = fields.String(required=True, metadata={"description": "Why, in Indonesian"})
    is_lawful = fields.Boolean(required=True, metadata={"description": "Nobody may offer against a lawful rule"})


class PointsOut(ma.Schema):
    part = fields.String(required=True)
    points = fields.Float(required=True)
    most = fields.Float(required=True, metadata={"description": "The weight of this part in the policy"})
    name = fields.String(required=True, metadata={"description": "What is looked at, in English"})
    name_id = fields.String(required=True, metadata={"description": "What is looked at, in Indonesian"})


class CandidateServiceOut(ma.Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    service_type = fields.String(required=True)
    organisation_id = fields.UUID(required=True)
    organisation_name = fields.String(required=True)
    free = fields.Integer(required=True, allow_none=True)
    waiting = fields.Integer(required=True)


class CandidateOut(ma.Schema):
    service_id = fields.UUID(required=True)
    service = fields.Nested(CandidateServiceOut, required=True)
    is_candidate = fields.Boolean(required=True, metadata={"description": "Every rule holds"})
    is_offered = fields.Boolean(required=True)
    score = fields.Float(required=True)
    parts = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    points = fields.List(
        fields.Nested(PointsOut), required=True, metadata={"description": "The same parts with their weights and names"}
    )
    rules = fields.List(fields.Nested(RuleOut), required=True)


class CandidatesOut(ma.Schema):
    items = fields.List(fields.Nested(CandidateOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
    policy_version = fields.String(required=True, metadata={"description": "The policy that ranked them"})


class CandidateArgs(ma.Schema):
    limit = fields.Integer(load_default=50, strict=False, validate=validate.Range(1, 200))


class OfferIn(ma.Schema):
    service_id = fields.UUID(allow_none=True, load_default=None, metadata={"description": "None: the best candidate"})
    reason = Text(
        1000, lines=True, allow_none=True, load_default=None, metadata={"description": "Needed against soft rules"}
    )


class AcceptanceIn(StandardIn):
    reason = Text(
        1000,
        lines=True,
        allow_none=True,
        load_default=None,
        metadata={"description": "In an emergency: why the service standard is not named yet"},
    )


class DeclineIn(ma.Schema):
    reason = fields.String(allow_none=True, load_default=None, validate=CODE)
    note = Text(4000, lines=True, allow_none=True, load_default=None)


class WaitingIn(ma.Schema):
    expected_on = Day(required=True)
    note = Text(4000, lines=True, allow_none=True, load_default=None)


class RevocationIn(ma.Schema):
    reason = Text(1000, lines=True, required=True)


class SnapshotOut(ma.Schema):
    """What the receiver was told. What was not disclosed is null; `grounds` of the offer says by what the rest was."""

    service_types = fields.List(fields.String(), required=True)
    urgency = fields.String(required=True)
    region_code = fields.String(required=True)
    age_from = fields.Integer(required=True, allow_none=True)
    age_to = fields.Integer(required=True, allow_none=True)
    sex = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    alias = fields.String(required=True, allow_none=True)
    condition = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    nik = fields.String(required=True, allow_none=True)
    birth_date = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    photos = fields.List(fields.UUID(), required=True, allow_none=True)


class OfferOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    referral_id = fields.UUID(required=True)
    service_id = fields.UUID(required=True)
    service_name = fields.String(required=True)
    organisation_id = fields.UUID(required=True)
    organisation_name = fields.String(required=True)
    state = fields.String(required=True)
    urgency = fields.String(required=True)
    region_code = fields.String(required=True)
    is_by_hand = fields.Boolean(required=True)
    offered_at = fields.AwareDateTime(required=True)
    reminded_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    expected_on = fields.Date(required=True, allow_none=True)
    has_place = fields.Boolean(required=True, metadata={"description": "A place is held or taken for the person"})
    place_in_line = fields.Integer(required=True, allow_none=True)
    spm_type = fields.String(required=True, allow_none=True)
    spm_level = fields.String(required=True, allow_none=True)
    recommending_organisation_id = fields.UUID(required=True, allow_none=True)
    is_masked = fields.Boolean(required=True)
    snapshot = fields.Nested(
        SnapshotOut, required=True, allow_none=True, metadata={"description": "For the receiver and the desk"}
    )
    grounds = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    ranking = fields.Dict(
        required=True, allow_none=True, metadata={"description": "For the desk: rules, parts of the score, facts"}
    )
    allowed_verbs = fields.List(fields.String(), required=True)


class OffersOut(ma.Schema):
    items = fields.List(fields.Nested(OfferOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class OfferArgs(ListArgs):
    state = fields.String(load_default=None, validate=one_of(OfferState))
    open = fields.Boolean(
        load_default=None, allow_none=True, metadata={"description": "Whether there is still something to do"}
    )
    order = fields.String(
        load_default="newest",
        validate=validate.OneOf(["newest", "due"]),
        metadata={"description": "`due`: what ends first"},
    )
