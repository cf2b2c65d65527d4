"""How a person is called in a list of any room: whom the reader does not reach and who is restricted without a name."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from kessos_case.clients.models import Client
from kessos_case.clients.rules import Confidentiality, is_restricted
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
    columns = (Client.id, Client.name, Client.temporary_label, Client.confidentiality)
    known = {row.id: row for row in session.execute(sa.select(*columns).where(Client.id.in_(wanted)))} if wanted else {}
    found = {}
    for client_id in wanted:
        row = known.get(client_id)
        hidden = row is None or (in_list and is_restricted(Confidentiality(row.confidentiality)))
        text = f"Dirahasiakan {client_id.hex[-4:]}" if row is None or hidden else row.name or row.temporary_label or ""
        found[client_id] = Label(client_id, text, hidden)
    return found
