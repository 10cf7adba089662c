"""Who gets a blind copy of a reply, beside its recipients and copies."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
