"""A workspace's name that administrators set."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
