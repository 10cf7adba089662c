"""How mail is sent: its law, relays, signatures, layouts, standings."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
