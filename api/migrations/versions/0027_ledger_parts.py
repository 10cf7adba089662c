"""The ledger's traces stand in parts, one after the other in time."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
