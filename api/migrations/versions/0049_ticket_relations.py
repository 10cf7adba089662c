"""Tickets are split and linked."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
