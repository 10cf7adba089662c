"""A job takes its workspace from the transaction; a waiting change counts how often its handling began."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
