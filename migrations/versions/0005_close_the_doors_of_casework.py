"""Rights and row-level security of casework, and what is final there."""

from pathlib import Path

from alembic import op

from kessos_case.core.schema import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    run_script(op.get_bind(), SQL / "0005_casework_rights.sql")


def downgrade() -> None:
    run_script(op.get_bind(), SQL / "0005_casework_rights_down.sql")
