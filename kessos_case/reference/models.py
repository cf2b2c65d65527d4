"""Tables of the reference data. Public: no row says anything about a person, so no row-level security."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY

from kessos_case.core.db import Base, one_of
from kessos_case.reference.rules import (
    AmountUnit,
    Confidentiality,
    ProgrammeKind,
    ProgrammeLevel,
    RecipientUnit,
    RegionLevel,
    SourceKind,
    Status,
)


def _in_order() -> sa.CheckConstraint:
    return sa.CheckConstraint("valid_to >= valid_from", name="valid_in_order")


class Region(Base):
    """A place of East Java by its code of the Ministry of Home Affairs."""

    __tablename__ = "regions"
    __table_args__ = (
        one_of("level", RegionLevel),
        sa.Index(
            "ix_regions_search_form",
            "search_form",
            postgresql_using="gin",
            postgresql_ops={"search_form": "gin_trgm_ops"},
            # Written once, read always: a list of pending entries would keep the planner from the index after a load.
            postgresql_with={"fastupdate": "off"},
        ),
    )

    code: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str]
    level: orm.Mapped[str]
    parent_code: orm.Mapped[str | None] = orm.mapped_column(sa.ForeignKey("regions.code"), index=True)
    # rules.region_search_form of the name.
    search_form: orm.Mapped[str]


class PasGroup(Base):
    """One of the 12 groups (Pemerlu Atensi Sosial) into which the ministry folded the 26 categories in 2025."""

    __tablename__ = "pas_groups"

    number: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    slug: orm.Mapped[str] = orm.mapped_column(unique=True)
    name_id: orm.Mapped[str]
    name_en: orm.Mapped[str]


class Category(Base):
    """One of the 26 PPKS categories of Permensos 8/2012, the fine code that stays while labels change."""

    __tablename__ = "categories"
    __table_args__ = (one_of("confidentiality", Confidentiality),)

    code: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    number: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger, unique=True)
    slug: orm.Mapped[str] = orm.mapped_column(unique=True)
    name_id: orm.Mapped[str]
    name_en: orm.Mapped[str]
    definition: orm.Mapped[str]
    criteria: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text))
    definition_status: orm.Mapped[str]
    synonyms: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text))
    pas_number: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("pas_groups.number"), index=True)
    cluster: orm.Mapped[str]
    confidentiality: orm.Mapped[str]
    # Whole years, for a warning only, never a block: ages of people without papers are estimates.
    min_age: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    max_age: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)

    pas: orm.Mapped[PasGroup] = orm.relationship(lazy="joined", innerjoin=True, viewonly=True)


class Programme(Base):
    """An aid programme. What it pays stands in dated amounts, because that changes with each budget year."""

    __tablename__ = "programmes"
    __table_args__ = (
        one_of("level", ProgrammeLevel),
        one_of("source_kind", SourceKind),
        one_of("kind", ProgrammeKind),
        one_of("recipient_unit", RecipientUnit),
        one_of("status", Status),
        sa.CheckConstraint("months_per_payment > 0", name="months_per_payment"),
    )

    code: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    name_id: orm.Mapped[str]
    name_en: orm.Mapped[str]
    owner: orm.Mapped[str]
    level: orm.Mapped[str]
    source_kind: orm.Mapped[str]
    kind: orm.Mapped[str]
    recipient_unit: orm.Mapped[str]
    counted_per: orm.Mapped[str]
    frequency: orm.Mapped[str]
    # None where the source does not say how many months one payment covers.
    months_per_payment: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    target: orm.Mapped[str]
    source: orm.Mapped[str]
    status: orm.Mapped[str]
    note: orm.Mapped[str | None]

    amounts: orm.Mapped[list["ProgrammeAmount"]] = orm.relationship(
        lazy="selectin", order_by="ProgrammeAmount.valid_from", viewonly=True
    )


class ProgrammeAmount(Base):
    """What a programme pays from a day on: whole rupiah per unit of time, for each thing it is counted per."""

    __tablename__ = "programme_amounts"
    __table_args__ = (
        one_of("unit", AmountUnit),
        one_of("status", Status),
        _in_order(),
        sa.CheckConstraint("amount > 0", name="amount"),
    )

    programme_code: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey("programmes.code"), primary_key=True)
    valid_from: orm.Mapped[date] = orm.mapped_column(primary_key=True)
    valid_to: orm.Mapped[date | None]
    amount: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    unit: orm.Mapped[str]
    source: orm.Mapped[str]
    status: orm.Mapped[str]
    note: orm.Mapped[str | None]


class PovertyLine(Base):
    """Rupiah per person and month below which BPS counts a person as poor, as published for a month."""

    __tablename__ = "poverty_lines"
    __table_args__ = (one_of("status", Status), sa.CheckConstraint("amount > 0", name="amount"))

    # No foreign key: the line of Indonesia stands here as 00, to compare with, and 00 is no place of the register.
    region_code: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    # core.months: year*12 + month-1.
    month: orm.Mapped[int] = orm.mapped_column(primary_key=True, autoincrement=False)
    amount: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    source: orm.Mapped[str]
    status: orm.Mapped[str]


class MinimumWage(Base):
    """The UMK of a kabupaten or kota: rupiah per month, by the governor's decree in force between two days."""

    __tablename__ = "minimum_wages"
    __table_args__ = (one_of("status", Status), _in_order(), sa.CheckConstraint("amount > 0", name="amount"))

    region_code: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey("regions.code"), primary_key=True)
    valid_from: orm.Mapped[date] = orm.mapped_column(primary_key=True)
    valid_to: orm.Mapped[date | None]
    amount: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    legal_basis: orm.Mapped[str]
    source: orm.Mapped[str]
    status: orm.Mapped[str]


class ServiceType(Base):
    """What a referral can ask for: a group, or a service within one."""

    __tablename__ = "service_types"
    __table_args__ = (one_of("confidentiality", Confidentiality),)

    code: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    parent_code: orm.Mapped[str | None] = orm.mapped_column(sa.ForeignKey("service_types.code"), index=True)
    name_id: orm.Mapped[str]
    name_en: orm.Mapped[str]
    confidentiality: orm.Mapped[str]
