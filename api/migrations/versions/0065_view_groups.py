"""Views stand in groups by any field that lists are grouped by."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0065"
down_revision = "0064"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
