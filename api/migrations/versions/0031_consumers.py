"""Consumers of the ledger: lanes, changes that are parked, and what caused a change."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
