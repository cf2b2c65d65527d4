"""Tables of the aid ledger and of the files that it is imported from."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.aid.rules import ImportRowState, ImportState, ReversalReason
from kessos_case.clients.models import Client, Household
from kessos_case.core.db import Base, one_of
from kessos_case.reference.models import Programme


class Disbursement(Base):
    """One line: a programme's rupiah for one person or household, for the months from..to. Never changed, only reversed."""

    __tablename__ = "disbursements"
    __table_args__ = (
        one_of("reason", ReversalReason),
        sa.CheckConstraint("num_nonnulls(client_id, household_id) = 1", name="one_recipient"),
        sa.CheckConstraint("to_month >= from_month", name="in_order"),
        sa.CheckConstraint("(reverses_id is null) = (amount > 0)", name="sign"),
        sa.CheckConstraint("(reverses_id is null) = (reason is null)", name="reversal_has_reason"),
        # All that the night reads, in the order in which it reads: by person, by household. The table itself lies in the
        # order in which files came.
        sa.Index(
            "ix_disbursements_client_id",
            "client_id",
            "to_month",
            postgresql_include=["from_month", "amount", "known_on", "programme_code"],
            postgresql_where=sa.text("client_id is not null"),
        ),
        sa.Index(
            "ix_disbursements_household_id",
            "household_id",
            "to_month",
            postgresql_include=["from_month", "amount", "known_on", "programme_code", "component"],
            postgresql_where=sa.text("household_id is not null"),
        ),
        sa.Index("ix_disbursements_reverses_id", "reverses_id", postgresql_where=sa.text("reverses_id is not null")),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(Client.id))
    household_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(Household.id))
    programme_code: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey(Programme.code))
    # Which member or thing a payment is for, as the programme names it; a child's school aid is not its mother's.
    component: orm.Mapped[str | None]
    # core.months: year*12 + month-1.
    from_month: orm.Mapped[int]
    to_month: orm.Mapped[int]
    paid_on: orm.Mapped[date]
    # The later of paid and recorded: what nobody knew then cannot be held against a decision of then. Of a line from a
    # file marked historic it is the day of payment.
    known_on: orm.Mapped[date]
    amount: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    source_reference: orm.Mapped[str | None]
    # rules.source_key: the same line twice adds nothing.
    source_key: orm.Mapped[UUID] = orm.mapped_column(unique=True)
    reverses_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("disbursements.id"))
    reason: orm.Mapped[str | None]
    # Where it came from: a file and the number of its row, or the person who wrote it down.
    import_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("aid_imports.id"))
    import_row: orm.Mapped[int | None]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"))


class AidImport(Base):
    """A file of lines: checked as a dry run first, then applied. What it holds opens only with its own `data_key`."""

    __tablename__ = "aid_imports"
    __table_args__ = (
        one_of("state", ImportState),
        one_of("media", ("csv", "xlsx")),
        sa.Index("ix_aid_imports_organisation_id", "organisation_id", "uploaded_at", "id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    data_key: orm.Mapped[bytes | None]
    filename: orm.Mapped[str]
    media: orm.Mapped[str]
    size: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    content_hash: orm.Mapped[bytes] = orm.mapped_column(index=True)
    # For a file whose rows name no programme.
    programme_code: orm.Mapped[str | None] = orm.mapped_column(sa.ForeignKey(Programme.code))
    # Of the past: its lines count as known on the day they were paid. The mark stays visible.
    is_historic: orm.Mapped[bool] = orm.mapped_column(default=False)
    state: orm.Mapped[str]
    # Why the file as a whole was refused: a stable code and a sentence without a value of the file. A sentence without a
    # code says what was left out of a file that was not refused.
    problem: orm.Mapped[str | None]
    problem_detail: orm.Mapped[str | None]
    # Rows of the file (null until it has been read once) and how far the present stage has come.
    total: orm.Mapped[int | None]
    done: orm.Mapped[int] = orm.mapped_column(default=0)
    ready: orm.Mapped[int] = orm.mapped_column(default=0)
    known: orm.Mapped[int] = orm.mapped_column(default=0)
    parked: orm.Mapped[int] = orm.mapped_column(default=0)
    failed: orm.Mapped[int] = orm.mapped_column(default=0)
    added: orm.Mapped[int] = orm.mapped_column(default=0)
    job_id: orm.Mapped[UUID | None]
    uploaded_at: orm.Mapped[datetime]
    uploaded_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    applied_at: orm.Mapped[datetime | None]
    applied_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class AidImportFile(Base):
    """The bytes of an imported file, sealed; deleted once nothing can be asked of it any more."""

    __tablename__ = "aid_import_files"

    import_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(AidImport.id), primary_key=True)
    content_sealed: orm.Mapped[bytes]


class AidImportRow(Base):
    """One row of a file and what became of it. Who it names stands sealed, and only where somebody must still look."""

    __tablename__ = "aid_import_rows"
    __table_args__ = (
        one_of("state", ImportRowState),
        sa.Index(
            "ix_aid_import_rows_open",
            "import_id",
            "row_number",
            postgresql_where=sa.text("state in ('failed', 'parked')"),
        ),
    )

    import_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(AidImport.id), primary_key=True)
    # As a spreadsheet counts: the heading is row 1.
    row_number: orm.Mapped[int] = orm.mapped_column(primary_key=True, autoincrement=False)
    state: orm.Mapped[str]
    # Of a failed row the field and why, of a parked one why its person is unsure: stable codes.
    field: orm.Mapped[str | None]
    reason: orm.Mapped[str | None]
    # Without foreign keys: the line that a row becomes has them, and a file of a million rows is checked faster.
    client_id: orm.Mapped[UUID | None]
    household_id: orm.Mapped[UUID | None]
    programme_code: orm.Mapped[str | None]
    component: orm.Mapped[str | None]
    from_month: orm.Mapped[int | None]
    to_month: orm.Mapped[int | None]
    paid_on: orm.Mapped[date | None]
    amount: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    source_reference: orm.Mapped[str | None]
    source_key: orm.Mapped[UUID | None]
    # The row as it stood in the file, as JSON under the import's key.
    raw_sealed: orm.Mapped[bytes | None]
    settled_at: orm.Mapped[datetime | None]
    settled_by: orm.Mapped[UUID | None]
