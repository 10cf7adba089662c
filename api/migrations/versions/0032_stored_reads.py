"""Hot reads as functions of the schema, and signing in on a standby."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
