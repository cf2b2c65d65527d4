"""What plans take and answer over HTTP: versions, goals, steps, how aid steps down. The names of fields are a contract."""

from enum import StrEnum

import marshmallow as ma
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from kessos_case.cases.rules import (
    AgreementForm,
    CostSource,
    GoalState,
    PlanState,
    PlanVerb,
    SignatureForm,
    Signer,
    StepKind,
    StepState,
)
from kessos_case.cases.rules.plan_changes import ChangeKind
from kessos_case.cases.rules.steps import ASKED_REASONS
from kessos_case.web.fields import Day, Month, Text, Truth
from kessos_case.web.lists import ListArgs

# The form that instruments demand of their domains.
_WORD = r"^[a-z][a-z0-9_]{0,59}\Z"


def _word(**options) -> fields.String:
    return fields.String(validate=validate.Regexp(_WORD), **options)


def _rupiah(**options) -> fields.Integer:
    return fields.Integer(
        strict=True, validate=validate.Range(0, 10**12), metadata={"description": "Whole rupiah"}, **options
    )


def _among(*words: StrEnum) -> validate.OneOf:
    return validate.OneOf([word.value for word in words])


class PlanStepIn(ma.Schema):
    text = Text(1000, lines=True, required=True)
    responsible_organisation_id = fields.UUID(allow_none=True, load_default=None)
    due_on = Day(allow_none=True, load_default=None)
    kind = fields.String(load_default=StepKind.OTHER.value, validate=_among(*StepKind))
    cost = _rupiah(allow_none=True, load_default=None)
    cost_source = fields.String(
        allow_none=True,
        load_default=None,
        validate=_among(*CostSource),
        metadata={"description": "Whose money it is; stated with `cost`, and only with it"},
    )
    programme_code = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.Length(1, 60),
        metadata={"description": "The aid programme that the step asks for", "examples": ["KUBE"]},
    )

    @ma.validates_schema
    def _cost_has_source(self, data, **_options):
        for given, asked in (("cost", "cost_source"), ("cost_source", "cost")):
            if data.get(given) is not None and data.get(asked) is None:
                raise ma.ValidationError(f"Needed with `{given}`.", asked)


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


class TaperStepIn(ma.Schema):
    from_month = Month(required=True)
    amount = _rupiah(required=True)


class TaperIn(ma.Schema):
    programme_code = fields.String(required=True, validate=validate.Length(1, 60), metadata={"examples": ["SEMBAKO"]})
    reason = Text(
        1000,
        lines=True,
        allow_none=True,
        load_default=None,
        metadata={"description": "Why nothing empowers before it, where no step brings a programme that does"},
    )
    steps = fields.List(
        fields.Nested(TaperStepIn),
        required=True,
        validate=validate.Length(1, 60),
        metadata={"description": "From this month on so much a month; months rise, rupiah fall, the last is 0"},
    )


_TAPERS = {"description": "How consumption aid steps down. It is what is agreed, and changes no aid"}


class PlanChange(ma.Schema):
    goals = fields.List(fields.Nested(PlanGoalIn), required=True, validate=validate.Length(max=30))
    tapers = fields.List(fields.Nested(TaperIn), validate=validate.Length(max=10), metadata=_TAPERS)


class PlanIn(PlanChange):
    propose = Truth(load_default=True, metadata={"description": "False keeps a draft"})


class PlanAgreementIn(ma.Schema):
    form = fields.String(required=True, validate=_among(*AgreementForm))
    on = Day(required=True)


class PlanApprovalIn(ma.Schema):
    decision = fields.String(required=True, validate=_among(PlanVerb.APPROVE, PlanVerb.RETURN))
    comment = Text(4000, lines=True, allow_none=True, load_default=None)
    review_on = Day(
        allow_none=True,
        load_default=None,
        metadata={
            "description": "When an approved version is looked at again; after the months of the pathway by default"
        },
    )


class PlanSignatureIn(ma.Schema):
    image = Upload(required=True, metadata={"description": "JPEG, PNG or WebP"})
    form = fields.String(required=True, validate=_among(*SignatureForm))
    signer = fields.String(load_default=Signer.CLIENT.value, validate=_among(*Signer))
    on = Day(required=True)


class PlanReviewIn(ma.Schema):
    on = Day(required=True, metadata={"description": "When it was looked at with the person"})
    next_on = Day(
        allow_none=True,
        load_default=None,
        metadata={"description": "When it is looked at again; after the months of the pathway where nothing is said"},
    )


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
    cost = fields.Integer(required=True, allow_none=True, metadata={"description": "Rupiah"})
    cost_source = fields.String(required=True, allow_none=True)
    programme_code = fields.String(required=True, allow_none=True)
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
    review_on = fields.Date(required=True, allow_none=True)


class TaperStepOut(ma.Schema):
    from_month = Month(required=True)
    amount = fields.Integer(required=True)


class TaperOut(ma.Schema):
    id = fields.UUID(required=True)
    programme_code = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    steps = fields.List(fields.Nested(TaperStepOut), required=True)


class CostOut(ma.Schema):
    cost_source = fields.String(required=True)
    amount = fields.Integer(required=True)


class PlanSignatureOut(ma.Schema):
    form = fields.String(required=True)
    signer = fields.String(required=True)
    signed_on = fields.Date(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class PlanOut(ListedPlanOut):
    comment = fields.String(required=True, allow_none=True)
    goals = fields.List(fields.Nested(PlanGoalOut), required=True)
    tapers = fields.List(fields.Nested(TaperOut), required=True)
    costs = fields.List(
        fields.Nested(CostOut),
        required=True,
        metadata={"description": "What its steps cost together, by whose money it is"},
    )
    signature = fields.Nested(PlanSignatureOut, required=True, allow_none=True)
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


class Said(fields.Raw):
    """A value as the plan has it: words, a day, rupiah, an id, a list of months with rupiah; null where there was none."""

    def __init__(self, **options) -> None:
        # `allow_none` adds null.
        options["metadata"] = {"type": ["string", "integer", "array"]}
        super().__init__(allow_none=True, **options)


class DifferenceOut(ma.Schema):
    name = fields.String(required=True)
    before = Said(required=True)
    after = Said(required=True)


class PlanChangeOut(ma.Schema):
    kind = fields.String(required=True, validate=_among(*ChangeKind))
    domain = fields.String(required=True, allow_none=True)
    goal = fields.String(required=True, allow_none=True)
    step = fields.String(required=True, allow_none=True)
    programme_code = fields.String(required=True, allow_none=True)
    differences = fields.List(fields.Nested(DifferenceOut), required=True)


class PlanChangesOut(ma.Schema):
    plan_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    since = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The number of the other version; null where there is none"},
    )
    changes = fields.List(fields.Nested(PlanChangeOut), required=True)


class PlanChangesArgs(ma.Schema):
    since = fields.Integer(
        load_default=None, validate=validate.Range(1, 100_000), metadata={"description": "The number of a version"}
    )
