"""Which stored contents nothing names, and whose a kept response may be."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
