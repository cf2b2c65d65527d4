"""What is said of a person, sealed under the person's own key: no key, no words."""

from uuid import UUID

from kessos_case.clients.models import Client
from kessos_case.clients.service.cards import data_key
from kessos_case.clients.service.registry import client_for
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, NotFound
from kessos_case.core.keys import DataKey


def key_to_write(client: Client) -> DataKey:
    """The person's key. Raises Conflict `erased` when the record was: nothing can be written of him any more."""
    key = data_key(client)
    if key is None:
        raise Conflict("The person's record was erased.", code="erased")
    return key


def key_to_read(session: Session, client_id: UUID) -> DataKey | None:
    """The person's key; None after erasure and for a person whom the actor reaches no more."""
    try:
        return data_key(client_for(session, client_id))
    except NotFound:
        return None


def sealed(client: Client, words: str | None, place: str) -> bytes | None:
    """The words under the person's key, for this place; None where nothing was said. Raises Conflict `erased`."""
    return key_to_write(client).seal(words, place) if words else None
