"""What mentors take and answer over HTTP. The names of fields are a contract (spec api.md, Bodies)."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.alumni.rules import (
    MENTOR_OUTCOMES,
    MOST_AT_ONCE,
    MOST_SKILLS,
    OUTCOMES,
    FreeFor,
    MentoringOutcome,
    MentoringState,
    Side,
)
from kessos_case.web.fields import Day, Text, Truth, region_code
from kessos_case.web.lists import ListArgs

_FREE_FOR = validate.OneOf([word.value for word in FreeFor])
_SIDE = validate.OneOf([side.value for side in Side])
_OUTCOME = validate.OneOf([word.value for word in MentoringOutcome])
# In the order of the enum: what people may say.
_SAID = validate.OneOf([word.value for word in MentoringOutcome if any(word in told for told in OUTCOMES.values())])
_SAID_OF_MENTOR = validate.OneOf([word.value for word in MentoringOutcome if word in MENTOR_OUTCOMES])


def _skills(**options: Any) -> fields.List:
    return fields.List(Text(80), validate=validate.Length(1, MOST_SKILLS), **options)


def _free_for(**options: Any) -> fields.List:
    return fields.List(fields.String(validate=_FREE_FOR), validate=validate.Length(1, len(FreeFor)), **options)


def _most(**options: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(1, MOST_AT_ONCE), **options)


class MentorIn(ma.Schema):
    skills = _skills(required=True)
    free_for = _free_for(required=True)
    business = Text(
        500, lines=True, allow_none=True, load_default=None, metadata={"description": "His work or business, in words"}
    )
    region_code = region_code(
        allow_none=True, load_default=None, metadata={"description": "Where he can be met; none: where he lives"}
    )
    most_at_once = _most(load_default=1)


class MentorChange(ma.Schema):
    skills = _skills()
    free_for = _free_for()
    business = Text(500, lines=True, allow_none=True)
    region_code = region_code()
    most_at_once = _most()


class MentorOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    client_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    skills = fields.List(fields.String(), required=True)
    free_for = fields.List(fields.String(validate=_FREE_FOR), required=True)
    business = fields.String(required=True, allow_none=True)
    region_code = fields.String(required=True)
    most_at_once = fields.Integer(required=True)
    since_on = Day(required=True)
    until_on = Day(required=True, allow_none=True)
    left = fields.Integer(required=True, metadata={"description": "For how many more he is free"})
    holds = Truth(
        required=True, metadata={"description": "May he be asked today: his own consent and his graduation hold"}
    )


class MentorArgs(ListArgs):
    skill = fields.String(
        load_default=None, validate=validate.Length(1, 80), metadata={"description": "A part of a trade"}
    )
    free_for = fields.String(load_default=None, validate=_FREE_FOR)
    region = region_code(load_default=None, metadata={"description": "In the same regency as this place"})


class FoundMentorOut(ma.Schema):
    id = fields.UUID(required=True)
    skills = fields.List(fields.String(), required=True)
    free_for = fields.List(fields.String(validate=_FREE_FOR), required=True)
    organisation_id = fields.UUID(required=True)
    office = fields.String(required=True)
    regency_code = fields.String(required=True)
    regency = fields.String(required=True)
    left = fields.Integer(required=True)
    since_on = Day(required=True)


class MentoringIn(ma.Schema):
    mentor_id = fields.UUID(required=True)
    wanted = fields.String(required=True, validate=_FREE_FOR)
    plan_step_id = fields.UUID(
        allow_none=True, load_default=None, metadata={"description": "The step of the plan that goes on with it"}
    )
    note = Text(
        1000, lines=True, allow_none=True, load_default=None, metadata={"description": "For the own office only"}
    )


class MentoringArgs(ListArgs):
    case_id = fields.UUID(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf([state.value for state in MentoringState]))


class SideIn(ma.Schema):
    side = fields.String(
        required=True, validate=_SIDE, metadata={"description": "Who was asked; each by his own office"}
    )


class MeetingIn(ma.Schema):
    on = Day(required=True)


class MentoringEndIn(ma.Schema):
    outcome = fields.String(required=True, validate=_SAID)
    mentor_outcome = fields.String(
        allow_none=True,
        load_default=None,
        validate=_SAID_OF_MENTOR,
        metadata={"description": "What became of the mentor; asked where they have met"},
    )


class PartyOut(ma.Schema):
    side = fields.String(required=True, validate=_SIDE)
    organisation_id = fields.UUID(required=True)
    office = fields.String(required=True)
    is_own = Truth(required=True)
    name = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Told to the other office once both have agreed, while both consents hold"},
    )
    client_id = fields.UUID(required=True, allow_none=True, metadata={"description": "For the own office only"})
    case_id = fields.UUID(required=True, allow_none=True)
    agreed_on = Day(required=True, allow_none=True)
    has_consent = Truth(required=True)


class MentoringOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    mentor_id = fields.UUID(required=True)
    wanted = fields.String(required=True, validate=_FREE_FOR)
    skills = fields.List(fields.String(), required=True)
    state = fields.String(required=True, validate=validate.OneOf([state.value for state in MentoringState]))
    client = fields.Nested(PartyOut, required=True)
    mentor = fields.Nested(PartyOut, required=True)
    proposed_at = fields.AwareDateTime(required=True)
    first_met_on = Day(required=True, allow_none=True)
    ended_on = Day(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True, validate=_OUTCOME)
    mentor_outcome = fields.String(required=True, allow_none=True, validate=_OUTCOME)
    note = fields.String(required=True, allow_none=True)


class OutcomeCountOut(ma.Schema):
    outcome = fields.String(required=True, validate=_OUTCOME)
    count = fields.Integer(
        required=True, allow_none=True, metadata={"description": "None where so few could tell of one person"}
    )


class OutcomesOut(ma.Schema):
    total = fields.Integer(required=True, allow_none=True)
    items = fields.List(fields.Nested(OutcomeCountOut), required=True)
