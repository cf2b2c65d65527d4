"""What people say of a person, sealed and opened under the person's own key."""

from uuid import UUID

from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, key_to_read, key_to_write
from kessos_case.core.db import Session
from kessos_case.core.errors import NotFound
from kessos_case.core.keys import DataKey

__all__ = ["key_to_read", "key_to_write", "opened", "reached"]


def reached(session: Session, client_id: UUID) -> Client | None:
    """The person where the actor reaches him; an office keeps its episodes longer than its reach."""
    try:
        return client_for(session, client_id)
    except NotFound:
        return None


def opened(key: DataKey | None, sealed: bytes | None, place: str) -> str | None:
    """The words; None where there are none or they cannot be read."""
    return key.open(sealed, place) if key and sealed else None
