"""Rights, row-level security and the functions that tell PostgreSQL who acts."""

from pathlib import Path

from alembic import op

from kessos_case.core.schema import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    run_script(op.get_bind(), SQL / "0002_rights.sql")


def downgrade() -> None:
    run_script(op.get_bind(), SQL / "0002_rights_down.sql")
