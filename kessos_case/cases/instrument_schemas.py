"""What is shown of instruments over HTTP: everything that a page needs to ask, and nothing about a person."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.web.fields import Text


class InstrumentOptionOut(ma.Schema):
    value = fields.Raw(required=True, metadata={"description": "A whole number on a scale, a code otherwise"})
    label_id = fields.String(required=True)
    label_en = fields.String(required=True)
    score = fields.Integer(required=True, allow_none=True)


class InstrumentBandOut(ma.Schema):
    at_least = fields.Integer(required=True)
    score = fields.Integer(required=True)


class InstrumentConditionOut(ma.Schema):
    item = fields.String(required=True)
    values = fields.List(fields.Raw(), required=True)
    at_least = fields.Integer(required=True, allow_none=True)


class InstrumentItemOut(ma.Schema):
    id = fields.String(required=True)
    text_id = fields.String(required=True)
    text_en = fields.String(required=True)
    kind = fields.String(required=True)
    is_required = fields.Boolean(required=True)
    least = fields.Integer(required=True, allow_none=True)
    most = fields.Integer(required=True, allow_none=True)
    options = fields.List(fields.Nested(InstrumentOptionOut), required=True)
    bands = fields.List(fields.Nested(InstrumentBandOut), required=True)
    domain = fields.String(required=True, allow_none=True, metadata={"description": "None: information only"})
    is_reverse = fields.Boolean(required=True)
    only_if = fields.Nested(InstrumentConditionOut, required=True, allow_none=True)
    at_most = fields.String(required=True, allow_none=True)
    sum_of = fields.List(fields.String(), required=True)


class InstrumentDomainOut(ma.Schema):
    code = fields.String(required=True)
    label_id = fields.String(required=True)
    label_en = fields.String(required=True)
    scoring = fields.String(required=True)
    least = fields.Integer(required=True)
    most = fields.Integer(required=True)
    threshold = fields.Integer(required=True)
    flag = fields.String(required=True, metadata={"description": "On which side of the threshold it is flagged"})
    evidence = fields.String(required=True)
    mid = fields.Integer(required=True, allow_none=True)
    mid_source = fields.String(required=True, allow_none=True)


class ListedInstrumentOut(ma.Schema):
    name = fields.String(required=True)
    version = fields.Integer(required=True, metadata={"description": "The current one, by which new ones are begun"})
    versions = fields.List(fields.Integer(), required=True)
    title_id = fields.String(required=True)
    title_en = fields.String(required=True)
    licence = fields.String(required=True)
    domains = fields.List(fields.Nested(InstrumentDomainOut), required=True)


class InstrumentOut(ListedInstrumentOut):
    source = fields.String(required=True)
    note = fields.String(required=True)
    items = fields.List(fields.Nested(InstrumentItemOut), required=True)


class InstrumentsOut(ma.Schema):
    items = fields.List(fields.Nested(ListedInstrumentOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class InstrumentsArgs(ma.Schema):
    q = Text(100, load_default=None, metadata={"description": "A part of the name or the title"})


class InstrumentArgs(ma.Schema):
    version = fields.Integer(load_default=None, validate=validate.Range(1, 10_000))
