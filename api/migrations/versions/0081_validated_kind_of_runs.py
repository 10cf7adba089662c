"""Constraints of the release hold for the rows that were there before it, too."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0081"
down_revision = "0080"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
