"""Contacts and organizations have pages, notes and phones, and duplicates become one."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
