"""What stands in the directory and not in a table: listed so that somebody can ask, and never taken away."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from kessos_case.core.db import Session
from kessos_case.partners import import_queries
from kessos_case.partners.service.imports.standing import Thing
from kessos_case.partners.service.scope import manages_all

# More than a table that leaves out so much is no longer a directory.
MOST = 1_000


@dataclass(frozen=True)
class Absent:
    """A service that is offered and that no row names, or, without one, an organisation whose every service is so."""

    organisation_code: str
    organisation_name: str
    service_id: UUID | None = None
    service_type: str | None = None
    service_name: str | None = None


def absent_entries(
    session: Session, offices: Mapping[str, Thing], known: Collection[UUID], named: Collection[UUID]
) -> list[Absent]:
    """The services of these organisations that no row names; for who keeps the whole directory, the other organisations too.

    `known` are the services of the organisations of the table, `named` those of its rows.
    """
    unnamed = import_queries.offered_services(set(known) - set(named), MOST)
    found = [Absent(*row) for row in session.execute(unnamed)]
    if manages_all(session):
        found += [Absent(*row) for row in session.execute(import_queries.other_partners(set(offices), MOST))]
    return found
