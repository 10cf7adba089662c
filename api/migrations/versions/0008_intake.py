"""What is known of a received mail's sender, quarantine, block lists, and tickets possibly the same."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
