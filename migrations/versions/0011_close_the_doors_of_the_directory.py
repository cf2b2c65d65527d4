"""Rights and row-level security of contacts, records of services, and webhooks."""

from pathlib import Path

from alembic import op

from kessos_case.core.schema import run_script

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    run_script(op.get_bind(), SQL / "0011_directory_rights.sql")


def downgrade() -> None:
    run_script(op.get_bind(), SQL / "0011_directory_rights_down.sql")
