"""What a phone sends after hours without a network, and what it hears: reports in a batch, photos in pieces."""

import marshmallow as ma
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from kessos_case.referrals.schemas import PhotoOut
from kessos_case.referrals.service import MOST_ITEMS, MOST_PARTS, PART_BYTES
from kessos_case.referrals.service.batch import ItemState

SHA256 = fields.String(
    required=True,
    validate=validate.Regexp(r"^[0-9a-f]{64}\Z"),
    metadata={"description": "SHA-256 of the whole photo, as hex: its name on the way"},
)


class ReportsIn(ma.Schema):
    items = fields.List(
        # Not nested: one report with a mistake must not lose the others.
        fields.Dict(keys=fields.String()),
        required=True,
        validate=validate.Length(1, MOST_ITEMS),
        metadata={
            "description": "Each as the body of `POST /referrals`, with a `client_reference` of its own; each is checked "
            "alone"
        },
    )


class ReportResultOut(ma.Schema):
    client_reference = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf([state.value for state in ItemState]))
    id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The referral under this reference, where one stands"}
    )
    code = fields.String(required=True, allow_none=True)
    errors = fields.List(fields.Dict(), required=True)


class ReportsOut(ma.Schema):
    items = fields.List(fields.Nested(ReportResultOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class PhotoPartIn(ma.Schema):
    photo_reference = SHA256
    part = fields.Integer(required=True, validate=validate.Range(0, MOST_PARTS - 1))
    parts = fields.Integer(required=True, validate=validate.Range(1, MOST_PARTS))
    content = Upload(required=True, metadata={"description": f"The piece, at most {PART_BYTES} bytes"})


class ArrivedPhotoOut(ma.Schema):
    """A photo that is here: whole, or the pieces of it."""

    photo_reference = fields.String(required=True)
    parts = fields.Integer(required=True, allow_none=True)
    received = fields.List(fields.Integer(), required=True)
    photo = fields.Nested(PhotoOut, required=True, allow_none=True)


class ArrivedPhotosOut(ma.Schema):
    items = fields.List(fields.Nested(ArrivedPhotoOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
