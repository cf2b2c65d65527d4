"""Photos of a referral: cleaned, sealed under the referral's key, the same picture once."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Forbidden, Invalid, NotFound, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.images import Photo, PhotoError, clean_photo
from kessos_case.core.settings import settings
from kessos_case.referrals.models import Referral, ReferralPhoto
from kessos_case.referrals.rules import OPEN_STATES
from kessos_case.referrals.service.cards import receivers_snapshot
from kessos_case.referrals.service.sealed import data_key
from kessos_case.referrals.service.sight import is_sender, sight_of
from kessos_case.referrals.service.submission import referral_for

MOST_PHOTOS = 6


@dataclass(frozen=True)
class StoredPhoto:
    """A photo as listed."""

    id: UUID
    width: int
    height: int
    added_at: datetime


def add_photo(session: Session, referral_id: UUID, raw: bytes) -> StoredPhoto:
    """Add a photo to an own open referral; the same picture again is the same photo.

    Raises Invalid when it is no photo, Forbidden for another's referral, Conflict when there are enough.
    """
    referral = own_open_referral(session, referral_id)
    digest = hashlib.sha256(raw).digest()
    known = known_photos(session, referral_id)
    if same := known.get(digest):
        return same
    if len(known) >= MOST_PHOTOS:
        raise Conflict(f"A referral takes {MOST_PHOTOS} photos.", code="too_many_photos")
    key = data_key(referral)
    if key is None:
        raise Conflict("The referral was erased.", code="erased")
    photo, photo_id = _cleaned(raw), new_id()
    stored = ReferralPhoto(
        id=photo_id,
        referral_id=referral_id,
        image_sealed=key.seal(base64.b64encode(photo.content).decode(), _place(photo_id)),
        content_hash=digest,
        width=photo.width,
        height=photo.height,
        added_at=session.now,
        added_by=session.actor.user_id,
    )
    session.add(stored)
    session.flush()
    clients = [referral.client_id] if referral.client_id else []
    record(session, "add_photo", "referral", referral_id, clients=clients)
    return _listed(stored)


def own_open_referral(session: Session, referral_id: UUID) -> Referral:
    """The own open report, held until the end of the transaction. Raises Forbidden for another's, Conflict when closed."""
    referral = referral_for(session, referral_id, lock=True)
    if not is_sender(session, referral):
        raise Forbidden("Only the sender may add photos.")
    if referral.state not in OPEN_STATES:
        raise Conflict("The referral is closed.", code="wrong_state")
    return referral


def known_photos(session: Session, referral_id: UUID) -> dict[bytes, StoredPhoto]:
    """The photos of this report by the SHA-256 of the bytes that were sent."""
    columns = (ReferralPhoto.id, ReferralPhoto.width, ReferralPhoto.height, ReferralPhoto.added_at)
    sent = sa.select(ReferralPhoto.content_hash, *columns).where(ReferralPhoto.referral_id == referral_id)
    return {row[0]: StoredPhoto(row[1], row[2], row[3], row[4]) for row in session.execute(sent)}


def photo_for(session: Session, referral_id: UUID, photo_id: UUID) -> bytes:
    """The JPEG; the look is in the audit trail. Raises NotFound, also for a receiver to whom it was not disclosed."""
    referral = referral_for(session, referral_id)
    photo = session.get(ReferralPhoto, photo_id)
    key = data_key(referral)
    if photo is None or photo.referral_id != referral_id or key is None or not _is_shown(session, referral, photo_id):
        raise NotFound("There is no such photo.")
    clients = [referral.client_id] if referral.client_id else []
    record(session, "read_photo", "referral", referral_id, clients=clients)
    return base64.b64decode(key.open(photo.image_sealed, _place(photo_id)))


def _is_shown(session: Session, referral: Referral, photo_id: UUID) -> bool:
    sight = sight_of(session, referral)
    snapshot = None if sight.sees_whole else receivers_snapshot(session, referral, sight)
    return sight.sees_whole or (snapshot is not None and str(photo_id) in snapshot.told.get("photos", ()))


def _cleaned(raw: bytes) -> Photo:
    try:
        return clean_photo(raw, settings().photo_pixels)
    except PhotoError as error:
        wrong = field_error("photo", "not_a_photo", str(error))
        raise Invalid("The photo cannot be taken.", errors=[wrong]) from error


def _place(photo_id: UUID) -> str:
    return f"referral_photos:image:{photo_id}"


def _listed(photo: ReferralPhoto) -> StoredPhoto:
    return StoredPhoto(photo.id, photo.width, photo.height, photo.added_at)
