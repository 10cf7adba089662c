"""Replies have signatures by person, mailbox, team and language."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
