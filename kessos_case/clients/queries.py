"""Reads of people. Row-level security limits every one of them to whom the actor reaches."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from kessos_case.clients.models import Client, ClientAccess, Household, HouseholdMember, TimelineEntry
from kessos_case.clients.rules import Confidentiality
from kessos_case.core.db import Session
from kessos_case.core.months import Month


@dataclass(frozen=True)
class Wanted:
    """What is known of the person looked for, in derived forms."""

    forms: Sequence[str]
    birth_date: date | None = None
    region_code: str | None = None
    nik_hash: bytes | None = None
    nik_deletions: Sequence[bytes] = ()
    phone_hash: bytes | None = None


_ALIKE = sa.text(
    "select * from people_alike(:forms, :birth_date, :region_code, :nik_hash, :nik_deletions, :phone_hash, :most)"
).bindparams(
    sa.bindparam("forms", type_=ARRAY(sa.Text)),
    sa.bindparam("birth_date", type_=sa.Date),
    sa.bindparam("region_code", type_=sa.Text),
    sa.bindparam("nik_hash", type_=sa.LargeBinary),
    sa.bindparam("nik_deletions", type_=ARRAY(sa.LargeBinary)),
    sa.bindparam("phone_hash", type_=sa.LargeBinary),
)

# Of work, which is above this room, only what says that somebody may still be asked about the person.
_QUESTIONS = sa.table(
    "employer_inquiries",
    *(sa.column(name) for name in ("client_id", "consent_id", "answered_at", "revoked_at")),
    sa.column("expires_at", sa.DateTime(timezone=True)),
)


def open_questions(client_id: UUID, now: datetime) -> sa.Select[UUID, datetime]:
    """The consents under which a question to an employer may still be answered, with the last instant of each."""
    asked = _QUESTIONS.c
    is_open = asked.answered_at.is_(None) & asked.revoked_at.is_(None) & (asked.expires_at > now)
    return (
        sa.select(asked.consent_id, sa.func.max(asked.expires_at).label("until"))
        .where(asked.client_id == client_id, is_open)
        .group_by(asked.consent_id)
    )


def alike(session: Session, wanted: Wanted, most: int = 50) -> Sequence[Any]:
    """People of the whole province who may be the one wanted: ids, what they have in common, who holds them.

    Runs as the owner of the search table; says nothing that was not asked with. Columns: client_id, name_similarity,
    nik_equal, nik_near, phone_equal, birth_date_equal, birth_year_equal, district_equal, is_restricted, is_reached,
    organisation_ids.
    """
    values = {
        "forms": list(wanted.forms),
        "birth_date": wanted.birth_date,
        "region_code": wanted.region_code,
        "nik_hash": wanted.nik_hash,
        "nik_deletions": list(wanted.nik_deletions),
        "phone_hash": wanted.phone_hash,
        "most": most,
    }
    return session.execute(_ALIKE, values).all()


_FOUND = sa.text("select * from people_found(:form, :nik_hash, :phone_hash, :most)").bindparams(
    sa.bindparam("form", type_=sa.Text),
    sa.bindparam("nik_hash", type_=sa.LargeBinary),
    sa.bindparam("phone_hash", type_=sa.LargeBinary),
)


def found(
    session: Session, form: str | None, nik_hash: bytes | None, phone_hash: bytes | None, most: int
) -> list[UUID]:
    """Ids of the people the actor reaches whose name is like `form` or whose number is this one, best first."""
    values = {"form": form, "nik_hash": nik_hash, "phone_hash": phone_hash, "most": most}
    return [row.client_id for row in session.execute(_FOUND, values)]


_HELD = sa.text("select * from people_held(:ids)").bindparams(sa.bindparam("ids", type_=ARRAY(sa.Uuid)))


def held(session: Session, ids: Sequence[UUID]) -> Sequence[Any]:
    """client_id, is_restricted, organisation_ids of these people, reached or not."""
    return session.execute(_HELD, {"ids": list(ids)}).all()


def clients(category: str | None = None) -> sa.Select[Client]:
    """The people the actor reaches, with one of the 26 categories where it is named.

    Row-level security would be asked for each person of the province; the explicit grounds let an index drive the list.
    """
    select = sa.select(Client).where(Client.id.in_(sa.select(ClientAccess.client_id)))
    return select.where(Client.categories.any(category_code=category)) if category else select


def timeline(client_id: UUID) -> sa.Select[TimelineEntry]:
    """What happened to one person."""
    return sa.select(TimelineEntry).where(TimelineEntry.client_id == client_id)


def memberships(client_id: UUID) -> sa.Select[HouseholdMember, Household]:
    """The households that a person stood in, the newest first, with those written down by mistake."""
    select = sa.select(HouseholdMember, Household).join(Household, Household.id == HouseholdMember.household_id)
    order = (HouseholdMember.from_month.desc(), HouseholdMember.recorded_at.desc(), HouseholdMember.id.desc())
    return select.where(HouseholdMember.client_id == client_id).order_by(*order)


def members(household_id: UUID) -> sa.Select[HouseholdMember, Client]:
    """Whoever stands or stood in a household, the newest first."""
    select = sa.select(HouseholdMember, Client).join(Client, Client.id == HouseholdMember.client_id)
    order = (HouseholdMember.from_month.desc(), HouseholdMember.id)
    return select.where(HouseholdMember.household_id == household_id, HouseholdMember.voided_at.is_(None)).order_by(
        *order
    )


def stays(first: Month, last: Month | None) -> sa.Select[UUID, UUID, Month, Month | None]:
    """household_id, client_id, from_month, to_month of whatever shares a month with first..last; mistakes are left out."""
    member = HouseholdMember
    select = sa.select(member.household_id, member.client_id, member.from_month, member.to_month)
    return select.where(*_meeting(first, last)).order_by(member.from_month)


def met(client_id: UUID, first: Month, last: Month | None) -> sa.Select[HouseholdMember]:
    """A person's memberships that share a month with first..last, the earliest first; locked, for they may have to end."""
    select = sa.select(HouseholdMember).where(HouseholdMember.client_id == client_id, *_meeting(first, last))
    locked = select.order_by(HouseholdMember.from_month).with_for_update()
    return locked.execution_options(populate_existing=True)


def lasting_beyond(client_id: UUID, month: Month) -> sa.Select[HouseholdMember]:
    """A person's memberships that go on after the month."""
    return sa.select(HouseholdMember).where(
        HouseholdMember.client_id == client_id,
        HouseholdMember.voided_at.is_(None),
        HouseholdMember.to_month.is_(None) | (HouseholdMember.to_month > month),
    )


def unhidden(household_id: UUID, month: Month, but: Iterable[UUID]) -> sa.Select[int]:
    """How many others stand in a household in the month, without those who are hidden from whoever does not reach them."""
    return (
        sa.select(sa.func.count())
        .select_from(HouseholdMember)
        .join(Client, Client.id == HouseholdMember.client_id)
        .where(
            HouseholdMember.household_id == household_id,
            HouseholdMember.client_id.not_in(list(but)),
            Client.confidentiality != Confidentiality.STRICT,
            *_meeting(month, month),
        )
    )


def _meeting(first: Month, last: Month | None) -> list[sa.ColumnElement[bool]]:
    member = HouseholdMember
    shared: list[sa.ColumnElement[bool]] = [
        member.voided_at.is_(None),
        member.to_month.is_(None) | (member.to_month >= first),
    ]
    return shared if last is None else [*shared, member.from_month <= last]


def names(client_ids: Collection[UUID]) -> sa.Select[UUID, str | None, str | None, str]:
    """What people are called, of those within reach: (id, name, temporary_label, confidentiality)."""
    return sa.select(Client.id, Client.name, Client.temporary_label, Client.confidentiality).where(
        Client.id.in_(client_ids)
    )
