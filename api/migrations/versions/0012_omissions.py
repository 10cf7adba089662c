"""Requesters see that a message of theirs leaves something out."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
