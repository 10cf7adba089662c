"""Participants have the reason why they take part."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
