"""Notes say when they were changed."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
