"""Makers of the directory, as an administrator would fill it."""

from datetime import date
from typing import Any
from uuid import UUID

from kessos_case.access.models import Organisation, User
from kessos_case.access.service import add_organisation
from kessos_case.core import db
from kessos_case.partners import service
from tests.factories import OPERATOR, Make, fresh_id

YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


def partner(make: Make, **stated: Any) -> Organisation:
    """A welfare institution (LKS) in Jember that nobody has heard of."""
    code = f"LKS-{fresh_id().hex[-8:].upper()}"
    with db.transaction(OPERATOR) as session:
        defaults = {"kind": "lks", "code": code, "name": f"Yayasan {code}", "region_code": "35.09"}
        return add_organisation(session, **defaults | stated)


def offer_service(
    make: Make, organisation_id: UUID | None = None, *, by: User | None = None, **stated: Any
) -> service.ServiceCard:
    """A service of a new partner, or of this organisation: a shelter for all of Jember."""
    office = organisation_id or partner(make).id
    defaults = {"service_type": "temporary_shelter", "name": "Rumah Singgah", "coverage": ["35.09"]}
    with make.acting(by or make.user("administrator")) as session:
        return service.add_service(session, office, **defaults | stated)


def open_places(make: Make, offered: service.ServiceCard, places: int = 3, **stated: Any) -> Any:
    """Places of a service in 2026."""
    with make.acting(make.user("administrator")) as session:
        return service.set_capacity(
            session, offered.organisation_id, **YEAR | {"service_id": offered.id, "places": places} | stated
        )


def agree(make: Make, organisation_id: UUID, **stated: Any) -> Any:
    """An agreement for 2026."""
    with make.acting(make.user("administrator")) as session:
        return service.add_agreement(session, organisation_id, **YEAR | {"number": "PKS-1/2026"} | stated)


def pause(make: Make, organisation_id: UUID, **stated: Any) -> Any:
    """A pause from the first of March until further notice."""
    with make.acting(make.user("administrator")) as session:
        return service.add_pause(session, organisation_id, **{"starts_on": date(2026, 3, 1), "reason": "full"} | stated)


def contact(make: Make, organisation_id: UUID, **stated: Any) -> Any:
    """Who is on duty there."""
    with make.acting(make.user("administrator")) as session:
        return service.add_contact(session, organisation_id, **{"name": "Piket", "phone": "0812-3456-7890"} | stated)
