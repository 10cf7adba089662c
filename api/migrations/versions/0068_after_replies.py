"""What follows a reply: where its author goes, and whether they become the assignee."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0068"
down_revision = "0067"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
