"""Rights and row-level security of notes, conferences to come, tapers, the house of a UPT, work and mentors."""

from pathlib import Path

from alembic import op

from kessos_case.core.schema import run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    run_script(op.get_bind(), SQL / "0013_casework_depth_rights.sql")


def downgrade() -> None:
    run_script(op.get_bind(), SQL / "0013_casework_depth_rights_down.sql")
