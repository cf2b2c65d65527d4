"""What assessments and plans take and answer over HTTP. The names of fields are a contract (spec api.md)."""

from enum import StrEnum

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.cases.rules import AgreementForm, AssessmentState, GoalState, PlanState, PlanVerb, StepKind, StepState
from kessos_case.cases.rules.steps import ASKED_REASONS
from kessos_case.web.fields import Day, Text, Truth
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


class PlanStepIn(ma.Schema):
    text = Text(1000, lines=True, required=True)
    responsible_organisation_id = fields.UUID(allow_none=True, load_default=None)
    due_on = Day(allow_none=True, load_default=None)
    kind = fields.String(load_default=StepKind.OTHER.value, validate=_among(*StepKind))


class PlanGoalIn(ma.Schema):
    domain = _word(required=True, metadata={"description": "Of an instrument, or `other`", "examples": ["economy"]})
    text = Text(1000, lines=True, required=True)
    steps = fields.List(fields.Nested(PlanStepIn), load_default=list, validate=validate.Length(max=30))
    carried_from = fields.UUID(
        allow_none=True,
        load_default=None,
        metadata={"description": "The goal of the version in force whose place it takes. In the same words it stands where "
                  "that one stands, and so do its steps of the same kind and words"},
    )  # fmt: skip


class PlanChange(ma.Schema):
    goals = fields.List(fields.Nested(PlanGoalIn), required=True, validate=validate.Length(max=30))


class PlanIn(PlanChange):
    propose = Truth(load_default=True, metadata={"description": "False keeps a draft"})


class PlanAgreementIn(ma.Schema):
    form = fields.String(required=True, validate=_among(*AgreementForm))
    on = Day(required=True)


class PlanApprovalIn(ma.Schema):
    decision = fields.String(required=True, validate=_among(PlanVerb.APPROVE, PlanVerb.RETURN))
    comment = Text(4000, lines=True, allow_none=True, load_default=None)


class _ClosingIn(ma.Schema):
    reason = fields.String(
        allow_none=True,
        load_default=None,
        validate=_among(*sorted(ASKED_REASONS)),
        metadata={"description": "Given for what is dropped"},
    )


class GoalClosingIn(_ClosingIn):
    state = fields.String(required=True, validate=_among(GoalState.MET, GoalState.DROPPED))


class StepClosingIn(_ClosingIn):
    state = fields.String(required=True, validate=_among(StepState.DONE, StepState.DROPPED))


class PlanStepOut(ma.Schema):
    id = fields.UUID(required=True)
    goal_id = fields.UUID(required=True)
    plan_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True, allow_none=True)
    responsible_organisation_id = fields.UUID(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    link_kind = fields.String(required=True, allow_none=True)
    link_id = fields.UUID(required=True, allow_none=True)
    link_state = fields.String(
        required=True, allow_none=True, metadata={"description": "How the referral that carries it out stands"}
    )
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class PlanGoalOut(ma.Schema):
    id = fields.UUID(required=True)
    plan_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    domain = fields.String(required=True)
    text = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    drop_reason = fields.String(required=True, allow_none=True)
    drop_accepted_by = fields.UUID(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_by = fields.UUID(required=True, allow_none=True)
    carried_from = fields.UUID(required=True, allow_none=True)
    steps = fields.List(fields.Nested(PlanStepOut), required=True)


class PlanMissingOut(ma.Schema):
    code = fields.String(required=True)
    detail = fields.String(required=True)
    field = fields.String()
    kind = fields.String()
    id = fields.String()


class PlanLeftOut(ma.Schema):
    kind = fields.String(required=True)
    id = fields.UUID(required=True)


class ListedPlanOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    case_id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    state = fields.String(required=True)
    author_id = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    proposed_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    client_agreed_on = fields.Date(required=True, allow_none=True)
    client_agreed_form = fields.String(required=True, allow_none=True)


class PlanOut(ListedPlanOut):
    comment = fields.String(required=True, allow_none=True)
    goals = fields.List(fields.Nested(PlanGoalOut), required=True)
    missing = fields.List(
        fields.Nested(PlanMissingOut),
        required=True,
        metadata={"description": "What an undecided version lacks to be whole"},
    )
    leaves_out = fields.List(
        fields.Nested(PlanLeftOut),
        required=True,
        metadata={"description": "Goals and steps of the version in force that end when this one is approved"},
    )


class PlanArgs(ListArgs):
    state = fields.String(load_default=None, validate=_among(*PlanState))
