"""Tables of dependency: grounds of exemption, scores, flags with their review, and the policies that scores name.

Scores only grow: a night writes what has changed. Rows carry codes and numbers; words of a reviewer are sealed.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from kessos_case.cases.casework import Plan, PlanStep
from kessos_case.cases.models import Case
from kessos_case.clients.models import Client, Household
from kessos_case.core.db import Base, one_of
from kessos_case.dependency.rules import (
    Band,
    Decision,
    DismissReason,
    ExemptionGround,
    ExemptionSource,
    FlagCause,
    FlagKind,
    FlagState,
    Ground,
    Opinion,
    Status,
)


class ScorePolicy(Base):
    """A policy under which scores were reached, whole: its reasons can be told when the file has long changed."""

    __tablename__ = "score_policies"

    label: orm.Mapped[str] = orm.mapped_column(primary_key=True)
    content: orm.Mapped[str]
    first_used_at: orm.Mapped[datetime]


class Exemption(Base):
    """That a person is not to be scored, on a ground that somebody saw, from a day until another or until it is ended."""

    __tablename__ = "exemptions"
    __table_args__ = (
        one_of("ground", ExemptionGround),
        one_of("source", ExemptionSource),
        sa.CheckConstraint("until_on >= from_on", name="in_order"),
        sa.Index("ix_exemptions_client_id", "client_id", "from_on"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id))
    ground: orm.Mapped[str]
    source: orm.Mapped[str]
    from_on: orm.Mapped[date]
    until_on: orm.Mapped[date | None]
    recorded_at: orm.Mapped[datetime]
    recorded_by: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    ended_at: orm.Mapped[datetime | None]
    ended_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)


class DependencyScore(Base):
    """What was found of a person as of a day. The latest row holds until another is written.

    Indicators are those of rules.indicators and are null where the person is not scored. `facts_known` and `facts_true`
    are bits over rules.Fact, `lines` bits over the lines of the policy that were reached.
    """

    __tablename__ = "dependency_scores"
    __table_args__ = (
        one_of("status", Status),
        one_of("ground", Ground),
        one_of("band", Band),
        sa.CheckConstraint("(status = 'scored') = (ground is null)", name="ground_when_not_scored"),
        sa.CheckConstraint("(status = 'scored') = (points is not null)", name="points_when_scored"),
        sa.CheckConstraint("(status = 'scored') = (band is not null)", name="band_when_scored"),
        sa.CheckConstraint("points >= 0", name="points"),
    )

    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id), primary_key=True)
    as_of: orm.Mapped[date] = orm.mapped_column(primary_key=True)
    # The same day again, after a fact was corrected: both stay.
    recorded_at: orm.Mapped[datetime] = orm.mapped_column(primary_key=True)
    # T, the last month that was looked at (core.months).
    month: orm.Mapped[int]
    status: orm.Mapped[str]
    ground: orm.Mapped[str | None]
    points: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    band: orm.Mapped[str | None]
    observed_months: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    months_on_60: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    current_spell_length: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    current_spell_left_censored: orm.Mapped[bool | None]
    months_since_last_on: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    recidivism_count: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    aid_12: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    income_months_known: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    income_12: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    share_bp: orm.Mapped[int | None]
    # A programme that pays by stages has not yet paid the one that the month lies in: a gap that is none.
    is_stage_open: orm.Mapped[bool | None]
    facts_known: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    facts_true: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    lines: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    # 128 bits of a hash over all facts above: the same facts under the same policy write no second row.
    fingerprint: orm.Mapped[UUID]
    # Label of a ScorePolicy; no foreign key, for a million rows a night share one.
    policy: orm.Mapped[str]


class DependencyFlag(Base):
    """A person shown to the supervisors of his UPT: raised by the night, ended by a review, a date or a lower rank."""

    __tablename__ = "dependency_flags"
    __table_args__ = (
        one_of("kind", FlagKind),
        one_of("cause", FlagCause),
        one_of("state", FlagState),
        one_of("band", Band),
        one_of("opinion", Opinion),
        one_of("decision", Decision),
        one_of("dismiss_reason", DismissReason),
        sa.CheckConstraint("(state in ('raised', 'under_review')) = (closed_at is null)", name="closed_when_decided"),
        sa.CheckConstraint("(opinion is null) = (opinion_at is null)", name="opinion_has_time"),
        sa.CheckConstraint("decision is null or opinion is not null", name="opinion_before_decision"),
        sa.CheckConstraint("(decision = 'dismiss') = (dismiss_reason is not null)", name="dismissed_for_a_reason"),
        sa.CheckConstraint("(dismiss_reason is null) = (dismissed_until is null)", name="dismissed_until"),
        sa.Index("uq_dependency_flags_client", "client_id", unique=True, postgresql_where=sa.text("closed_at is null")),
        # One for a household: its members would be the same review twice.
        sa.Index(
            "uq_dependency_flags_household",
            "household_id",
            unique=True,
            postgresql_where=sa.text("closed_at is null and household_id is not null"),
        ),
        sa.Index(
            "ix_dependency_flags_queue",
            "organisation_id",
            "due_on",
            "id",
            postgresql_where=sa.text("closed_at is null"),
        ),
        sa.Index("ix_dependency_flags_client_id", "client_id", "raised_on"),
        sa.Index("ix_dependency_flags_organisation_id", "organisation_id", "raised_on", "id"),
    )

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    client_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Client.id))
    household_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(Household.id))
    case_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey(Case.id), index=True)
    organisation_id: orm.Mapped[UUID] = orm.mapped_column(sa.ForeignKey("organisations.id"))
    kind: orm.Mapped[str]
    cause: orm.Mapped[str]
    state: orm.Mapped[str]
    # The score that raised it (dependency_scores of this client): as of which day, and what stood there.
    score_as_of: orm.Mapped[date]
    score_recorded_at: orm.Mapped[datetime]
    points: orm.Mapped[int | None] = orm.mapped_column(sa.SmallInteger)
    band: orm.Mapped[str | None]
    lines: orm.Mapped[int | None] = orm.mapped_column(sa.BigInteger)
    rank: orm.Mapped[int | None]
    raised_on: orm.Mapped[date]
    due_on: orm.Mapped[date]
    expires_on: orm.Mapped[date]
    reviewer_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    opinion: orm.Mapped[str | None]
    opinion_at: orm.Mapped[datetime | None]
    opinion_reason_sealed: orm.Mapped[bytes | None]
    decision: orm.Mapped[str | None]
    dismiss_reason: orm.Mapped[str | None]
    dismissed_until: orm.Mapped[date | None]
    # What was said with the decision, or the agreed step in words where no plan could take it. Sealed as the opinion's reason.
    decision_note_sealed: orm.Mapped[bytes | None]
    plan_id: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey(Plan.id), index=True)
    # A draft that is written anew has new steps; the plan stays.
    plan_step_id: orm.Mapped[UUID | None] = orm.mapped_column(
        sa.ForeignKey(PlanStep.id, ondelete="SET NULL"), index=True
    )
    closed_at: orm.Mapped[datetime | None]
    closed_by: orm.Mapped[UUID | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    version: orm.Mapped[int] = orm.mapped_column()

    __mapper_args__ = {"version_id_col": version}
