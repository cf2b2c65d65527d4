"""What is sealed under a referral's own key, and where: opened here and nowhere else."""

import json
from typing import Any
from uuid import UUID

from kessos_case.core.errors import Conflict
from kessos_case.core.keys import DataKey, keyring
from kessos_case.referrals.models import Referral


def key_place(referral_id: UUID) -> str:
    """Where a referral's wrapped key lies."""
    return f"referrals:data_key:{referral_id}"


def content_place(referral_id: UUID) -> str:
    """Where a referral's sealed content lies."""
    return f"referrals:content:{referral_id}"


def text_place(transition_id: UUID) -> str:
    """Where the words of a move lie."""
    return f"referral_texts:text:{transition_id}"


def snapshot_place(offer_id: UUID) -> str:
    """Where the snapshot of an offer lies."""
    return f"offers:snapshot:{offer_id}"


def data_key(referral: Referral) -> DataKey | None:
    """The referral's own key; None after erasure."""
    return keyring().unwrap(referral.data_key, key_place(referral.id)) if referral.data_key else None


def whole_key(referral: Referral) -> DataKey:
    """The referral's own key, to seal with. Raises Conflict `erased`."""
    key = data_key(referral)
    if key is None:
        raise Conflict("The referral was erased.", code="erased")
    return key


def content(referral: Referral) -> dict[str, Any]:
    """What was written of the person: name, alias, condition, place, note, location; empty after erasure."""
    key = data_key(referral)
    if key is None or referral.content_sealed is None:
        return {}
    known: dict[str, Any] = json.loads(key.open(referral.content_sealed, content_place(referral.id)))
    return known
