"""Lists are sorted by numbers, dates and moments of custom fields."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
