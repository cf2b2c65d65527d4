"""What notices takes and answers over HTTP."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.web.fields import Truth
from kessos_case.web.lists import ListArgs


class NoticeArgs(ListArgs):
    unread = fields.Boolean(load_default=False, metadata={"description": "Only those that were not read"})


class NoticeOut(ma.Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    subject_kind = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    address = fields.String(required=True, metadata={"description": "The page that it leads to"})
    is_urgent = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)


class NoticeReading(ma.Schema):
    """Nothing needs to be said."""


class NoticesRead(ma.Schema):
    read = fields.Integer(required=True, metadata={"description": "How many were not read before"})


class ContactOut(ma.Schema):
    email = fields.String(required=True, allow_none=True, metadata={"description": "An administrator changes it"})
    by_mail = fields.Boolean(required=True)
    by_message = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    wants_digest = fields.Boolean(required=True)
    version = fields.Integer(required=True, metadata={"description": "0 before the first choice"})


class ContactChange(ma.Schema):
    by_mail = Truth()
    by_message = fields.String(allow_none=True, validate=validate.OneOf(["sms", "whatsapp"]))
    phone = fields.String(allow_none=True, validate=validate.Length(1, 40))
    wants_digest = Truth()
