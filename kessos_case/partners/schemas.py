"""What the directory takes and answers over HTTP."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.access.rules import OrganisationKind
from kessos_case.clients.rules import Sex
from kessos_case.partners.models import PAUSE_REASONS
from kessos_case.web.fields import Day, Text, Truth, region_code
from kessos_case.web.lists import ListArgs

CODE = validate.Regexp(r"^[a-z][a-z0-9_]{1,59}\Z")
SEXES = validate.OneOf([Sex.MALE.value, Sex.FEMALE.value])
MOST_PLACES = 100_000


def _said(text):
    return {"description": text}


def _age():
    return fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 130))


class ServiceChange(ma.Schema):
    service_type = fields.String(validate=CODE, metadata=_said("A code of /service_types"))
    name = Text(200)
    coverage = fields.List(
        region_code(),
        validate=validate.Length(1, 200),
        metadata=_said("The regions whose people it takes, each with all within it"),
    )
    min_age = _age()
    max_age = _age()
    sexes = fields.List(fields.String(validate=SEXES), validate=validate.Length(max=2), metadata=_said("None: both"))
    categories = fields.List(
        fields.String(validate=validate.Regexp(r"^PPKS-[0-9]{2}\Z")),
        validate=validate.Length(max=26),
        metadata=_said("None: every category"),
    )
    has_disability_access = Truth()
    is_accredited = Truth(
        metadata=_said("May serve children and people after trafficking or sexual violence; administrators say so")
    )
    allows_waiting = Truth()
    is_active = Truth()


class ServiceIn(ServiceChange):
    service_type = fields.String(required=True, validate=CODE, metadata=_said("A code of /service_types"))
    name = Text(200, required=True)
    coverage = fields.List(region_code(), required=True, validate=validate.Length(1, 200))


class CapacityIn(ma.Schema):
    service_id = fields.UUID(required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True, metadata=_said("The last day"))
    places = fields.Integer(strict=True, required=True, validate=validate.Range(0, MOST_PLACES))


class CapacityOut(ma.Schema):
    id = fields.UUID(required=True)
    service_id = fields.UUID(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    places = fields.Integer(required=True)
    reserved = fields.Integer(required=True, metadata=_said("Held for offers that are open"))
    taken = fields.Integer(required=True)


class ServiceOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    service_type = fields.String(required=True)
    name = fields.String(required=True)
    coverage = fields.List(fields.String(), required=True)
    min_age = fields.Integer(required=True, allow_none=True)
    max_age = fields.Integer(required=True, allow_none=True)
    sexes = fields.List(fields.String(), required=True)
    categories = fields.List(fields.String(), required=True)
    has_disability_access = fields.Boolean(required=True)
    is_accredited = fields.Boolean(required=True)
    allows_waiting = fields.Boolean(required=True)
    is_active = fields.Boolean(required=True)
    confirmed_on = fields.Date(required=True, metadata=_said("When somebody last said that it stands so"))
    capacity = fields.Nested(CapacityOut, required=True, allow_none=True, metadata=_said("The period open today"))
    free = fields.Integer(required=True, allow_none=True, metadata=_said("Places free today; null: no period is open"))


class ServiceArgs(ListArgs):
    is_active = fields.Boolean(load_default=None)


class CapacityArgs(ListArgs):
    service_id = fields.UUID(load_default=None)


class AgreementIn(ma.Schema):
    number = Text(100, required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True, metadata=_said("The last day"))


class AgreementOut(ma.Schema):
    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    number = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class PauseIn(ma.Schema):
    service_id = fields.UUID(allow_none=True, load_default=None, metadata=_said("None: every service"))
    starts_on = Day(required=True)
    ends_on = Day(allow_none=True, load_default=None, metadata=_said("The last day; none: until further notice"))
    reason = fields.String(required=True, validate=validate.OneOf(PAUSE_REASONS))


class PauseOut(ma.Schema):
    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    service_id = fields.UUID(required=True, allow_none=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class PartnerArgs(ListArgs):
    kind = fields.String(load_default=None, validate=validate.OneOf([kind.value for kind in OrganisationKind]))
    service_type = fields.String(load_default=None, validate=CODE, metadata=_said("A service type or a group"))
    region_code = region_code(load_default=None, metadata=_said("Where the person is"))
    q = Text(200, load_default=None, metadata=_said("Words of the name of an organisation or a service"))


class PartnerOut(ma.Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    region_code = fields.String(required=True, allow_none=True)
    services = fields.List(fields.Nested(ServiceOut), required=True)
    agreement_until = fields.Date(required=True, allow_none=True, metadata=_said("Null: none is in force today"))
    pauses = fields.List(fields.Nested(PauseOut), required=True, metadata=_said("That are not over"))
