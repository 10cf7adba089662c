"""Notifications are pushed to browsers, come as digests, wait in absences and are muted by ticket."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0074"
down_revision = "0073"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
