"""The list of changes is walked without those that hardly anybody may see."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
