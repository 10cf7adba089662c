"""Links to requests that can be revoked and that end."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
