"""What people say of a person, sealed and opened under the person's own key."""

from uuid import UUID

from kessos_case.clients.models import Client
from kessos_case.clients.service import client_for, data_key
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, NotFound
from kessos_case.core.keys import DataKey


def reached(session: Session, client_id: UUID) -> Client | None:
    """The person where the actor reaches him; an office keeps its episodes longer than its reach."""
    try:
        return client_for(session, client_id)
    except NotFound:
        return None


def key_to_write(client: Client) -> DataKey:
    """The person's key. Raises Conflict when the record was erased: nothing can be written of him any more."""
    key = data_key(client)
    if key is None:
        raise Conflict("The person's record was erased.", code="erased")
    return key


def key_to_read(session: Session, client_id: UUID) -> DataKey | None:
    """The person's key; None after erasure and for a person whom the actor reaches no more."""
    client = reached(session, client_id)
    return data_key(client) if client else None


def opened(key: DataKey | None, sealed: bytes | None, place: str) -> str | None:
    """The words; None where there are none or they cannot be read."""
    return key.open(sealed, place) if key and sealed else None
