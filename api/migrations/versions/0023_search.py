"""Search reads its index from the newest messages back, in ranges of known work."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
