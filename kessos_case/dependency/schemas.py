"""What dependency takes and answers over HTTP. The fields of a review are a contract (spec api.md, Bodies)."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.cases.rules import StepKind
from kessos_case.dependency.rules import (
    Band,
    Decision,
    DismissReason,
    ExemptionGround,
    ExemptionSource,
    Fact,
    FlagState,
    Opinion,
)
from kessos_case.web.fields import Day, Month, Text, Truth
from kessos_case.web.lists import ListArgs

_MOST = 10**12
_LATER = {"description": "None until an opinion is recorded, for whoever may give it"}


def _word(words, **options):
    """One of an enumeration's words."""
    return fields.String(validate=validate.OneOf([word.value for word in words]), **options)


def _known(**options):
    """Yes, no, or null where nobody knows."""
    return Truth(allow_none=True, **options)


class WordsOut(ma.Schema):
    id = fields.String(required=True, metadata={"description": "Indonesian"})
    en = fields.String(required=True)


class ReasonOut(ma.Schema):
    code = fields.String(required=True)
    value = fields.Integer(required=True, allow_none=True, metadata={"description": "What was counted; none of a fact"})
    points = fields.Integer(required=True, allow_none=True, metadata=_LATER)
    words = fields.Nested(WordsOut, required=True)


class _Told(ma.Schema):
    reasons = fields.List(
        fields.Nested(ReasonOut), required=True, metadata={"description": "At most three, the weightiest first"}
    )
    helps = fields.List(fields.Nested(ReasonOut), required=True)
    unknown = fields.List(  # type: ignore[assignment]
        fields.Nested(ReasonOut), required=True, metadata={"description": "What nobody knows adds nothing"}
    )


class ShownClientOut(ma.Schema):
    id = fields.UUID(required=True)
    label = fields.String(required=True)
    is_masked = fields.Boolean(required=True)


class FlagItemOut(_Told):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    client = fields.Nested(ShownClientOut, required=True)
    client_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    state = fields.String(required=True)
    raised_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    expires_on = fields.Date(required=True)
    is_overdue = fields.Boolean(required=True)
    month = Month(required=True, allow_none=True)
    reviewer_id = fields.UUID(required=True, allow_none=True)
    opinion = fields.String(required=True, allow_none=True)
    opinion_at = fields.AwareDateTime(required=True, allow_none=True)
    decision = fields.String(required=True, allow_none=True)
    dismiss_reason = fields.String(required=True, allow_none=True)
    dismissed_until = fields.Date(required=True, allow_none=True)
    plan_id = fields.UUID(required=True, allow_none=True)
    plan_step_id = fields.UUID(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    kind = fields.String(required=True, allow_none=True, metadata=_LATER)
    cause = fields.String(required=True, allow_none=True, metadata=_LATER)
    points = fields.Integer(required=True, allow_none=True, metadata=_LATER)
    band = fields.String(required=True, allow_none=True, metadata=_LATER)
    may_review = fields.Boolean(required=True)


class FlagOut(FlagItemOut):
    opinion_reason = fields.String(required=True, allow_none=True)
    decision_note = fields.String(required=True, allow_none=True)


class FlagArgs(ListArgs):
    state = _word(FlagState, load_default=None, metadata={"description": "Without one the open flags"})
    organisation_id = fields.UUID(load_default=None)
    client_id = fields.UUID(load_default=None)


class AgreedStepIn(ma.Schema):
    text = Text(2000, lines=True, required=True)
    kind = _word(StepKind, required=True)
    due_on = Day(required=True)
    responsible_organisation_id = fields.UUID(
        allow_none=True, load_default=None, metadata={"description": "Without one the UPT itself"}
    )
    domain = fields.String(
        allow_none=True, load_default=None, validate=validate.Length(1, 60), metadata={"description": "Of its goal"}
    )
    goal = Text(2000, lines=True, allow_none=True, load_default=None)


class FlagReviewIn(ma.Schema):
    """First `opinion` and `reason`; then, or at once, `decision` with `step` or `until`."""

    opinion = _word(Opinion, load_default=None, allow_none=True)
    reason = Text(
        2000, lines=True, load_default=None, allow_none=True,
        metadata={"description": "Why you think so; with a later dismissal its code or words"},
    )  # fmt: skip
    decision = _word(Decision, load_default=None, allow_none=True)
    step = fields.Nested(AgreedStepIn, load_default=None, allow_none=True)
    dismiss_reason = _word(
        DismissReason, load_default=None, allow_none=True,
        metadata={"description": "Without one `reason` where it is such a code, else `other`"},
    )  # fmt: skip
    until = Day(load_default=None, allow_none=True, metadata={"description": "A dismissal holds for a year at most"})


class ScoreOut(_Told):
    as_of = fields.Date(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    month = Month(required=True)
    status = fields.String(required=True)
    ground = fields.String(required=True, allow_none=True)
    points = fields.Integer(required=True, allow_none=True, metadata=_LATER)
    band = fields.String(required=True, allow_none=True, metadata=_LATER)
    is_hidden = fields.Boolean(required=True)
    indicators = fields.Dict(required=True)
    policy = fields.String(required=True)


class DependencyOut(ma.Schema):
    client_id = fields.UUID(required=True)
    score = fields.Nested(ScoreOut, required=True, allow_none=True)
    history = fields.List(fields.Nested(ScoreOut), required=True)
    flags = fields.List(fields.Nested(FlagItemOut), required=True)


class ScoreItemOut(ma.Schema):
    client = fields.Nested(ShownClientOut, required=True)
    client_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    as_of = fields.Date(required=True)
    month = Month(required=True)
    status = fields.String(required=True)
    ground = fields.String(required=True, allow_none=True)
    points = fields.Integer(required=True, allow_none=True, metadata=_LATER)
    band = fields.String(required=True, allow_none=True, metadata=_LATER)
    is_hidden = fields.Boolean(required=True)
    policy = fields.String(required=True)


class ScoreArgs(ListArgs):
    band = _word(Band, load_default=None)


_income = fields.Integer(
    strict=True, allow_none=True, validate=validate.Range(0, _MOST),
    metadata={"description": "Rupiah that the household earns in twelve months"},
)  # fmt: skip
# What would be: true, false, or null for unknown.
WhatIfFacts = ma.Schema.from_dict({fact.value: _known() for fact in Fact} | {"income_12": _income}, name="WhatIfFacts")


class WhatIfIn(ma.Schema):
    facts = fields.Nested(WhatIfFacts, load_default=dict)
    step_kind = _word(
        StepKind, load_default=None, allow_none=True,
        metadata={"description": "What such a step of the plan would bring once it is done"},
    )  # fmt: skip


class WhatIfOfIn(WhatIfIn):
    client_id = fields.UUID(required=True)


class WhatIfSideOut(_Told):
    points = fields.Integer(required=True)
    band = fields.String(required=True)


class WhatIfOut(ma.Schema):
    client_id = fields.UUID(required=True)
    as_of = fields.Date(required=True)
    policy = fields.String(required=True)
    before = fields.Nested(WhatIfSideOut, required=True)
    after = fields.Nested(WhatIfSideOut, required=True)
    difference = fields.Integer(required=True)


class ExemptionIn(ma.Schema):
    ground = _word(ExemptionGround, required=True)
    source = _word(ExemptionSource, required=True)
    from_on = Day(required=True)
    until_on = Day(allow_none=True, load_default=None)


class ExemptionOut(ma.Schema):
    id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    ground = fields.String(required=True)
    source = fields.String(required=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True, allow_none=True)
    holds = fields.Boolean(required=True, metadata={"description": "Today"})
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.UUID(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_by = fields.UUID(required=True, allow_none=True)


class OpinionOut(ma.Schema):
    organisation_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    band = fields.String(required=True, allow_none=True)
    opinion = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    flags = fields.Integer(required=True)


class PolicyOut(ma.Schema):
    label = fields.String(required=True)
    is_in_force = fields.Boolean(required=True)
    first_used_at = fields.AwareDateTime(required=True, allow_none=True)
    content = fields.Dict(required=True)


class Nothing(ma.Schema):
    """Nothing needs to be said."""
