"""How long the ledger keeps old texts, for desks that do not keep them for ever."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
