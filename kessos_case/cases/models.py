"""Tables of cases: the episode and its history, agreement, transfer, conferences, visits, and a safe home.

Every table carries `client_id`; free text is sealed under the client's key. Assessments and plans stand in `casework.py`.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.cases.rules import AgreementForm, CloseReason, LawfulGround, Pathway, Stage
from kessos_case.clients.models import Client
from kessos_case.core.db import Base, one_of
from kessos_case.reference.models import Category


class Case(Base):
    """One episode of service of one client at one UPT. A later one links to the earlier, which makes relapse countable."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("stage", Stage),
        one_of("pathway", Pathway),
        one_of("close_reason", CloseReason),
        one_of("spm_level", ("province", "regency")),
        sa.CheckConstraint("(stage in ('graduated', 'closed')) = (closed_at is not null)", name="closed_at_the_end"),
        sa.CheckConstraint("(close_reason is not null) = (stage = 'closed')", name="closed_for_a_reason"),
        sa.CheckConstraint("paused_until >= paused_from", name="pause_in_order"),
        sa.Index(
            "uq_cases_open", "client_id", "organisation_id", unique=True, postgresql_where=sa.text("closed_at is null")
        ),
        sa.Index(
            "ix_cases_caseload", "organisation_id", "opened_at", "id", postgresql_where=sa.text("closed_at is null")
        ),
        sa.Index(
            "ix_cases_caseworker", "caseworker_id", "opened_at", "id", postgresql_where=sa.text("closed_at is null")
        ),
        sa.Index("ix_cases_organisation_id", "organisation_id", "opened_at", "id"),
        sa.Index("ix_cases_client_id", "client_id", "opened_at"),
        sa.Index("ix_cases_successor_organisation_id", "successor_organisation_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id))
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    category_code: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey(Category.code), index=True)
    pathway: orm.Mapped[str]
    stage: orm.Mapped[str]
    stage_since: orm.Mapped[datetime]
    opened_at: orm.Mapped[datetime]
    closed_at: orm.Mapped[datetime | None]
    close_reason: orm.Mapped[str | None]
    caseworker_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"))
    # The accepted referral that brought the person; referrals know cases and not the other way round.
    referral_id: orm.Mapped[UUID | None] = orm.mapped_column(index=True)
    previous_case_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("cases.id"), index=True)
    # The UPT that took the person over; it reads this episode as its own past.
    successor_organisation_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    spm_type: orm.Mapped[str | None]
    spm_level: orm.Mapped[str | None]
    recommending_organisation_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey("organisations.id"), index=True
    )
    paused_from: orm.Mapped[date | None]
    paused_until: orm.Mapped[date | None]
    # When somebody of the office last saw or spoke to the person. Written past `version`: it changes no decision.
    contact_on: orm.Mapped[date | None]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class CaseTransition(Base):
    """One move of a case, never changed. `detail` has codes and ids only; what was said is sealed beside it."""

    __tablename__ = "case_transitions"
    __table_args__ = (sa.Index("ix_case_transitions_case_id", "case_id", "recorded_at", "id"),)

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("cases.id"))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id), index=True)
    verb: orm.Mapped[str]
    from_stage: orm.Mapped[str | None]
    to_stage: orm.Mapped[str]
    reason: orm.Mapped[str | None]
    detail: orm.Mapped[dict[str, Any]] = orm.mapped_column(default=dict)
    happened_at: orm.Mapped[datetime]
    recorded_at: orm.Mapped[datetime]
    user_id: orm.Mapped[UUID | None]
    organisation_id: orm.Mapped[UUID | None]
    policy_version: orm.Mapped[str]


class CaseText(Base):
    """What was said with a move, under the client's key; gone when that key is destroyed."""

    __tablename__ = "case_texts"

    transition_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("case_transitions.id"), primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("cases.id"), index=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id), index=True)
    text_sealed: orm.Mapped[bytes]


class CaseAgreement(Base):
    """That the person (or a guardian) agrees to the service, or the lawful ground to serve without it, with its reason."""

    __tablename__ = "case_agreements"
    __table_args__ = (
        one_of("form", AgreementForm),
        one_of("lawful_ground", LawfulGround),
        sa.CheckConstraint("num_nonnulls(form, lawful_ground) = 1", name="form_or_ground"),
        sa.CheckConstraint("form is not null or reason_sealed is not null", name="ground_has_reason"),
        sa.Index("ix_case_agreements_case_id", "case_id", "recorded_at"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("cases.id"))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id), index=True)
    form: orm.Mapped[str | None]
    lawful_ground: orm.Mapped[str | None]
    reason_sealed: orm.Mapped[bytes | None]
    given_on: orm.Mapped[date]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class CaseTransfer(Base):
    """An episode offered to another UPT. Until it accepts, the first stays responsible."""

    __tablename__ = "case_transfers"
    __table_args__ = (
        one_of("state", ("offered", "accepted", "declined", "withdrawn")),
        sa.Index("uq_case_transfers_open", "case_id", unique=True, postgresql_where=sa.text("state = 'offered'")),
        sa.Index("ix_case_transfers_case_id", "case_id"),
        sa.Index("ix_case_transfers_from_organisation_id", "from_organisation_id", "offered_at"),
        sa.Index("ix_case_transfers_to_organisation_id", "to_organisation_id", "offered_at"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("cases.id"))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id), index=True)
    from_organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    to_organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    state: orm.Mapped[str]
    reason: orm.Mapped[str]
    # What the other UPT is told before it decides: stage, pathway, category, age, sex and the note; sealed, no name.
    snapshot_sealed: orm.Mapped[bytes]
    offered_at: orm.Mapped[datetime]
    offered_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    due_at: orm.Mapped[datetime]
    answered_at: orm.Mapped[datetime | None]
    answered_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    answer_reason: orm.Mapped[str | None]
    new_case_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("cases.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Conference(Base):
    """A case conference (temu bahas kasus): who met, what was agreed, which plan version it looked at."""

    __tablename__ = "conferences"
    __table_args__ = (sa.Index("ix_conferences_case_id", "case_id", "held_on"),)

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("cases.id"))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id), index=True)
    plan_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("plans.id"), index=True)
    held_on: orm.Mapped[date]
    # [{user_id?, organisation_id, part}]: ids and codes; whoever has no account is named in the sealed decisions.
    attendees: orm.Mapped[list[dict[str, Any]]] = orm.mapped_column(sa.dialects.postgresql.JSONB)
    decisions_sealed: orm.Mapped[bytes]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class Visit(Base):
    """A visit or call to a person, or the attempt at one: three attempts on three days are what lost contact means."""

    __tablename__ = "visits"
    __table_args__ = (
        one_of("kind", ("visit", "call")),
        one_of("outcome", ("well", "needs_support", "at_risk")),
        sa.CheckConstraint("was_met = (outcome is not null)", name="outcome_when_met"),
        sa.CheckConstraint("aftercare_month between 1 and 60", name="aftercare_month"),
        sa.Index("ix_visits_client_id", "client_id", "visited_on"),
        sa.Index("ix_visits_case_id", "case_id", "visited_on"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id))
    case_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("cases.id"))
    kind: orm.Mapped[str]
    visited_on: orm.Mapped[date]
    was_met: orm.Mapped[bool]
    outcome: orm.Mapped[str | None]
    # Which visit of aftercare this is: months since the provisional verdict (spec graduation.md, "The gate").
    aftercare_month: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    # None: does not apply to this person, or was not asked.
    attends_school: orm.Mapped[bool | None]
    follows_treatment: orm.Mapped[bool | None]
    is_on_street: orm.Mapped[bool | None]
    note_sealed: orm.Mapped[bytes | None]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)


class Reunification(Base):
    """A family or community that takes the person in: assessed as safe or not, begun, verified, ended."""

    __tablename__ = "reunifications"
    __table_args__ = (
        one_of("kind", ("family", "foster_family", "community")),
        one_of("end_reason", ("returned_to_street", "unsafe", "family_refused", "moved", "deceased", "other")),
        sa.CheckConstraint("ended_on >= starts_on", name="ends_after_start"),
        sa.CheckConstraint("starts_on is null or is_safe", name="only_into_safety"),
        sa.Index("ix_reunifications_case_id", "case_id", "assessed_on"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("cases.id"))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id), index=True)
    kind: orm.Mapped[str]
    # Who they are, in words, under the client's key.
    home_sealed: orm.Mapped[bytes]
    region_code: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey("regions.code"), index=True)
    assessed_on: orm.Mapped[date]
    is_safe: orm.Mapped[bool]
    guardian_consent_on: orm.Mapped[date | None]
    starts_on: orm.Mapped[date | None]
    verified_on: orm.Mapped[date | None]
    verified_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    ended_on: orm.Mapped[date | None]
    end_reason: orm.Mapped[str | None]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}
