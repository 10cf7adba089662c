"""Reasons for resolving."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
