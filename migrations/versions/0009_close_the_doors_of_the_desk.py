"""Rights and row-level security of saved filters, notices, letters, pieces of photos and answer links."""

from pathlib import Path

from alembic import op

from kessos_case.core.schema import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    run_script(op.get_bind(), SQL / "0009_desk_rights.sql")


def downgrade() -> None:
    run_script(op.get_bind(), SQL / "0009_desk_rights_down.sql")
