"""People are notified of what concerns them."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
