"""Bulk runs over any number of tickets, sessions of jobs that act for a person, and tags that are managed."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
