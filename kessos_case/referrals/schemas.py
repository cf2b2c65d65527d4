"""What referrals takes and answers over HTTP. The names of fields are a contract (spec api.md, Bodies)."""

import marshmallow as ma
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from kessos_case.cases.rules import SpmLevel, SpmType
from kessos_case.clients.rules import BirthDatePrecision, Confidentiality, ConsentForm, LegalBasis, Sex
from kessos_case.referrals.rules import AskedBy, Permission, State, Urgency
from kessos_case.referrals.service import MOVES
from kessos_case.web.fields import Day, Instant, Text, region_code
from kessos_case.web.lists import ListArgs

# "place" is where he was found, "address" that and where he lives.
DISCLOSABLE = ("name", "nik", "phone", "address", "place", "birth_date", "condition", "photo")
CODE = validate.Regexp(r"^[a-z][a-z0-9_]{1,59}\Z")
NO_NIK = ("never_had", "lost", "unknown_person", "foreigner", "refused", "not_stated")


def one_of(words):
    return validate.OneOf([str(word) for word in words])


class PersonIn(ma.Schema):
    name = Text(200, allow_none=True)
    alias = Text(200, allow_none=True)
    estimated_age = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 130))
    sex = fields.String(load_default=Sex.UNKNOWN.value, validate=one_of(Sex))
    condition = Text(2000, lines=True, allow_none=True)


class LocationIn(ma.Schema):
    """Where the phone stood, by its own measurement."""

    latitude = fields.Float(required=True, validate=validate.Range(-90, 90))
    longitude = fields.Float(required=True, validate=validate.Range(-180, 180))
    accuracy = fields.Float(
        allow_none=True, load_default=None, validate=validate.Range(0, 100_000), metadata={"description": "Metres"}
    )


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
    location = fields.Nested(LocationIn, allow_none=True, load_default=None)
    found_at = Instant(allow_none=True, load_default=None)
    note = Text(4000, lines=True, allow_none=True, load_default=None)
    disclose = fields.List(
        fields.String(validate=validate.OneOf(DISCLOSABLE)), load_default=list, validate=validate.Length(max=10)
    )
    plan_step_id = fields.UUID(
        allow_none=True,
        load_default=None,
        metadata={
            "description": "The step of the person's plan that this carries out, and closes when it is completed"
        },
    )


class LocationOut(ma.Schema):
    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
    accuracy = fields.Float(required=True, allow_none=True)


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
    location = fields.Nested(LocationOut, required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    disclose = fields.List(fields.String(), required=True)
    found_at = fields.AwareDateTime(required=True, allow_none=True)
    submitted_at = fields.AwareDateTime(required=True)
    sender_id = fields.UUID(required=True, allow_none=True)
    sender_organisation_id = fields.UUID(required=True)
    owner = fields.String(
        required=True, allow_none=True, metadata={"description": "The office that has it, or `sender`"}
    )
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    is_overdue = fields.Boolean(required=True)
    parked_until = fields.Date(
        required=True, allow_none=True, metadata={"description": "Nobody is asked before this day"}
    )
    no_shows = fields.Integer(required=True)
    met_at = fields.AwareDateTime(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    plan_step_id = fields.UUID(required=True, allow_none=True)
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


class NewClientIn(ma.Schema):
    """Who is registered by triage; what is left out is taken from the report."""

    name = Text(200, allow_none=True)
    temporary_label = Text(200, allow_none=True)
    aliases = fields.List(Text(200), validate=validate.Length(max=20))
    birth_date = Day(allow_none=True)
    birth_date_precision = fields.String(allow_none=True, validate=one_of(BirthDatePrecision))
    sex = fields.String(load_default=Sex.UNKNOWN.value, validate=one_of(Sex))
    nik = fields.String(allow_none=True, validate=validate.Length(max=60))
    no_nik_reason = fields.String(allow_none=True, validate=validate.OneOf(NO_NIK))
    kk = fields.String(allow_none=True, validate=validate.Length(max=60))
    phone = fields.String(allow_none=True, validate=validate.Length(max=60))
    region_code = region_code(allow_none=True)
    address = Text(500, lines=True, allow_none=True)
    categories = fields.List(
        fields.String(validate=validate.Regexp(r"^PPKS-[0-9]{2}\Z")), validate=validate.Length(max=26)
    )
    confidentiality = fields.String(validate=one_of(Confidentiality))
    legal_basis = fields.String(validate=one_of(LegalBasis))
    acknowledge_duplicates = fields.List(
        fields.String(validate=validate.Length(1, 64)),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"description": "`id` or `ref` of the candidates that are somebody else"},
    )


class StandardIn(ma.Schema):
    """What a UPT names of the minimum service standards when it accepts (PP 2/2018)."""

    expected_on = Day(allow_none=True, load_default=None)
    spm_type = fields.String(allow_none=True, load_default=None, validate=one_of(SpmType))
    spm_level = fields.String(allow_none=True, load_default=None, validate=one_of(SpmLevel))
    recommending_organisation_id = fields.UUID(allow_none=True, load_default=None)


class PermissionIn(ma.Schema):
    """What the person said when he was asked whether receivers may know what `disclose` names."""

    answer = fields.String(required=True, validate=one_of(Permission))
    form = fields.String(
        allow_none=True,
        load_default=None,
        validate=one_of(ConsentForm),
        metadata={"description": "Needed where he allows it"},
    )
    given_on = Day(allow_none=True, load_default=None, metadata={"description": "None: today"})
    asked_by = fields.String(load_default=AskedBy.DESK.value, validate=one_of(AskedBy))


class TransitionIn(StandardIn):
    verb = fields.String(required=True, validate=one_of(MOVES))
    reason = fields.String(allow_none=True, load_default=None, validate=CODE)
    note = Text(4000, lines=True, allow_none=True, load_default=None)
    client_id = fields.UUID(allow_none=True, load_default=None, metadata={"description": "triage: whom you reach"})
    match_ref = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.Regexp(r"^[0-9a-f]{24}\Z"),
        metadata={"description": "triage: `ref` of one of the matches, also of a person held by another office"},
    )
    new_client = fields.Nested(NewClientIn, allow_none=True, load_default=None)
    disclose = fields.List(
        fields.String(validate=validate.OneOf(DISCLOSABLE)),
        allow_none=True,
        load_default=None,
        validate=validate.Length(max=10),
        metadata={"description": "triage: what receivers may be told; null: what the sender named"},
    )
    consent = fields.Nested(
        PermissionIn,
        allow_none=True,
        load_default=None,
        metadata={"description": "triage: `not_asked` lets a routine referral wait until the person was asked"},
    )
    happened_at = Instant(allow_none=True, load_default=None, metadata={"description": "meet: when it really was"})
    offer_id = fields.UUID(allow_none=True, load_default=None, metadata={"description": "Where several offers live"})


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
