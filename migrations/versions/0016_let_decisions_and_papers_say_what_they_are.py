"""What kind of step a conference decided, what kind of paper an attachment is; courses that ended without a word."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _reasons(*more: str) -> str:
    words = ["own_wish", "illness", "found_work", "family", "absence", "discipline", "batch_cancelled", *more]
    return f"drop_reason in ({', '.join(repr(word) for word in [*words, 'case_closed', 'deceased'])})"


def upgrade() -> None:
    # What was decided before became a step of no kind.
    op.add_column("conference_decisions", sa.Column("kind", sa.Text(), server_default="other", nullable=False))
    op.alter_column("conference_decisions", "kind", server_default=None)
    op.create_check_constraint(
        op.f("ck_conference_decisions_kind"),
        "conference_decisions",
        "kind in ('referral', 'course', 'placement', 'aid', 'mentor', 'visit', 'task', 'other')",
    )
    # Of papers that were kept before nobody said it.
    op.add_column("attachments", sa.Column("paper", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_attachments_paper"),
        "attachments",
        "paper in ('identity_card', 'family_card', 'birth_certificate', 'school_certificate', 'health_certificate', "
        "'guardian_consent')",
    )
    op.drop_constraint(op.f("ck_enrolments_drop_reason"), "enrolments")
    op.create_check_constraint(op.f("ck_enrolments_drop_reason"), "enrolments", _reasons("no_place"))
    op.create_index(
        "ix_enrolments_open",
        "enrolments",
        ["ends_on"],
        unique=False,
        postgresql_where=sa.text("state in ('requested', 'waiting', 'enrolled', 'attending')"),
    )


def downgrade() -> None:
    op.drop_index("ix_enrolments_open", table_name="enrolments")
    op.drop_constraint(op.f("ck_enrolments_drop_reason"), "enrolments")
    # The nearest word that was known before.
    op.execute("alter table enrolments no force row level security")
    op.execute("update enrolments set drop_reason = 'batch_cancelled' where drop_reason = 'no_place'")
    op.execute("alter table enrolments force row level security")
    op.create_check_constraint(op.f("ck_enrolments_drop_reason"), "enrolments", _reasons())
    op.drop_constraint(op.f("ck_attachments_paper"), "attachments")
    op.drop_column("attachments", "paper")
    op.drop_constraint(op.f("ck_conference_decisions_kind"), "conference_decisions")
    op.drop_column("conference_decisions", "kind")
