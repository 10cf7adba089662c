"""The kernel: context, row security, the ledger."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
