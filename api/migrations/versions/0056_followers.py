"""Staff follow tickets, and are mentioned in notes."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
