"""Indexes in the order of lists that grow for ever: watches, who stood in a line for a bed, enrolments, batches."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_shift_logs_organisation_id", "shift_logs", ["organisation_id", "opened_at", "id"])
    op.create_index("ix_bed_waits_organisation_id", "bed_waits", ["organisation_id", "since", "id"])
    op.create_index("ix_enrolments_requested_at", "enrolments", ["requested_at", "id"])
    op.create_index("ix_batches_starts_on", "batches", ["starts_on", "id"])


def downgrade() -> None:
    op.drop_index("ix_batches_starts_on", table_name="batches")
    op.drop_index("ix_enrolments_requested_at", table_name="enrolments")
    op.drop_index("ix_bed_waits_organisation_id", table_name="bed_waits")
    op.drop_index("ix_shift_logs_organisation_id", table_name="shift_logs")
