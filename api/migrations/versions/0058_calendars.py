"""Calendars say when a workspace works."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0058"
down_revision = "0057"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
