"""The ledger keeps each text once; entering and opening a change are one call."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
