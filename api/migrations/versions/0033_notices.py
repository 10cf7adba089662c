"""Sentences for people are stored as code and parameters, beside their English text."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
