"""A search asks the index of words with two conditions."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
