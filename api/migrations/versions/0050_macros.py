"""Macros: texts with variables and actions, applied to a ticket as one change."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
