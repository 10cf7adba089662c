"""Statuses of a workspace's own, and transitions that only some roles may make."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
