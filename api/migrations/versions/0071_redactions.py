"""Parts of messages are redacted for good."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0071"
down_revision = "0070"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
