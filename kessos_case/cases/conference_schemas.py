"""What conferences take and answer over HTTP: planned ones, their guests, what was held and what it decided."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.cases.rules import CallState, ConferencePart, GuestAnswer, LetGoReason, StepKind
from kessos_case.cases.schemas import one_of
from kessos_case.web.fields import Day, Instant, Text

_CODE = [validate.Length(1, 60), validate.Regexp(r"^[a-z][a-z_]*\Z")]
_READ_BY_GUESTS = "Guests read it: it must not say who the person is"


class AttendeeIn(ma.Schema):
    user_id = fields.UUID(allow_none=True, load_default=None)
    organisation_id = fields.UUID(required=True)
    part = fields.String(required=True, validate=one_of(ConferencePart))


class AttendeeOut(ma.Schema):
    user_id = fields.UUID(required=True, allow_none=True)
    organisation_id = fields.UUID(required=True)
    part = fields.String(required=True)


class AgreedIn(ma.Schema):
    text = Text(2000, lines=True, required=True)
    kind = fields.String(
        load_default=StepKind.OTHER.value,
        validate=one_of(StepKind),
        metadata={
            "description": "Of the step that it becomes; a referral, course, placement or mentor closes it by itself"
        },
    )
    domain = fields.String(
        required=True,
        validate=_CODE,
        metadata={"description": "The domain of life of the goal that it becomes a step of"},
    )
    responsible_organisation_id = fields.UUID(required=True)
    due_on = Day(required=True)


class DecisionOut(ma.Schema):
    id = fields.UUID(required=True)
    conference_id = fields.UUID(required=True)
    text = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, validate=one_of(StepKind))
    domain = fields.String(required=True)
    responsible_organisation_id = fields.UUID(required=True)
    due_on = fields.Date(required=True)
    plan_id = fields.UUID(required=True, allow_none=True, metadata={"description": "The draft that it was put into"})
    let_go_reason = fields.String(required=True, allow_none=True, validate=one_of(LetGoReason))
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    settled_by = fields.UUID(required=True, allow_none=True)


class LettingGoIn(ma.Schema):
    reason = fields.String(required=True, validate=one_of(LetGoReason))


class ConferenceIn(ma.Schema):
    held_on = Day(required=True)
    plan_id = fields.UUID(
        allow_none=True, load_default=None, metadata={"description": "The version of the plan that was looked at"}
    )
    call_id = fields.UUID(
        allow_none=True, load_default=None, metadata={"description": "The planned conference that this was"}
    )
    attendees = fields.List(fields.Nested(AttendeeIn), required=True, validate=validate.Length(1, 50))
    decisions = Text(
        8000,
        lines=True,
        allow_none=True,
        load_default=None,
        metadata={"description": "Sealed; also who took part without an account. Needed where nothing is `agreed`"},
    )
    agreed = fields.List(
        fields.Nested(AgreedIn),
        load_default=list,
        validate=validate.Length(0, 20),
        metadata={"description": "Each becomes a step of the plan, or is let go for a reason"},
    )


class ConferenceOut(ma.Schema):
    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    plan_id = fields.UUID(required=True, allow_none=True)
    held_on = fields.Date(required=True)
    attendees = fields.List(fields.Nested(AttendeeOut), required=True)
    decisions = fields.String(required=True, allow_none=True)
    agreed = fields.List(fields.Nested(DecisionOut), required=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.UUID(required=True)


class ConferencesOut(ma.Schema):
    items = fields.List(fields.Nested(ConferenceOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class CallChange(ma.Schema):
    planned_at = Instant(required=True)
    place = Text(300, required=True, metadata={"description": _READ_BY_GUESTS})
    agenda = Text(2000, lines=True, required=True, metadata={"description": _READ_BY_GUESTS})


class CallIn(CallChange):
    invite = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(0, 20),
        metadata={"description": "Colleagues who reach the case: they are told"},
    )


class GuestIn(ma.Schema):
    name = Text(120, required=True, metadata={"description": "Of the guest; sealed"})
    organisation_id = fields.UUID(allow_none=True, load_default=None)


class GuestOut(ma.Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    user_id = fields.UUID(required=True, allow_none=True, metadata={"description": "A colleague who was told"})
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    opened_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "First fetched, by a person or a mail scanner"}
    )
    answer = fields.String(required=True, allow_none=True, validate=one_of(GuestAnswer))
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    said = fields.String(required=True, allow_none=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)


class MadeGuestOut(ma.Schema):
    id = fields.UUID(required=True)
    url = fields.String(required=True, metadata={"description": "Shown this once; whoever has it can answer"})
    expires_at = fields.AwareDateTime(required=True)


class CallOut(ma.Schema):
    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    planned_at = fields.AwareDateTime(required=True)
    place = fields.String(required=True, allow_none=True)
    agenda = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=one_of(CallState))
    conference_id = fields.UUID(required=True, allow_none=True)
    called_at = fields.AwareDateTime(required=True)
    called_by = fields.UUID(required=True)
    guests = fields.List(fields.Nested(GuestOut), required=True)


class CallsOut(ma.Schema):
    items = fields.List(fields.Nested(CallOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class InvitationOut(ma.Schema):
    office = fields.String(required=True, metadata={"description": "Who asks"})
    planned_at = fields.AwareDateTime(required=True)
    place = fields.String(required=True)
    agenda = fields.String(required=True)
    version = fields.Integer(required=True, metadata={"description": "Send it back with an answer"})
    answer = fields.String(required=True, allow_none=True, validate=one_of(GuestAnswer))
    said = fields.String(required=True, allow_none=True)


class InvitationAnswer(ma.Schema):
    answer = fields.String(required=True, validate=one_of(GuestAnswer))
    said = Text(2000, lines=True, allow_none=True, load_default=None)
    version = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(1, 10**9),
        metadata={"description": "As it was seen; 409 `changed` when it is another now"},
    )
