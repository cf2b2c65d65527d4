"""What an own business and questions to employers take and answer over HTTP."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.clients.rules import ConsentForm
from kessos_case.employment.rules import CHECK_DAYS, BooksEvidence, CapitalSource
from kessos_case.employment.schemas import MOST, one_of, rupiah
from kessos_case.web.fields import Day, Month, Text, Truth


class CapitalIn(ma.Schema):
    received_on = Day(required=True)
    source = fields.String(required=True, validate=one_of(CapitalSource))
    programme_code = fields.String(
        allow_none=True, load_default=None, validate=validate.Length(1, 50), metadata={"description": "Of a programme"}
    )
    amount = rupiah(required=True, metadata={"description": "Rupiah: the money, or what the tools are worth"})
    is_tools = Truth(required=True)
    what = Text(
        300, lines=True, allow_none=True, load_default=None, metadata={"description": "Such as a sewing machine"}
    )


class CapitalOut(ma.Schema):
    id = fields.UUID(required=True)
    received_on = fields.Date(required=True)
    source = fields.String(required=True)
    programme_code = fields.String(required=True, allow_none=True)
    amount = fields.Integer(required=True)
    is_tools = fields.Boolean(required=True)
    what = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)


class BooksIn(ma.Schema):
    month = Month(required=True)
    turnover = rupiah(required=True)
    profit = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(-MOST, MOST),
        metadata={"description": "What was left, below 0 for a loss"},
    )
    has_tools = Truth(allow_none=True, load_default=None, metadata={"description": "Are the tools given still there?"})
    evidence = fields.String(required=True, validate=one_of(BooksEvidence))


class BooksOut(ma.Schema):
    id = fields.UUID(required=True)
    month = Month(required=True)
    turnover = fields.Integer(required=True)
    profit = fields.Integer(required=True)
    has_tools = fields.Boolean(required=True, allow_none=True)
    evidence = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class OfferedOut(ma.Schema):
    first = Month(required=True, data_key="from")
    last = Month(required=True, data_key="to")
    amount = fields.Integer(required=True)


class BusinessOut(ma.Schema):
    placement_id = fields.UUID(required=True)
    capital = fields.List(fields.Nested(CapitalOut), required=True)
    months = fields.Function(
        lambda card: BooksOut(many=True).dump(card.months.values()),
        metadata={"description": "What counts of each month, the earliest first", "type": "array", "items": {}},
    )
    has_tools = fields.Boolean(required=True, allow_none=True)
    offered_statement = fields.Nested(
        OfferedOut,
        required=True,
        allow_none=True,
        attribute="offered",
        metadata={"description": "The statement of income that three months of books would make"},
    )


class InquiryIn(ma.Schema):
    period = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=validate.OneOf(CHECK_DAYS),
        metadata={"description": "The check that a yes makes; none: whether the work has begun"},
    )


class AllowedIn(ma.Schema):
    form = fields.String(required=True, validate=one_of(ConsentForm))
    given_on = Day(required=True)
    expires_on = Day(allow_none=True, load_default=None)


class AllowedOut(ma.Schema):
    id = fields.UUID(required=True, metadata={"description": "Among the consents of the person, where it is withdrawn"})
    client_id = fields.UUID(required=True)
    about_id = fields.UUID(required=True, metadata={"description": "The placement"})
    receiver_organisation_id = fields.UUID(required=True)
    form = fields.String(required=True)
    given_on = fields.Date(required=True)
    expires_on = fields.Date(required=True, allow_none=True)


class MadeInquiryOut(ma.Schema):
    id = fields.UUID(required=True)
    url = fields.String(required=True, metadata={"description": "Shown this once; whoever has it can answer"})
    expires_at = fields.AwareDateTime(required=True)


class InquiryOut(ma.Schema):
    id = fields.UUID(required=True)
    period = fields.Integer(required=True, allow_none=True)
    state = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    opened_at = fields.AwareDateTime(required=True, allow_none=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    works_since = fields.Date(required=True, allow_none=True)
    left_on = fields.Date(required=True, allow_none=True)
    monthly_wage = fields.Integer(required=True, allow_none=True)


class InquiriesOut(ma.Schema):
    items = fields.List(fields.Nested(InquiryOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
