"""Constraints that were added without a look at earlier rows hold for all of them."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0066"
down_revision = "0065"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
