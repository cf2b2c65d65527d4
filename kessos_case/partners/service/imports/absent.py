"""What stands in the directory and not in a table: listed so that somebody can ask, and never taken away."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.models import Organisation
from kessos_case.core.db import Session
from kessos_case.partners import queries
from kessos_case.partners.models import Service
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
    select = (
        sa.select(Organisation.code, Organisation.name, Service.id, Service.service_type, Service.name.label("service"))
        .join(Organisation, Organisation.id == Service.organisation_id)
        .where(Service.id.in_(set(known) - set(named)), Service.is_active)
        .order_by(Organisation.code, Service.name, Service.id)
        .limit(MOST)
    )
    found = [Absent(*row) for row in session.execute(select)]
    if manages_all(session):
        others = sa.select(Organisation.code, Organisation.name).where(
            Organisation.is_active, Organisation.id.in_(queries.offered()), Organisation.code.not_in(set(offices))
        )
        found += [Absent(*row) for row in session.execute(others.order_by(Organisation.code).limit(MOST))]
    return found
