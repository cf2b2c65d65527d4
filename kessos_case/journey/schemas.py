"""What the journey takes and answers over HTTP. The names of fields are a contract (spec api.md, Bodies)."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.cases.rules import GoalDecision, Pathway, Stage, Verb
from kessos_case.cases.schemas import CaseChange as CaseChange
from kessos_case.cases.schemas import CaseOut
from kessos_case.cases.schemas import TransferDecline as TransferDecline
from kessos_case.cases.schemas import TransferOut as TransferOut
from kessos_case.web.fields import Day, Instant, Text

CODE = validate.Regexp(r"^[a-z][a-z0-9_]{1,59}\Z")
# What hangs on a case and ends with it; work goes on without a case.
SETTLED_KINDS = ("referral", "enrolment", "stay", "task", "transfer")


class CaseIn(ma.Schema):
    client_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    category = fields.String(required=True, validate=validate.Regexp(r"^PPKS-[0-9]{2}\Z"))
    pathway = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.OneOf([pathway.value for pathway in Pathway]),
        metadata={"description": "None: the one that the category proposes"},
    )
    pathway_reason = Text(1000, lines=True, allow_none=True, load_default=None)
    referral_id = fields.UUID(
        allow_none=True, load_default=None, metadata={"description": "The accepted referral that brought the person"}
    )


class GoalDecisionIn(ma.Schema):
    goal_id = fields.UUID(required=True)
    decision = fields.String(required=True, validate=validate.OneOf([decision.value for decision in GoalDecision]))


class SettlementIn(ma.Schema):
    kind = fields.String(required=True, validate=validate.OneOf(SETTLED_KINDS))
    id = fields.UUID(required=True)
    reason = fields.String(
        allow_none=True,
        load_default=None,
        validate=CODE,
        metadata={"description": "Why it ends, in the words of its own kind; none: because the case does"},
    )


class MoveIn(ma.Schema):
    verb = fields.String(required=True, validate=validate.OneOf([verb.value for verb in Verb if verb is not Verb.OPEN]))
    reason = fields.String(allow_none=True, load_default=None, validate=CODE)
    note = Text(4000, lines=True, allow_none=True, load_default=None)
    happened_at = Instant(allow_none=True, load_default=None)
    until = Day(allow_none=True, load_default=None, metadata={"description": "pause: the expected end"})
    stage = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.OneOf([stage.value for stage in Stage]),
        metadata={"description": "step_back: to which earlier stage"},
    )
    pathway = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf([pathway.value for pathway in Pathway])
    )
    organisation_id = fields.UUID(
        allow_none=True, load_default=None, metadata={"description": "transfer: the UPT that is asked"}
    )
    waiver = Text(
        1000,
        lines=True,
        allow_none=True,
        load_default=None,
        metadata={"description": "start_placement: why no course is needed"},
    )
    goal_decisions = fields.List(fields.Nested(GoalDecisionIn), load_default=list, validate=validate.Length(max=100))
    settlements = fields.List(
        fields.Nested(SettlementIn),
        load_default=list,
        validate=validate.Length(max=200),
        metadata={"description": "close: what is still open, settled one by one"},
    )


class LackOut(ma.Schema):
    code = fields.String(required=True)
    detail = fields.String(required=True)
    field = fields.String()
    kind = fields.String()
    id = fields.String()


class AllowedVerbOut(ma.Schema):
    verb = fields.String(required=True)
    missing = fields.List(fields.Nested(LackOut), required=True)


class CaseDetailOut(CaseOut):
    allowed_verbs = fields.List(
        fields.Nested(AllowedVerbOut),
        required=True,
        metadata={"description": "What you can do from here, each with everything that is still missing for it"},
    )


class DeathIn(ma.Schema):
    died_on = Day(required=True)


class DeathOut(ma.Schema):
    id = fields.UUID(required=True)
    died_on = fields.Date(required=True)
    closed_cases = fields.List(fields.UUID(), required=True)


class HandOverForm(ma.Schema):
    from_id = fields.UUID(required=True, allow_none=True)
    user_id = fields.UUID(required=True)
    case_ids = fields.List(fields.UUID(), required=True, allow_none=True)
