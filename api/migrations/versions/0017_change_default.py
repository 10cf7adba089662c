"""The default of messages.change_id without a plan of its own in every statement."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
