"""A reply may quote all that was said in public."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
