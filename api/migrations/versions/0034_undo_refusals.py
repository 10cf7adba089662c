"""A page of changes says of each why no undo takes it back."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
