"""What the directory takes and answers over HTTP."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.access.rules import OrganisationKind
from kessos_case.clients.rules import Sex
from kessos_case.partners.models import END_REASONS, PAUSE_REASONS
from kessos_case.web.fields import Day, Text, Truth, region_code
from kessos_case.web.lists import ListArgs

CODE = validate.Regexp(r"^[a-z][a-z0-9_]{1,59}\Z")
SEXES = validate.OneOf([Sex.MALE.value, Sex.FEMALE.value])
MOST_PLACES = 100_000


def _said(text):
    return {"description": text}


# Hours of the clock on the office's wall, as people say them.
_CLOCK = {"pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["08:00"]}


def _hour(**options):
    return fields.Time(format="%H:%M", allow_none=True, metadata=_CLOCK | options.pop("metadata", {}), **options)


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
    open_days = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 7)),
        validate=validate.Length(max=7),
        metadata=_said("Days of the week on which somebody is there, 1 is Monday; none: nobody has said"),
    )
    opens_at = _hour()
    closes_at = _hour(metadata=_said("Both hours or neither"))
    application_process = Text(
        1000, lines=True, allow_none=True, metadata=_said("What a person must bring and whom he asks for")
    )


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
    open_days = fields.List(fields.Integer(), required=True)
    opens_at = _hour(required=True)
    closes_at = _hour(required=True)
    application_process = fields.String(required=True, allow_none=True)
    confirmed_on = fields.Date(required=True, metadata=_said("When somebody last said that it stands so"))
    is_stale = fields.Boolean(required=True, metadata=_said("Nobody has for so long that it may not be true any more"))
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
    parties = fields.List(
        Text(200), load_default=list, validate=validate.Length(max=10), metadata=_said("Who signed, as the paper says")
    )
    subject = Text(300, allow_none=True, load_default=None)


class AgreementEnding(ma.Schema):
    reason = fields.String(required=True, validate=validate.OneOf(END_REASONS))
    ends_on = Day(allow_none=True, load_default=None, metadata=_said("The new last day; none: today"))


class AgreementOut(ma.Schema):
    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    number = fields.String(required=True)
    parties = fields.List(fields.String(), required=True)
    subject = fields.String(required=True, allow_none=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    end_reason = fields.String(
        required=True, allow_none=True, metadata=_said("Why it ends before the day that was signed; null: it does not")
    )
    recorded_at = fields.AwareDateTime(required=True)


class PartnerContactChange(ma.Schema):
    name = Text(200, metadata=_said("Of a person on duty, or of a desk"))
    position = Text(200, allow_none=True)
    phone = Text(40, allow_none=True, metadata=_said("As people write it; answered as +62..."))
    email = fields.Email(allow_none=True, validate=validate.Length(max=200))
    is_active = Truth(metadata=_said("False: nobody is reached there any more"))


class ContactIn(PartnerContactChange):
    name = Text(200, required=True)


class PartnerContactOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    name = fields.String(required=True)
    position = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    is_active = fields.Boolean(required=True)


class ContactArgs(ListArgs):
    is_active = fields.Boolean(load_default=None)


class Confirmation(ma.Schema):
    """Nothing needs to be said."""


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
    withdrawn_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata=_said("When it was taken back; it holds nobody off any more")
    )
    recorded_at = fields.AwareDateTime(required=True)


class PartnerArgs(ListArgs):
    kind = fields.String(load_default=None, validate=validate.OneOf([kind.value for kind in OrganisationKind]))
    service_type = fields.String(load_default=None, validate=CODE, metadata=_said("A service type or a group"))
    region_code = region_code(load_default=None, metadata=_said("Where the person is"))
    q = Text(200, load_default=None, metadata=_said("Words of the name of an organisation or a service"))
    format = fields.String(
        load_default="json",
        validate=validate.OneOf(["json", "hsds"]),
        metadata=_said("hsds: organizations with their services as Open Referral HSDS 3.1 writes them"),
    )


class PartnerOut(ma.Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    region_code = fields.String(required=True, allow_none=True)
    services = fields.List(fields.Nested(ServiceOut), required=True)
    contacts = fields.List(fields.Nested(PartnerContactOut), required=True, metadata=_said("Who is reached there now"))
    confirmed_on = fields.Date(
        required=True, allow_none=True, metadata=_said("Of its services the oldest confirmation")
    )
    is_stale = fields.Boolean(required=True, metadata=_said("Nobody has confirmed one of them for too long"))
    agreement_until = fields.Date(required=True, allow_none=True, metadata=_said("Null: none is in force today"))
    pauses = fields.List(fields.Nested(PauseOut), required=True, metadata=_said("That are not over"))


class HsdsPage(ma.Schema):
    """A page as the HSDS API has it; `next_cursor` in place of numbered pages."""

    contents = fields.List(
        fields.Dict(),
        required=True,
        metadata=_said("organization objects with nested services (https://docs.openreferral.org/en/3.1/)"),
    )
    size = fields.Integer(required=True)
    first_page = fields.Boolean(required=True)
    last_page = fields.Boolean(required=True)
    empty = fields.Boolean(required=True)
    next_cursor = fields.String(required=True, allow_none=True)
