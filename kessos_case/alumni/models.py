"""Tables of mentors and of whom they met. A mentor is a graduate: what he told is sealed under his own key."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import ARRAY

from kessos_case.alumni.rules import FreeFor, MentoringOutcome, MentoringState
from kessos_case.cases.casework import PlanStep
from kessos_case.cases.models import Case
from kessos_case.clients.models import Consent
from kessos_case.core.db import Base, one_of


class Mentor(Base):
    """A graduate who agreed to help others, for as long as his consent holds."""

    __tablename__ = "mentors"
    __table_args__ = (
        sa.CheckConstraint("cardinality(free_for) > 0", name="free_for_something"),
        sa.CheckConstraint("until_on >= since_on", name="in_order"),
        sa.Index("uq_mentors_active", "client_id", unique=True, postgresql_where=sa.text("until_on is null")),
        sa.Index("ix_mentors_client_id", "client_id"),
        sa.Index("ix_mentors_region_code", "region_code", postgresql_where=sa.text("until_on is null")),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    consent_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Consent.id), index=True)
    # Trades, as courses name them (Course.skill) or in own words.
    skills: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text))
    free_for: orm.Mapped[list[str]] = orm.mapped_column(ARRAY(sa.Text))
    # What his business or work is, in words.
    business_sealed: orm.Mapped[bytes | None]
    region_code: orm.Mapped[str] = orm.mapped_column(sa.ForeignKey("regions.code"))
    # So many at a time, at most.
    most_at_once: orm.Mapped[int] = orm.mapped_column(sa.SmallInteger, default=1)
    since_on: orm.Mapped[date]
    until_on: orm.Mapped[date | None]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Mentoring(Base):
    """One person who meets a mentor, from the proposal to what became of both."""

    __tablename__ = "mentorings"
    __table_args__ = (
        one_of("state", MentoringState),
        one_of("wanted", FreeFor),
        one_of("outcome", MentoringOutcome),
        one_of("mentor_outcome", MentoringOutcome),
        sa.CheckConstraint("mentor_client_id <> client_id", name="two_people"),
        sa.CheckConstraint("(state = 'ended') = (ended_on is not null)", name="ended_when_ended"),
        sa.CheckConstraint("(state = 'ended') = (outcome is not null)", name="outcome_when_ended"),
        sa.Index(
            "uq_mentorings_running",
            "mentor_id",
            "client_id",
            unique=True,
            postgresql_where=sa.text("state <> 'ended'"),
        ),
        sa.Index("ix_mentorings_client_id", "client_id"),
        sa.Index("ix_mentorings_mentor_client_id", "mentor_client_id"),
        sa.Index("ix_mentorings_case_id", "case_id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    mentor_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Mentor.id))
    mentor_client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    mentor_organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id))
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("clients.id"))
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"), index=True)
    plan_step_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(PlanStep.id), index=True)
    # What the mentor is asked for: with it his office can ask him without being told of whom.
    wanted: orm.Mapped[str]
    state: orm.Mapped[str]
    proposed_at: orm.Mapped[datetime]
    proposed_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    # Both are asked apart: the person by his own caseworker, the mentor by the office that keeps him.
    client_agreed_on: orm.Mapped[date | None]
    mentor_agreed_on: orm.Mapped[date | None]
    first_met_on: orm.Mapped[date | None]
    ended_on: orm.Mapped[date | None]
    outcome: orm.Mapped[str | None]
    mentor_outcome: orm.Mapped[str | None]
    # What the caseworker wrote about it, under the client's key.
    note_sealed: orm.Mapped[bytes | None]
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}
