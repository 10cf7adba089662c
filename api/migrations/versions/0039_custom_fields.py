"""Custom fields of tickets, contacts and organizations."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
