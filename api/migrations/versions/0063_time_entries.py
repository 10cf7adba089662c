"""Time that was worked on tickets."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0063"
down_revision = "0062"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
