"""A second factor for users: the sealed secret, the last used time step, and a sign-in function that gives them out."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from kessos_case.core.schema import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    op.add_column("users", sa.Column("otp_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("users", sa.Column("otp_last_step", sa.BigInteger(), nullable=True))
    run_script(op.get_bind(), SQL / "0003_second_factor.sql")


def downgrade() -> None:
    run_script(op.get_bind(), SQL / "0003_second_factor_down.sql")
    op.drop_column("users", "otp_last_step")
    op.drop_column("users", "otp_sealed")
