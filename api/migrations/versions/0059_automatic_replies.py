"""A mailbox has automatic replies of its own."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
