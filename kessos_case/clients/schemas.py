"""What clients takes and answers over HTTP. The names of fields are a contract (spec api.md, Bodies)."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.clients.rules import (
    AlertKind,
    AlertSeverity,
    BirthDatePrecision,
    Confidentiality,
    ConsentForm,
    ConsentPurpose,
    HouseholdRelation,
    LegalBasis,
    Sex,
)
from kessos_case.web.fields import Day, Month, Text, Truth, region_code
from kessos_case.web.lists import ListArgs

NO_NIK = ("never_had", "lost", "unknown_person", "foreigner", "refused", "not_stated")


def one_of(words):
    """A field that takes one of an enum's words."""
    return validate.OneOf([str(word) for word in words])


class ClientChange(ma.Schema):
    name = Text(200, allow_none=True)
    temporary_label = Text(200, allow_none=True, metadata={"description": "What to call a person without a name"})
    aliases = fields.List(Text(200), validate=validate.Length(max=20))
    birth_date = Day(allow_none=True)
    birth_date_precision = fields.String(allow_none=True, validate=one_of(BirthDatePrecision))
    sex = fields.String(validate=one_of(Sex))
    nik = fields.String(
        allow_none=True,
        validate=validate.Length(max=60),
        metadata={"description": "16 digits as written; blank means none", "examples": ["3509121507909901"]},
    )
    no_nik_reason = fields.String(allow_none=True, validate=validate.OneOf(NO_NIK))
    kk = fields.String(allow_none=True, validate=validate.Length(max=60))
    phone = fields.String(allow_none=True, validate=validate.Length(max=60))
    region_code = region_code(allow_none=True)
    address = Text(500, lines=True, allow_none=True)
    categories = fields.List(
        fields.String(validate=validate.Regexp(r"^PPKS-[0-9]{2}\Z")), validate=validate.Length(max=26)
    )
    confidentiality = fields.String(validate=one_of(Confidentiality))
    legal_basis = fields.String(
        validate=one_of(LegalBasis), metadata={"description": "On what the data are processed (UU 27/2022 art. 20)"}
    )


class ClientIn(ClientChange):
    sex = fields.String(load_default=Sex.UNKNOWN.value, validate=one_of(Sex))
    acknowledge_duplicates = fields.List(
        fields.String(validate=validate.Length(1, 64)),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"description": "`id` or `ref` of the candidates that are somebody else"},
    )


class WarningOut(ma.Schema):
    field = fields.String(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class ClientOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    label = fields.String(required=True, metadata={"description": "What to call the person on a page"})
    name = fields.String(required=True, allow_none=True)
    temporary_label = fields.String(required=True, allow_none=True)
    aliases = fields.List(fields.String(), required=True)
    birth_date = fields.Date(required=True, allow_none=True)
    birth_date_precision = fields.String(required=True, allow_none=True)
    age_from = fields.Integer(required=True, allow_none=True)
    age_to = fields.Integer(required=True, allow_none=True)
    sex = fields.String(required=True)
    nik = fields.String(required=True, allow_none=True, metadata={"description": "Masked"})
    no_nik_reason = fields.String(required=True, allow_none=True)
    kk = fields.String(required=True, allow_none=True, metadata={"description": "Masked"})
    phone = fields.String(required=True, allow_none=True, metadata={"description": "Masked"})
    region_code = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    categories = fields.List(fields.String(), required=True)
    confidentiality = fields.String(required=True)
    legal_basis = fields.String(required=True)
    died_on = fields.Date(required=True, allow_none=True)
    is_masked = fields.Boolean(required=True)
    registered_at = fields.AwareDateTime(required=True)
    warnings = fields.List(fields.Nested(WarningOut), required=True)


class NumbersOut(ma.Schema):
    nik = fields.String(required=True, allow_none=True)
    kk = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)


class ClientArgs(ListArgs):
    q = Text(200, load_default=None, metadata={"description": "A name as spoken, a NIK or a phone number"})
    category = fields.String(load_default=None, validate=validate.Regexp(r"^PPKS-[0-9]{2}\Z"))


class TimelineOut(ma.Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    happened_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    user_id = fields.UUID(required=True, allow_none=True)
    organisation_id = fields.UUID(required=True, allow_none=True)


class ConsentIn(ma.Schema):
    purpose = fields.String(required=True, validate=one_of(ConsentPurpose))
    receiver_organisation_id = fields.UUID(
        allow_none=True, load_default=None, metadata={"description": "None: any receiver for this purpose"}
    )
    form = fields.String(required=True, validate=one_of(ConsentForm))
    given_on = Day(required=True)
    expires_on = Day(allow_none=True, load_default=None)


class ConsentOut(ma.Schema):
    id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    purpose = fields.String(required=True)
    receiver_organisation_id = fields.UUID(required=True, allow_none=True)
    about_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "The one referral or placement for which it was given; null: for all of this purpose"},
    )
    form = fields.String(required=True)
    given_on = fields.Date(required=True)
    expires_on = fields.Date(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)


class ConsentsOut(ma.Schema):
    items = fields.List(fields.Nested(ConsentOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class AlertIn(ma.Schema):
    kind = fields.String(required=True, validate=one_of(AlertKind))
    severity = fields.String(required=True, validate=one_of(AlertSeverity))
    until_on = Day(allow_none=True, load_default=None)
    note = Text(2000, lines=True, allow_none=True, load_default=None)


class AlertOut(ma.Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    severity = fields.String(required=True)
    until_on = fields.Date(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    is_open = fields.Boolean(required=True)
    raised_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class AlertsOut(ma.Schema):
    items = fields.List(fields.Nested(AlertOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class MembershipIn(ma.Schema):
    kk = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.Length(max=60),
        metadata={
            "description": "The household of this KK; with neither a KK nor an id it is a new one without a card"
        },
    )
    household_id = fields.UUID(allow_none=True, load_default=None)
    relation = fields.String(required=True, validate=one_of(HouseholdRelation))
    from_month = Month(data_key="from", required=True)
    to_month = Month(data_key="to", allow_none=True, load_default=None)
    moving = Truth(
        load_default=False, metadata={"description": "End the household of until then with the month before"}
    )


class MembershipEnd(ma.Schema):
    to_month = Month(data_key="to", required=True)


class MembershipOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    client_id = fields.UUID(required=True)
    household_id = fields.UUID(required=True)
    kk = fields.String(required=True, allow_none=True, metadata={"description": "Masked"})
    region_code = fields.String(required=True, allow_none=True)
    relation = fields.String(required=True)
    from_month = Month(data_key="from", required=True)
    to_month = Month(data_key="to", required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    voided_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Written down by mistake: counts for nothing"}
    )


class MembershipsOut(ma.Schema):
    items = fields.List(fields.Nested(MembershipOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class MemberOut(ma.Schema):
    membership_id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    label = fields.String(required=True)
    is_masked = fields.Boolean(required=True)
    relation = fields.String(required=True)
    from_month = Month(data_key="from", required=True)
    to_month = Month(data_key="to", required=True, allow_none=True)


class HouseholdOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    kk = fields.String(required=True, allow_none=True, metadata={"description": "Masked"})
    region_code = fields.String(required=True, allow_none=True)
    members = fields.List(fields.Nested(MemberOut), required=True)
    others = fields.Integer(
        required=True, metadata={"description": "How many more stand in it now, whom you do not reach"}
    )
