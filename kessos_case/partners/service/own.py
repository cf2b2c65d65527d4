"""How the entries stand that are a reader's own to keep, in one look: for his first page."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kessos_case.access.rules import Role
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session
from kessos_case.partners import page_queries
from kessos_case.partners.service.scope import own_entries


@dataclass(frozen=True)
class OwnPlaces:
    """An organisation today: its services, how many of them rest or have no places at all, and the places free in the rest."""

    id: UUID
    name: str
    services: int
    free: int
    resting: int
    without_places: int


def places_today(session: Session) -> Sequence[OwnPlaces]:
    """The places of a partner's own organisations; none for readers of other roles, whose day has more in it."""
    if Role.PARTNER not in session.actor.roles:
        return ()
    return [OwnPlaces(*row) for row in page_queries.own_places(session, own_entries(session), office_day(session.now))]
