"""Staff can be absent, with a deputy."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
