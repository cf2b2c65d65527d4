"""Rights and row-level security of households, imports, dependency and the night."""

from pathlib import Path

from alembic import op

from kessos_case.core.schema import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    run_script(op.get_bind(), SQL / "0007_night_rights.sql")


def downgrade() -> None:
    run_script(op.get_bind(), SQL / "0007_night_rights_down.sql")
