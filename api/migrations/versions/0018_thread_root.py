"""Which mail began the thread of a mail."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
