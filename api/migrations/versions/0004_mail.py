"""Received mail and the outbox."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
