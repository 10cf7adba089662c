"""Bulk runs open tickets for many people, too."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0080"
down_revision = "0079"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
