"""Makers of households."""

from itertools import count
from typing import Any
from uuid import UUID

from kessos_case.access.models import User
from kessos_case.clients import service
from kessos_case.core.months import parse_month
from tests.factories import Make

_card = count(1)


def new_kk() -> str:
    """The number of a family card that nobody else has."""
    return f"350912010120{next(_card):04d}"


def membership(
    make: Make, by: User, client_id: UUID, months: str = "2025-01..", **stated: Any
) -> service.MembershipCard:
    """A person in a household of his own card for `2025-01..2025-03`, or from `2025-01..` on."""
    first, _, last = months.partition("..")
    if not stated.keys() & {"kk", "household_id"}:
        stated["kk"] = new_kk()
    when = {"from_month": parse_month(first), "to_month": parse_month(last) if last else None}
    with make.acting(by) as session:
        return service.join_household(session, client_id, **{"relation": "head"} | when | stated)


def family(make: Make, by: User, *client_ids: UUID, months: str = "2025-01..") -> UUID:
    """These people in one household of a new card; its id."""
    kk = new_kk()
    made = [membership(make, by, client_id, months, kk=kk) for client_id in client_ids]
    return made[0].household_id
