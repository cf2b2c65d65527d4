"""What letters take and answer over HTTP."""

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.letters.rules import LetterKind, RevokeReason
from kessos_case.web.lists import ListArgs

# Superseded is the program's own word.
_REASONS = [reason.value for reason in RevokeReason if reason is not RevokeReason.SUPERSEDED]


class LetterIn(ma.Schema):
    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in LetterKind]))
    subject_id = fields.UUID(
        required=True,
        metadata={"description": "An accepted offer, an approved plan, a passed enrolment, a confirmed review"},
    )


class LetterRevocationIn(ma.Schema):
    reason = fields.String(required=True, validate=validate.OneOf(_REASONS))


class LetterArgs(ListArgs):
    pass


class LetterOut(ma.Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True, metadata={"description": "What `/verify/{code}` answers"})
    kind = fields.String(required=True)
    client_id = fields.UUID(required=True)
    subject_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    issued_at = fields.AwareDateTime(required=True)
    issued_by = fields.UUID(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    revoked_reason = fields.String(required=True, allow_none=True)
