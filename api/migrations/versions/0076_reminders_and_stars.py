"""Reminders of tickets, and stars, which are each person's own."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0076"
down_revision = "0075"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
