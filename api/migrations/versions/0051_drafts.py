"""What is being written is kept on the server."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
