"""Workspaces, people, teams, sessions."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
