"""Tokens end with what made them, and administrators list and end others' sessions and tokens."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
