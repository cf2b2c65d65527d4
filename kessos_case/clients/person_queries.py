"""What the page of a person shows of the register beside the record itself, in one statement, and his timeline by kinds."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import aggregate_order_by

from kessos_case.clients.models import Alert, Client, ClientCategory, Consent, HouseholdMember, TimelineEntry
from kessos_case.core.db import Session
from kessos_case.core.months import Month
from kessos_case.reference.models import Category, Region
from kessos_case.reference.rules import region_lineage


def surroundings(session: Session, client_id: UUID, region_code: str | None, day: date, month: Month) -> Any:
    """alerts, consents, household (each a list of objects), categories and places (lists of names) on this day.

    `places` from the small to the large; `household` are the people of his household of this month, himself included, as
    far as the actor reaches them. Row-level security limits each part as it limits the same rows elsewhere.
    """
    return session.execute(
        sa.select(
            _alerts(client_id, day).label("alerts"),
            _consents(client_id, day).label("consents"),
            _household(client_id, month).label("household"),
            _categories(client_id).label("categories"),
            _places(region_code).label("places"),
        )
    ).one()


def entries(client_id: UUID, kinds: Collection[str] | None) -> sa.Select[Any]:
    """What happened to a person, of these kinds where they are named."""
    select = sa.select(TimelineEntry).where(TimelineEntry.client_id == client_id)
    return select if kinds is None else select.where(TimelineEntry.kind.in_(sorted(kinds)))


def _alerts(client_id: UUID, day: date) -> Any:
    columns = ("id", "kind", "severity", "until_on", "raised_at")
    sealed = sa.func.encode(Alert.note_sealed, "base64")
    row = sa.func.jsonb_build_object(*_pairs(Alert, columns), "note", sealed)
    is_open = Alert.ended_at.is_(None) & (Alert.until_on.is_(None) | (Alert.until_on >= day))
    return _listed(row, Alert.raised_at.desc(), Alert.client_id == client_id, is_open)


def _consents(client_id: UUID, day: date) -> Any:
    row = sa.func.jsonb_build_object(*_pairs(Consent, ("purpose", "receiver_organisation_id", "expires_on")))
    holds = (
        Consent.withdrawn_at.is_(None)
        & (Consent.given_on <= day)
        & (Consent.expires_on.is_(None) | (Consent.expires_on >= day))
    )
    return _listed(row, Consent.given_on, Consent.client_id == client_id, holds)


def _household(client_id: UUID, month: Month) -> Any:
    own, member = orm.aliased(HouseholdMember), HouseholdMember
    now = [
        one.voided_at.is_(None) & (one.from_month <= month) & (one.to_month.is_(None) | (one.to_month >= month))
        for one in (own, member)
    ]
    row = sa.func.jsonb_build_object(
        *_pairs(Client, ("id", "name", "temporary_label", "confidentiality")), "relation", member.relation
    )
    return (
        sa.select(sa.func.jsonb_agg(aggregate_order_by(row, member.from_month, member.id)))
        .select_from(own)
        .join(member, sa.and_(member.household_id == own.household_id, now[1]))
        .join(Client, Client.id == member.client_id)
        .where(own.client_id == client_id, now[0])
        .scalar_subquery()
    )


def _categories(client_id: UUID) -> Any:
    row = sa.func.jsonb_build_object("id", Category.name_id, "en", Category.name_en)
    return (
        sa.select(sa.func.jsonb_agg(aggregate_order_by(row, Category.number)))
        .join(ClientCategory, ClientCategory.category_code == Category.code)
        .where(ClientCategory.client_id == client_id)
        .scalar_subquery()
    )


def _places(region_code: str | None) -> Any:
    # Everybody knows which province this is.
    codes = [code for code in region_lineage(region_code) if len(code) > 2] if region_code else []
    names = sa.func.jsonb_agg(aggregate_order_by(Region.name, sa.func.length(Region.code).desc()))
    return sa.select(names).where(Region.code.in_(codes)).scalar_subquery()


def _listed(row: Any, order: Any, *conditions: Any) -> Any:
    return sa.select(sa.func.jsonb_agg(aggregate_order_by(row, order))).where(*conditions).scalar_subquery()


def _pairs(model: Any, names: Collection[str]) -> list[Any]:
    return [part for name in names for part in (name, getattr(model, name))]
