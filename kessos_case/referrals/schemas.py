"""What referrals takes and answers over HTTP. The names of fields are a contract (spec api.md, Bodies)."""

import marshmallow as ma
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from kessos_case.clients.rules import Sex
from kessos_case.referrals.rules import State, Urgency, Verb
from kessos_case.web.fields import Instant, Text, region_code
from kessos_case.web.lists import ListArgs

DISCLOSABLE = ("name", "nik", "phone", "address", "birth_date", "condition", "photo")
CODE = validate.Regexp(r"^[a-z][a-z0-9_]{1,59}\Z")


class PersonIn(ma.Schema):
    name = Text(200, allow_none=True)
    alias = Text(200, allow_none=True)
    estimated_age = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 130))
    sex = fields.String(load_default=Sex.UNKNOWN.value, validate=validate.OneOf([sex.value for sex in Sex]))
    condition = Text(2000, lines=True, allow_none=True)


class ReferralIn(ma.Schema):
    client_reference = fields.String(
        allow_none=True,
        load_default=None,
        validate=[validate.Length(1, 64), validate.Regexp(r"^[A-Za-z0-9._:-]+\Z")],
        metadata={"description": "The sender's own id of this report; a re-send under it changes nothing"},
    )
    client_id = fields.UUID(allow_none=True, load_default=None)
    person = fields.Nested(PersonIn, allow_none=True, load_default=None)
    service_types = fields.List(
        fields.String(validate=CODE),
        required=True,
        validate=validate.Length(1, 20),
        metadata={"description": "Codes of /service_types", "examples": [["temporary_shelter"]]},
    )
    urgency = fields.String(required=True, validate=validate.OneOf([urgency.value for urgency in Urgency]))
    region_code = region_code(required=True)
    place = Text(500, lines=True, allow_none=True, load_default=None)
    found_at = Instant(allow_none=True, load_default=None)
    note = Text(4000, lines=True, allow_none=True, load_default=None)
    disclose = fields.List(
        fields.String(validate=validate.OneOf(DISCLOSABLE)), load_default=list, validate=validate.Length(max=10)
    )


class PersonOut(ma.Schema):
    name = fields.String(required=True, allow_none=True)
    alias = fields.String(required=True, allow_none=True)
    estimated_age = fields.Integer(required=True, allow_none=True)
    sex = fields.String(required=True)
    condition = fields.String(required=True, allow_none=True)


class PhotoOut(ma.Schema):
    id = fields.UUID(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    added_at = fields.AwareDateTime(required=True)


class PhotoIn(ma.Schema):
    photo = Upload(required=True, metadata={"description": "JPEG, PNG or WebP"})


class ReferralOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    client_reference = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    urgency = fields.String(required=True)
    service_types = fields.List(fields.String(), required=True)
    confidentiality = fields.String(required=True)
    is_masked = fields.Boolean(required=True)
    client_id = fields.UUID(required=True, allow_none=True)
    person = fields.Nested(PersonOut, required=True, allow_none=True)
    region_code = fields.String(required=True)
    place = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    disclose = fields.List(fields.String(), required=True)
    found_at = fields.AwareDateTime(required=True, allow_none=True)
    submitted_at = fields.AwareDateTime(required=True)
    sender_id = fields.UUID(required=True)
    sender_organisation_id = fields.UUID(required=True)
    owner = fields.String(
        required=True, allow_none=True, metadata={"description": "The office that has it, or `sender`"}
    )
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    is_overdue = fields.Boolean(required=True)
    allowed_verbs = fields.List(fields.String(), required=True)
    photos = fields.List(fields.Nested(PhotoOut), required=True)


class ReferralArgs(ListArgs):
    state = fields.String(load_default=None, validate=validate.OneOf([state.value for state in State]))
    urgency = fields.String(load_default=None, validate=validate.OneOf([urgency.value for urgency in Urgency]))
    client_id = fields.UUID(load_default=None)
    mine = fields.Boolean(load_default=False)
    open = fields.Boolean(load_default=None, allow_none=True)
    order = fields.String(
        load_default="newest",
        validate=validate.OneOf(["newest", "due"]),
        metadata={"description": "`due`: the open ones by their clock"},
    )


class TransitionIn(ma.Schema):
    verb = fields.String(
        required=True, validate=validate.OneOf([verb.value for verb in Verb if verb is not Verb.SUBMIT])
    )
    reason = fields.String(allow_none=True, load_default=None, validate=CODE)
    note = Text(4000, lines=True, allow_none=True, load_default=None)


class TransitionOut(ma.Schema):
    verb = fields.String(required=True)
    from_state = fields.String(required=True, allow_none=True)
    to_state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    happened_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    user_id = fields.UUID(required=True, allow_none=True)
    organisation_id = fields.UUID(required=True, allow_none=True)


class HistoryOut(ma.Schema):
    items = fields.List(fields.Nested(TransitionOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class MatchOut(ma.Schema):
    ref = fields.String(required=True)
    score = fields.Integer(required=True)
    reasons = fields.List(fields.String(), required=True)
    id = fields.UUID(metadata={"description": "Only where you reach the person"})
    name = fields.String()
    held_by = fields.List(fields.String(), required=True)


class MatchesOut(ma.Schema):
    items = fields.List(fields.Nested(MatchOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
