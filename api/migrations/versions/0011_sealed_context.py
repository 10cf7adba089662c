"""The context is sealed: only the gate's functions can make it, and a login role has its own way in."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
