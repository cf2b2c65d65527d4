"""The lives that a night draws for the cohort reports, and its step; their rights and row-level security."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from kessos_case.core.schema import run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
BEFORE = ("scores", "flags", "graduation", "checks", "clocks", "digests", "retention")
SINCE = (*BEFORE[:-1], "cohorts", "retention")


def upgrade() -> None:
    op.create_table(
        "cohort_drawings",
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("as_of", "begun_at", name=op.f("pk_cohort_drawings")),
    )
    op.create_table(
        "cohort_lives",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office", sa.Uuid(), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("pathway", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("age", sa.Text(), nullable=False),
        sa.Column("disability", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("may_graduate", sa.Boolean(), nullable=False),
        sa.Column("intake_on", sa.Date(), nullable=False),
        sa.Column("seen_days", sa.Integer(), nullable=False),
        sa.Column("stay_days", sa.Integer(), nullable=False),
        sa.Column("has_left", sa.Boolean(), nullable=False),
        sa.Column("assessment_days", sa.Integer(), nullable=False),
        sa.Column("assessment_end", sa.SmallInteger(), nullable=False),
        sa.Column("planning_days", sa.Integer(), nullable=False),
        sa.Column("planning_end", sa.SmallInteger(), nullable=False),
        sa.Column("measures_days", sa.Integer(), nullable=False),
        sa.Column("measures_end", sa.SmallInteger(), nullable=False),
        sa.Column("outcome_days", sa.Integer(), nullable=False),
        sa.Column("outcome_end", sa.SmallInteger(), nullable=False),
        sa.Column("aftercare_days", sa.Integer(), nullable=False),
        sa.Column("aftercare_end", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("graduation_days", sa.Integer(), nullable=False),
        sa.Column("relapse_days", sa.Integer(), nullable=True),
        sa.Column("relapse_end", sa.SmallInteger(), nullable=True),
        sa.Column("has_worked", sa.Boolean(), nullable=False),
        sa.Column("work_30", sa.Text(), nullable=True),
        sa.Column("work_90", sa.Text(), nullable=True),
        sa.Column("work_180", sa.Text(), nullable=True),
        sa.Column("work_365", sa.Text(), nullable=True),
        sa.Column("employed_2", sa.Text(), nullable=True),
        sa.Column("employed_4", sa.Text(), nullable=True),
        sa.Column("income_2", sa.BigInteger(), nullable=True),
        sa.Column("income_4", sa.BigInteger(), nullable=True),
        sa.Column("income_exit", sa.Numeric(), nullable=True),
        sa.Column("income_after", sa.Numeric(), nullable=True),
        sa.Column("skill_exit", sa.Numeric(), nullable=True),
        sa.Column("skill_after", sa.Numeric(), nullable=True),
        sa.Column("confidence_exit", sa.Numeric(), nullable=True),
        sa.Column("confidence_after", sa.Numeric(), nullable=True),
        sa.PrimaryKeyConstraint("client_id", "id", "as_of", "begun_at", name=op.f("pk_cohort_lives")),
    )
    op.create_index("ix_cohort_lives_office", "cohort_lives", ["office", "as_of", "begun_at"])
    steps(SINCE)
    run_script(op.get_bind(), SQL / "0014_cohort_rights.sql")


def downgrade() -> None:
    run_script(op.get_bind(), SQL / "0014_cohort_rights_down.sql")
    # A night that is at work begins its step anew under the older program; what it had of the step is forgotten.
    op.execute("alter table nights no force row level security")
    op.execute("update nights set step = 'retention' where step = 'cohorts'")
    op.execute("alter table nights force row level security")
    op.execute("delete from night_chunks where step = 'cohorts'")
    steps(BEFORE)
    op.drop_table("cohort_lives")
    op.drop_table("cohort_drawings")


def steps(known: tuple[str, ...]) -> None:
    """Let nights and their chunks be at these steps."""
    listed = ", ".join(f"'{step}'" for step in known)
    for table in ("nights", "night_chunks"):
        op.drop_constraint(op.f(f"ck_{table}_step"), table)
        op.create_check_constraint(op.f(f"ck_{table}_step"), table, f"step in ({listed})")
