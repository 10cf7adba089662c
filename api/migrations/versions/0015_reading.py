"""Permissions to read, and settings of teams out of sight that nobody writes or undoes."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
