"""One statement for a new column of tickets, and one place for what follows from a status."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
