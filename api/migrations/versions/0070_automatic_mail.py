"""Which tickets programs, lists and newsletters opened."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0070"
down_revision = "0069"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
