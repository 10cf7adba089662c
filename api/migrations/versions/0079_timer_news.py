"""A person hears in each window that their timers moved."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0079"
down_revision = "0078"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
