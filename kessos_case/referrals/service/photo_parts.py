"""Photos that come in pieces from a phone with a weak network: what has arrived need not be sent again.

A photo on its way is named by the SHA-256 of its bytes, so that the whole can be checked and one that is here already is known.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.core.db import Session, table_of
from kessos_case.core.errors import Conflict, Invalid, field_error
from kessos_case.referrals import queries
from kessos_case.referrals.models import PhotoPart, Referral
from kessos_case.referrals.service.photos import MOST_PHOTOS, StoredPhoto, add_photo, known_photos, own_open_referral
from kessos_case.referrals.service.sealed import whole_key

PART_BYTES = 64 * 1024
# 4 MB: what a page sends is far smaller, and whoever has more sends it in one piece.
MOST_PARTS = 64


@dataclass(frozen=True)
class Arrived:
    """How much of a photo is here: the numbers of its pieces, or the photo once it is whole."""

    photo_reference: str
    parts: int | None
    received: list[int]
    photo: StoredPhoto | None


def arrived_parts(session: Session, referral_id: UUID) -> list[Arrived]:
    """The photos of an own open report that are here, whole or in part. Raises as `add_photo`."""
    referral = own_open_referral(session, referral_id)
    begun: dict[str, list[Any]] = {}
    for row in session.execute(queries.photo_parts(referral.id)):
        begun.setdefault(row.photo_reference, []).append(row)
    whole = [Arrived(digest.hex(), None, [], photo) for digest, photo in known_photos(session, referral.id).items()]
    return whole + [Arrived(name, rows[0].parts, [row.part for row in rows], None) for name, rows in begun.items()]


def receive_part(
    session: Session, referral_id: UUID, *, photo_reference: str, part: int, parts: int, content: bytes
) -> Arrived:
    """Keep one piece (counted from 0) of a photo; with the last one the photo is added as `add_photo` does.

    The same piece again changes nothing. Raises Invalid for a piece that does not fit, and as `add_photo` does.
    """
    referral = own_open_referral(session, referral_id)
    if photo := known_photos(session, referral.id).get(bytes.fromhex(photo_reference)):
        return Arrived(photo_reference, None, [], photo)
    _check(part, parts, content)
    rows = session.execute(queries.photo_parts(referral.id, photo_reference)).all()
    if rows and rows[0].parts != parts:
        raise Invalid(
            "Another number of parts was said before.", errors=[field_error("parts", "changed", "Not as before.")]
        )
    if not rows:
        _check_room(session, referral)
    _keep(session, referral, photo_reference, part, parts, content)
    here = sorted({part, *(row.part for row in rows)})
    if len(here) < parts:
        return Arrived(photo_reference, parts, here, None)
    return _whole(session, referral, photo_reference, parts)


def _check(part: int, parts: int, content: bytes) -> None:
    wrong = []
    if not 0 <= part < parts <= MOST_PARTS:
        wrong.append(field_error("part", "invalid_value", f"From 0 to parts - 1; at most {MOST_PARTS} parts."))
    if not 0 < len(content) <= PART_BYTES:
        wrong.append(field_error("content", "too_large", f"1 to {PART_BYTES} bytes."))
    if wrong:
        raise Invalid("The part cannot be taken.", errors=wrong)


def _check_room(session: Session, referral: Referral) -> None:
    """Raises Conflict where as many photos are on their way as a report takes: parts must not become a store of their own."""
    if (session.scalar(queries.photos_begun(referral.id)) or 0) >= MOST_PHOTOS:
        raise Conflict(f"A referral takes {MOST_PHOTOS} photos.", code="too_many_photos")


def _keep(session: Session, referral: Referral, photo_reference: str, part: int, parts: int, content: bytes) -> None:
    place = _place(referral.id, photo_reference, part)
    row = {
        "referral_id": referral.id,
        "photo_reference": photo_reference,
        "part": part,
        "parts": parts,
        "content_sealed": whole_key(referral).seal_bytes(content, place),
        "received_at": session.now,
        "received_by": session.actor.user_id,
    }
    session.execute(postgresql.insert(table_of(PhotoPart)).values(row).on_conflict_do_nothing())


def _whole(session: Session, referral: Referral, photo_reference: str, parts: int) -> Arrived:
    """All pieces together. When they are not what was announced they are thrown away, and nothing of it is here."""
    key = whole_key(referral)
    rows = session.execute(queries.photo_pieces(referral.id, photo_reference))
    raw = b"".join(key.open_bytes(row.content_sealed, _place(referral.id, photo_reference, row.part)) for row in rows)
    is_of_photo = (PhotoPart.referral_id == referral.id) & (PhotoPart.photo_reference == photo_reference)
    session.connection().execute(sa.delete(PhotoPart).where(is_of_photo))
    if hashlib.sha256(raw).hexdigest() != photo_reference:
        return Arrived(photo_reference, parts, [], None)
    return Arrived(photo_reference, parts, [], add_photo(session, referral.id, raw))


def _place(referral_id: UUID, photo_reference: str, part: int) -> str:
    return f"photo_parts:content:{referral_id}:{photo_reference}:{part}"
