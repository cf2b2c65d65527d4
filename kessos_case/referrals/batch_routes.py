"""JSON endpoints for phones with a weak network: reports in a batch, photos in pieces."""

from typing import Any

import marshmallow as ma

from kessos_case.referrals import batch_schemas as s
from kessos_case.referrals import service
from kessos_case.referrals.schemas import ReferralIn
from kessos_case.web.api import ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.errors import field_errors

blp = ApiBlueprint("referral_batches", __name__, description="Reports from phones that were without a network")


@blp.post("/referrals/batch")
@door("referral", "create")
@blp.response(200, s.ReportsOut)
@blp.arguments(s.ReportsIn)
def submit_batch(session, data):
    """Send several reports at once; each has its own result, and a re-send under the same `client_reference` is `known`."""
    return {"items": service.submit_batch(session, [_item(raw) for raw in data["items"]]), "next_cursor": None}


@blp.get("/referrals/<uuid:referral_id>/photo_parts")
@door("referral", "create")
@blp.response(200, s.ArrivedPhotosOut)
def arrived_parts(session, referral_id):
    """Which photos of this report are here, whole or in part: after a cut only the rest need be sent."""
    return {"items": service.arrived_parts(session, referral_id), "next_cursor": None}


@blp.post("/referrals/<uuid:referral_id>/photo_parts")
@door("referral", "create")
@blp.response(200, s.ArrivedPhotoOut)
@blp.arguments(s.PhotoPartIn, location="files")
def receive_part(session, files, referral_id):
    """Send one piece of a photo, counted from 0; the last one makes it whole. The same piece again is harmless."""
    content = files.pop("content").read(service.PART_BYTES + 1)
    return service.receive_part(session, referral_id, content=content, **files)


def _item(raw: dict[str, Any]) -> service.Item:
    reference = raw.get("client_reference")
    named = reference if isinstance(reference, str) else None
    try:
        return service.Item(named, ReferralIn().load(raw))
    except ma.ValidationError as error:
        return service.Item(named, None, field_errors(error.normalized_messages()))
