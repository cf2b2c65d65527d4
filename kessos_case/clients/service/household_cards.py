"""Households as shown, the doors to them, and who stands in one: what the caller does not reach is told as a number at most."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kessos_case.access.service import record
from kessos_case.clients import queries
from kessos_case.clients.models import Client, Household, HouseholdMember
from kessos_case.clients.rules import Stay, mask_nik, most_at_once
from kessos_case.clients.service import cards
from kessos_case.clients.service.registry import client_for
from kessos_case.core.clock import office_day
from kessos_case.core.db import Session, as_system
from kessos_case.core.errors import NotFound
from kessos_case.core.keys import DataKey, keyring
from kessos_case.core.months import Month, month_of

# As what the program itself looks beyond the caller's reach.
BY = "households"


@dataclass(frozen=True)
class MembershipCard:
    """A person's time in a household; `kk` masked, months core.months. A voided one was a mistake and counts for nothing."""

    id: UUID
    version: int
    client_id: UUID
    household_id: UUID
    kk: str | None
    region_code: str | None
    relation: str
    from_month: Month
    to_month: Month | None
    recorded_at: datetime
    voided_at: datetime | None


@dataclass(frozen=True)
class MemberCard:
    """A member as a list shows him: without a name where he is hidden."""

    membership_id: UUID
    client_id: UUID
    label: str
    is_masked: bool
    relation: str
    from_month: Month
    to_month: Month | None


@dataclass(frozen=True)
class HouseholdCard:
    """A household as this reader may see it: `members` whom he reaches, now or before, and how many `others` it has now."""

    id: UUID
    version: int
    kk: str | None
    region_code: str | None
    members: list[MemberCard]
    others: int


def household_for(session: Session, household_id: UUID) -> Household:
    """The one door to a household: one with a member whom the actor reaches. Raises NotFound."""
    found = session.scalar(sa.select(Household).where(Household.id == household_id))
    if found is None:
        raise NotFound("There is no such household.")
    return found


def membership_for(session: Session, membership_id: UUID, *, lock: bool = False) -> HouseholdMember:
    """One membership, of a person whom the actor reaches. Raises NotFound."""
    select = sa.select(HouseholdMember).where(HouseholdMember.id == membership_id)
    if lock:
        select = select.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(select)
    if found is None:
        raise NotFound("There is no such membership.")
    return found


def memberships_of(session: Session, client_id: UUID) -> list[MembershipCard]:
    """Every household that a person stood in, newest first, mistakes too; the look is in the audit trail."""
    client = client_for(session, client_id)
    record(session, "list", "household", clients=[client.id])
    rows = session.execute(queries.memberships(client.id)).all()
    return [card(member, household) for member, household in rows]


def read_membership(session: Session, membership_id: UUID) -> MembershipCard:
    """One membership; the look is in the audit trail."""
    member = membership_for(session, membership_id)
    record(session, "read", "household", member.household_id, clients=[member.client_id])
    return card(member, household_for(session, member.household_id))


def read_household(session: Session, household_id: UUID) -> HouseholdCard:
    """Look at a household; the look at each member that is shown is in the audit trail."""
    household = household_for(session, household_id)
    rows = session.execute(queries.members(household.id)).all()
    reached = {client.id for _, client in rows}
    record(session, "read", "household", household.id, clients=sorted(reached))
    return HouseholdCard(
        id=household.id,
        version=household.version,
        kk=_masked_kk(household),
        region_code=household.region_code,
        members=[_member(session, member, client) for member, client in rows],
        others=_others(session, household.id, reached),
    )


def stays_of(session: Session, client_id: UUID, first: Month, last: Month) -> list[tuple[UUID, Stay]]:
    """The households that a person stood in in these months, with his months there; for services, which audit themselves."""
    rows = session.execute(queries.stays(first, last).where(HouseholdMember.client_id == client_id))
    return [(row.household_id, Stay(row.from_month, row.to_month)) for row in rows]


def members_in(session: Session, household_id: UUID, first: Month, last: Month | None) -> list[UUID]:
    """Whoever of a household the actor reaches stood in it in a month of first..last; everybody when the program acts."""
    rows = session.execute(queries.stays(first, last).where(HouseholdMember.household_id == household_id))
    return sorted({row.client_id for row in rows})


def household_size(session: Session, client_id: UUID, first: Month, last: Month) -> int | None:
    """How many people the household had in which a person stood through all of first..last; None when it is not known.

    The greatest number of any one month: people are not made richer than they are. Asked of the whole household, also of
    members beyond reach, because an income is shared by all who live on it.
    """
    stays = stays_of(session, client_id, first, last)
    households = {household_id for household_id, _ in stays}
    if len(households) != 1 or any(not any(stay.meets(m, m) for _, stay in stays) for m in range(first, last + 1)):
        return None
    with as_system(session, BY):
        rows = session.execute(queries.stays(first, last).where(HouseholdMember.household_id == households.pop())).all()
    return most_at_once((Stay(row.from_month, row.to_month) for row in rows), first, last)


def _others(session: Session, household_id: UUID, reached: Iterable[UUID]) -> int:
    """How many stand in the household now beside those who are reached; who is hidden is not even counted."""
    month = month_of(office_day(session.now))
    with as_system(session, BY):
        return session.scalar(queries.unhidden(household_id, month, reached)) or 0


def _member(session: Session, member: HouseholdMember, client: Client) -> MemberCard:
    shown = cards.card(session, client, in_list=True)
    return MemberCard(
        member.id, client.id, shown.label, shown.is_masked, member.relation, member.from_month, member.to_month
    )


def card(member: HouseholdMember, household: Household) -> MembershipCard:
    own = ("kk", "region_code")
    shown: dict[str, Any] = {
        name: getattr(member, name) for name in MembershipCard.__dataclass_fields__ if name not in own
    }
    return MembershipCard(kk=_masked_kk(household), region_code=household.region_code, **shown)


def _masked_kk(household: Household) -> str | None:
    key = _data_key(household)
    return mask_nik(key.open(household.kk_sealed, kk_place(household.id))) if key and household.kk_sealed else None


def _data_key(household: Household) -> DataKey | None:
    return keyring().unwrap(household.data_key, key_place(household.id)) if household.data_key else None


def key_place(household_id: UUID) -> str:
    return f"households:data_key:{household_id}"


def kk_place(household_id: UUID) -> str:
    return f"households:kk:{household_id}"
