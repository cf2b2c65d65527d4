"""What access takes and answers over HTTP."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.access.rules import LEAST_PASSWORD, OrganisationKind, Role
from kessos_case.web.fields import Instant, Text, Truth, region_code
from kessos_case.web.lists import ListArgs

KINDS = validate.OneOf([kind.value for kind in OrganisationKind])
# Letters that look alike in no script: a name is typed on phones and read out over radio.
USERNAME = [validate.Length(3, 60), validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9._@-]*\Z")]


class OrganisationOut(ma.Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    region_code = fields.String(required=True, allow_none=True)
    is_active = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class OrganisationIn(ma.Schema):
    kind = fields.String(required=True, validate=KINDS)
    code = fields.String(required=True, validate=[validate.Length(2, 60), validate.Regexp(r"^[A-Z0-9][A-Z0-9.-]*\Z")])
    name = Text(200, required=True)
    region_code = region_code(allow_none=True, load_default=None)


class OrganisationChange(ma.Schema):
    name = Text(200)
    region_code = region_code(allow_none=True)
    is_active = Truth()


class OrganisationArgs(ListArgs):
    kind = fields.String(load_default=None, validate=KINDS)
    region_code = region_code(load_default=None)


class GrantOut(ma.Schema):
    id = fields.UUID(required=True)
    role = fields.String(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    region_code = fields.String(required=True, allow_none=True)
    valid_until = fields.AwareDateTime(required=True, allow_none=True)


class GrantIn(ma.Schema):
    role = fields.String(required=True, validate=validate.OneOf([role.value for role in Role]))
    organisation_id = fields.UUID(allow_none=True, load_default=None)
    region_code = region_code(allow_none=True, load_default=None)
    valid_until = Instant(allow_none=True, load_default=None)


class UserOut(ma.Schema):
    id = fields.UUID(required=True)
    username = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    organisation_id = fields.UUID(required=True)
    is_active = fields.Boolean(required=True)
    grants = fields.List(fields.Nested(GrantOut), required=True)
    version = fields.Integer(required=True)


class UserIn(ma.Schema):
    username = fields.String(required=True, validate=USERNAME)
    name = Text(200, required=True)
    email = fields.Email(allow_none=True, load_default=None, validate=validate.Length(max=200))
    organisation_id = fields.UUID(required=True)
    password = fields.String(
        required=True,
        load_only=True,
        validate=validate.Length(1, 200),
        # Refused by the service, which says why; written here for programs that read the document.
        metadata={"minLength": LEAST_PASSWORD, "description": "Must not hold the username"},
    )


class UserChange(ma.Schema):
    name = Text(200)
    email = fields.Email(allow_none=True, validate=validate.Length(max=200))
    organisation_id = fields.UUID()
    is_active = Truth()


class UserArgs(ListArgs):
    organisation_id = fields.UUID(load_default=None)


class SignIn(ma.Schema):
    username = fields.String(required=True, validate=validate.Length(1, 200))
    password = fields.String(required=True, validate=validate.Length(1, 200))
    otp = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.Length(max=20),
        metadata={"description": "The code of the phone, for users who have a second factor"},
    )


class TokenOut(ma.Schema):
    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    user = fields.Nested(UserOut, required=True)


class RoleOut(ma.Schema):
    role = fields.String(required=True)
    permissions = fields.List(fields.Dict(), required=True)


class Roles(ma.Schema):
    items = fields.List(fields.Nested(RoleOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class AuditArgs(ListArgs):
    client_id = fields.UUID(load_default=None, metadata={"description": "Who saw this person"})
    user_id = fields.UUID(load_default=None)
    action = fields.String(load_default=None, validate=validate.Length(1, 60))
    resource = fields.String(load_default=None, validate=validate.Length(1, 60))
    outcome = fields.String(load_default=None, validate=validate.OneOf(["ok", "denied"]))


class AuditEntryOut(ma.Schema):
    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    user_id = fields.UUID(required=True, allow_none=True)
    system = fields.String(required=True, allow_none=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    action = fields.String(required=True)
    resource = fields.String(required=True)
    resource_id = fields.UUID(required=True, allow_none=True)
    client_ids = fields.List(fields.UUID(), required=True)
    outcome = fields.String(required=True)
    request_id = fields.String(required=True)
    detail = fields.Dict(required=True)


class AuditVerdictOut(ma.Schema):
    seals = fields.Integer(required=True)
    entries = fields.Integer(required=True)
    unsealed = fields.Integer(required=True, metadata={"description": "Younger than the last seal: insert-only"})
    problems = fields.List(fields.String(), required=True)
