"""Which permissions a role was offered, so that a release gives built-in roles only what is new."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
