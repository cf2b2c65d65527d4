"""Who reaches a client, and the spine of the timeline: small verbs that every feature uses in its own transaction."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from kessos_case.clients.models import ClientAccess, ClientSearch, TimelineEntry
from kessos_case.core.db import Session
from kessos_case.core.ids import new_id


def give_access(
    session: Session,
    client_id: UUID,
    ground: str,
    *,
    organisation_id: UUID | None = None,
    user_id: UUID | None = None,
    until: datetime | None = None,
) -> None:
    """Open a ground on which an office or a person reaches this client, in the table and in search."""
    session.insert(
        ClientAccess,
        id=new_id(),
        client_id=client_id,
        organisation_id=organisation_id,
        user_id=user_id,
        ground=ground,
        valid_from=session.now,
        valid_until=until,
        granted_by=session.actor.user_id,
    )
    column = ClientSearch.organisation_ids if organisation_id else ClientSearch.user_ids
    holder = organisation_id or user_id
    session.execute(
        sa.update(ClientSearch)
        .where(ClientSearch.client_id == client_id, ~column.contains([holder]))
        .values({column: sa.func.array_append(column, holder)})
    )


def write_timeline(
    session: Session,
    client_id: UUID,
    kind: str,
    subject_id: UUID,
    *,
    happened_at: datetime | None = None,
    visibility: str = "team",
) -> None:
    """Add one entry to a person's timeline: ids and a kind, never a name or a word of a note."""
    session.insert(
        TimelineEntry,
        id=new_id(),
        client_id=client_id,
        kind=kind,
        subject_id=subject_id,
        happened_at=happened_at or session.now,
        recorded_at=session.now,
        user_id=session.actor.user_id,
        organisation_id=session.actor.organisation_id,
        visibility=visibility,
        detail={},
    )


def end_access(
    session: Session,
    client_id: UUID,
    ground: str,
    *,
    organisation_id: UUID | None = None,
    user_id: UUID | None = None,
    until: datetime | None = None,
) -> None:
    """End a ground now, or at a later instant, in the table; search forgets the holder who has no other ground left.

    A ground that ends earlier anyway stays as it is.
    """
    end = until or session.now
    holder = ClientAccess.organisation_id == organisation_id if organisation_id else ClientAccess.user_id == user_id
    of_client = ClientAccess.client_id == client_id
    session.execute(
        sa.update(ClientAccess)
        .where(
            of_client,
            holder,
            ClientAccess.ground == ground,
            ClientAccess.valid_until.is_(None) | (ClientAccess.valid_until > end),
        )
        .values(valid_until=end)
    )
    remaining = sa.exists().where(
        of_client, holder, ClientAccess.valid_until.is_(None) | (ClientAccess.valid_until > session.now)
    )
    column = ClientSearch.organisation_ids if organisation_id else ClientSearch.user_ids
    session.execute(
        sa.update(ClientSearch)
        .where(ClientSearch.client_id == client_id, ~remaining)
        .values({column: sa.func.array_remove(column, organisation_id or user_id)})
    )
