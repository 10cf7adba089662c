"""A redaction reaches notes beside the messages, and each of them by itself."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0078"
down_revision = "0077"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
