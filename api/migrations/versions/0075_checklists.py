"""Checklists of tickets, their items, and templates for them."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0075"
down_revision = "0074"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
