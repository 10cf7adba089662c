"""Tickets are snoozed."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
