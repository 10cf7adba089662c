"""Ticket numbers of a sequence; what lists, counts and pickers need to cost the same on every desk."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
