"""What aid takes and answers over HTTP. The names of fields are a contract (spec api.md, Bodies)."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.aid.rules import ReversalReason
from kessos_case.web.fields import Day, Month

# A thousand milliard: no payment to one person is more.
MOST = 10**12
CODE = r"^[A-Z0-9][A-Z0-9-]{1,39}\Z"
# A programme's own word for a member or thing, and a sender's number: no room for a sentence about anybody.
COMPONENT = r"^[A-Za-z0-9][A-Za-z0-9 _./-]{0,59}\Z"
REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9 _.:/#-]{0,99}\Z"


def rupiah(**options: Any) -> fields.Integer:
    """Whole rupiah, more than none."""
    return fields.Integer(strict=True, validate=validate.Range(1, MOST), **options)


class LineIn(ma.Schema):
    from_month = Month(data_key="from", required=True)
    to_month = Month(data_key="to", allow_none=True, load_default=None)
    paid_on = Day(required=True)


class DisbursementIn(LineIn):
    programme = fields.String(required=True, validate=validate.Regexp(CODE))
    client_id = fields.UUID(
        allow_none=True, load_default=None, metadata={"description": "Either this or `household_id`: a line is for one"}
    )
    household_id = fields.UUID(allow_none=True, load_default=None)
    component = fields.String(allow_none=True, load_default=None, validate=validate.Regexp(COMPONENT))
    amount = rupiah(required=True)
    source_reference = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.Regexp(REFERENCE),
        metadata={"description": "The sender's own number of this line; the same number is the same line"},
    )


class ReversalIn(LineIn):
    disbursement_id = fields.UUID(required=True)
    amount = rupiah(required=True, metadata={"description": "Rupiah taken back, above zero"})
    reason = fields.String(required=True, validate=validate.OneOf([reason.value for reason in ReversalReason]))


class DisbursementOut(ma.Schema):
    id = fields.UUID(required=True)
    client_id = fields.UUID(required=True, allow_none=True)
    household_id = fields.UUID(required=True, allow_none=True)
    programme = fields.String(required=True)
    kind = fields.String(required=True)
    counts = fields.Boolean(
        required=True,
        metadata={
            "description": "Toward dependency: consumption, but of a household nothing that stands for an exempt member"
        },
    )
    component = fields.String(required=True, allow_none=True)
    from_month = Month(data_key="from", required=True)
    to_month = Month(data_key="to", required=True)
    paid_on = fields.Date(required=True)
    known_on = fields.Date(required=True, metadata={"description": "The later of paid and recorded"})
    amount = fields.Integer(required=True, metadata={"description": "Rupiah; below zero for a reversal"})
    source_reference = fields.String(required=True, allow_none=True)
    reverses_id = fields.UUID(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)


class MonthOfAidOut(ma.Schema):
    month = Month(required=True)
    consumption = fields.Integer(required=True, metadata={"description": "What counts toward dependency"})
    empowerment = fields.Integer(required=True)
    service = fields.Integer(required=True)
    insurance = fields.Integer(required=True)
    exempt = fields.Integer(
        required=True, metadata={"description": "Consumption of the household that stands for a member who is exempt"}
    )


class AidOut(ma.Schema):
    items = fields.List(fields.Nested(DisbursementOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
    months = fields.List(
        fields.Nested(MonthOfAidOut),
        required=True,
        metadata={
            "description": "Net rupiah of the last 60 months by kind, oldest first: the person's own and his household's"
        },
    )


class AgreedMonthOut(ma.Schema):
    month = Month(required=True)
    agreed = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Rupiah; null before the first reduction"}
    )
    paid = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Rupiah; null for a month that is still to come"}
    )


class AgreedAidOut(ma.Schema):
    programme_code = fields.String(required=True)
    case_id = fields.UUID(required=True)
    plan_id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"description": "Of the version of the plan"})
    agreed_on = fields.Date(required=True, allow_none=True, metadata={"description": "When the person agreed"})
    months = fields.List(fields.Nested(AgreedMonthOut), required=True)


class AgreedAidsOut(ma.Schema):
    items = fields.List(fields.Nested(AgreedAidOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
