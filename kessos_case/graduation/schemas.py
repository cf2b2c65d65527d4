"""What graduation takes and answers over HTTP."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.graduation.rules import RelapseKind, ReviewState, StepReason
from kessos_case.web.fields import Day, Text, Truth
from kessos_case.web.lists import ListArgs

_REASON = (
    f"A code ({', '.join(reason.value for reason in StepReason)}) or words, which are sealed and stored as in_words"
)


def _reason(**options):
    """Why a step is taken: a code as such, anything else as words."""
    return Text(1000, lines=True, metadata={"description": _REASON}, **options)


def _note():
    return Text(4000, lines=True, allow_none=True, load_default=None)


class LabelOut(ma.Schema):
    id = fields.String(required=True)
    en = fields.String(required=True)


class EvidenceOut(ma.Schema):
    kind = fields.String(required=True)
    id = fields.String(required=True, metadata={"description": "Of a poverty line: region/month"})


class MissingOut(ma.Schema):
    code = fields.String(required=True)
    detail = fields.String(required=True)
    way = fields.String(required=True, metadata={"description": "The shortest way to it"})
    is_unknown = fields.Boolean(
        required=True, metadata={"description": "A fact is lacking; none that is known speaks against it"}
    )


class MissingOfCriterionOut(MissingOut):
    criterion = fields.String(required=True, metadata={"description": "Or `points`, `pathway`"})


class CriterionOut(ma.Schema):
    code = fields.String(required=True)
    is_met = fields.Boolean(required=True)
    value = fields.Dict(required=True)
    needed = fields.Dict(required=True)
    missing = fields.List(fields.Nested(MissingOut), required=True)
    notes = fields.List(fields.String(), required=True)
    evidence = fields.List(fields.Nested(EvidenceOut), required=True)


class LineOut(ma.Schema):
    code = fields.String(required=True)
    points = fields.Integer(required=True)
    worth = fields.Integer(required=True)
    value = fields.Integer(required=True, allow_none=True, metadata={"description": "None: not known; yes is 1"})
    needed = fields.Integer(required=True)
    on = fields.String(required=True, allow_none=True, metadata={"description": "The day of a dated fact"})
    evidence = fields.List(fields.Nested(EvidenceOut), required=True)


class _Judged(ma.Schema):
    as_of = fields.String(required=True)
    pathway = fields.String(required=True)
    kind = fields.String(required=True, allow_none=True, metadata={"description": "None: outside graduation"})
    is_met = fields.Boolean(required=True)
    is_success = fields.Boolean(required=True)
    criteria = fields.List(fields.Nested(CriterionOut), required=True)
    lines = fields.List(fields.Nested(LineOut), required=True)
    points = fields.Integer(required=True)
    points_needed = fields.Integer(required=True)
    unknown = fields.List(fields.String(), required=True)  # type: ignore[assignment]
    notes = fields.List(fields.String(), required=True)
    evidence = fields.List(fields.Nested(EvidenceOut), required=True)
    fingerprint = fields.String(required=True)


class VerdictOut(_Judged):
    policy_version = fields.Integer(required=True)
    missing = fields.List(fields.Nested(MissingOut), required=True)


class SignatureOut(ma.Schema):
    id = fields.UUID(required=True)
    step = fields.String(required=True)
    user_id = fields.UUID(required=True, allow_none=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    fingerprint = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    signed_at = fields.AwareDateTime(required=True)


class ReviewItemOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    case_id = fields.UUID(required=True)
    client_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "None for a co-signer of another office"}
    )
    organisation_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    fingerprint = fields.String(required=True)
    policy_version = fields.String(required=True)
    evaluated_at = fields.AwareDateTime(required=True)
    opened_at = fields.AwareDateTime(required=True)
    opened_by = fields.UUID(required=True, allow_none=True)
    recommended_by = fields.UUID(required=True, allow_none=True)
    provisional_by = fields.UUID(required=True, allow_none=True)
    provisional_on = fields.Date(required=True, allow_none=True)
    confirmed_on = fields.Date(required=True, allow_none=True)
    deferred_until = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    co_signer_id = fields.UUID(required=True, allow_none=True)


class ReviewOut(ReviewItemOut):
    verdict = fields.Nested(VerdictOut, required=True)
    signatures = fields.List(fields.Nested(SignatureOut), required=True)


class NextStepOut(ma.Schema):
    step = fields.String(required=True)
    missing = fields.List(fields.Nested(MissingOut), required=True)


class GraduationOut(_Judged):
    client_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    policy_version = fields.String(required=True)
    missing = fields.List(fields.Nested(MissingOfCriterionOut), required=True)
    state = fields.String(
        required=True, allow_none=True, metadata={"description": "Where the newest review stands; none: there is none"}
    )
    review = fields.Nested(ReviewOut, required=True, allow_none=True)
    next_steps = fields.List(
        fields.Nested(NextStepOut), required=True, metadata={"description": "What you can do to the review now"}
    )


class ReviewIn(ma.Schema):
    case_id = fields.UUID(required=True)


class ReviewChange(ma.Schema):
    co_signer_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "A co-signer of the Dinsos or of another UPT"}
    )


class ReviewArgs(ListArgs):
    state = fields.String(load_default=None, validate=validate.OneOf([state.value for state in ReviewState]))
    case_id = fields.UUID(load_default=None)
    mine = fields.Boolean(
        load_default=False, metadata={"description": "Of the cases that you serve, or given to you to co-sign"}
    )


class RecommendationIn(ma.Schema):
    note = _note()


class SignatureIn(ma.Schema):
    """`reason` is needed where the person does not agree."""

    reason = _reason(allow_none=True, load_default=None)
    note = _note()


class DeferralIn(ma.Schema):
    until = Day(required=True)
    reason = _reason(required=True)
    note = _note()


class WithdrawalIn(ma.Schema):
    reason = _reason(required=True)
    note = _note()


class VoiceIn(ma.Schema):
    asked_on = Day(required=True)
    agrees = Truth(required=True)
    reason = Text(
        2000, lines=True, allow_none=True, load_default=None, metadata={"description": "Needed where he does not agree"}
    )


class VoiceOut(ma.Schema):
    id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    asked_on = fields.Date(required=True)
    agrees = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.UUID(required=True)


class RelapseIn(ma.Schema):
    review_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in RelapseKind]))
    happened_on = Day(required=True)


class RelapseArgs(ListArgs):
    client_id = fields.UUID(load_default=None)


class RelapseOut(ma.Schema):
    id = fields.UUID(required=True)
    review_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    happened_on = fields.Date(required=True)
    evidence = fields.List(fields.Nested(EvidenceOut), required=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.UUID(required=True, allow_none=True, metadata={"description": "None: found by the program"})


class PathwayRuleOut(ma.Schema):
    pathway = fields.String(required=True)
    kind = fields.String(required=True)
    mandatory = fields.List(fields.String(), required=True)
    points_needed = fields.Integer(required=True)


class CriterionRuleOut(ma.Schema):
    code = fields.String(required=True)
    label = fields.Nested(LabelOut, required=True)
    needed = fields.Dict(required=True)


class LineRuleOut(ma.Schema):
    code = fields.String(required=True)
    label = fields.Nested(LabelOut, required=True)
    worth = fields.Integer(required=True)
    needed = fields.Integer(required=True)


class GateOut(ma.Schema):
    signatures = fields.Integer(required=True)


class AftercareRuleOut(ma.Schema):
    months = fields.Integer(required=True)
    visit_months = fields.List(fields.Integer(), required=True)


class RelapseRuleOut(ma.Schema):
    aid_months = fields.Integer(required=True)
    aid_window = fields.Integer(required=True)
    work_days = fields.Integer(required=True)


class CriteriaOut(ma.Schema):
    policy_version = fields.String(required=True)
    pathways = fields.List(fields.Nested(PathwayRuleOut), required=True)
    criteria = fields.List(fields.Nested(CriterionRuleOut), required=True)
    lines = fields.List(fields.Nested(LineRuleOut), required=True)
    gate = fields.Nested(GateOut, required=True)
    aftercare = fields.Nested(AftercareRuleOut, required=True)
    relapse = fields.Nested(RelapseRuleOut, required=True)
