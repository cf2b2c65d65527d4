"""How a person is called in a list of any room: whom the reader does not reach and who is restricted without a name."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from kessos_case.clients import queries
from kessos_case.clients.rules import Confidentiality, called, is_restricted
from kessos_case.core.db import Session


@dataclass(frozen=True)
class Label:
    """What to call a person; `is_masked` where that is no name."""

    client_id: UUID
    text: str
    is_masked: bool


def labels(session: Session, client_ids: Collection[UUID], *, in_list: bool = True) -> dict[UUID, Label]:
    """What to call these people, in one statement. The caller writes the look into the trail.

    `in_list` masks restricted people, as the clients' own lists do; a person alone is called by his name.
    """
    wanted = list(client_ids)
    known = {row.id: row for row in session.execute(queries.names(wanted))} if wanted else {}
    found = {}
    for client_id in wanted:
        row = known.get(client_id)
        hidden = row is None or (in_list and is_restricted(Confidentiality(row.confidentiality)))
        text = called(client_id, *((row.name, row.temporary_label) if row else (None, None)), is_hidden=hidden)
        found[client_id] = Label(client_id, text, hidden)
    return found
