"""What assessments take and answer over HTTP. The names of fields are a contract (spec api.md)."""

from enum import StrEnum

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.cases.rules import AssessmentState
from kessos_case.web.fields import Truth
from kessos_case.web.lists import ListArgs

# The form that instruments demand of their names, items and domains.
_WORD = r"^[a-z][a-z0-9_]{0,59}\Z"
_MOST_ITEMS = 300


def _word(**options) -> fields.String:
    return fields.String(validate=validate.Regexp(_WORD), **options)


def _among(*words: StrEnum) -> validate.OneOf:
    return validate.OneOf([word.value for word in words])


class Answer(fields.Raw):
    """A JSON value; the instrument says which ones are possible."""

    def __init__(self, **options) -> None:
        options["metadata"] = {"type": ["string", "integer", "boolean"], "maxLength": 200}
        super().__init__(allow_none=True, **options)


class AssessmentArgs(ListArgs):
    instrument = _word(load_default=None)
    state = fields.String(load_default=None, validate=_among(*AssessmentState))


def _answers(**options) -> fields.Dict:
    return fields.Dict(
        keys=_word(),
        values=Answer(),
        validate=validate.Length(max=_MOST_ITEMS),
        metadata={
            "description": "{item: value}; they take the place of those saved before",
            "examples": [{"gse_1": 3}],
        },
        **options,
    )


class AssessmentIn(ma.Schema):
    instrument = _word(required=True)
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10_000))
    answers = _answers(required=True)
    complete = Truth(load_default=False)


class AssessmentChange(ma.Schema):
    answers = _answers()
    complete = Truth(load_default=False)


class DomainScoreOut(ma.Schema):
    value = fields.Integer(required=True, allow_none=True)
    least = fields.Integer(required=True)
    most = fields.Integer(required=True)
    is_flagged = fields.Boolean(required=True, allow_none=True)
    unanswered = fields.List(
        fields.String(),
        required=True,
        attribute="unknown",
        metadata={"description": "Items without which it has no value"},
    )


class DomainChangeOut(ma.Schema):
    difference = fields.Integer(required=True, allow_none=True)
    is_important = fields.Boolean(required=True, allow_none=True)


class ListedAssessmentOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    case_id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    instrument = fields.String(required=True)
    instrument_version = fields.Integer(required=True)
    state = fields.String(required=True)
    domains = fields.Dict(keys=fields.String(), values=fields.Nested(DomainScoreOut), required=True, allow_none=True)
    flagged = fields.List(fields.String(), required=True)
    change = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(DomainChangeOut),
        required=True,
        allow_none=True,
        metadata={"description": "By domain, since the first one by this version in the episode"},
    )
    started_at = fields.AwareDateTime(required=True)
    started_by = fields.UUID(required=True)
    saved_at = fields.AwareDateTime(required=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)
    completed_by = fields.UUID(required=True, allow_none=True)


class AssessmentOut(ListedAssessmentOut):
    answers = fields.Dict(keys=fields.String(), values=Answer(), required=True)
