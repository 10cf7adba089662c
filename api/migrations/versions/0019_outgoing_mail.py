"""Outgoing mail: the references of received mail, and what a mailbox wants its mail to look like."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
