"""Contacts are found by parts of their phones, however these are written."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
