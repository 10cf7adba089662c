"""Forms have their texts in several languages."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0072"
down_revision = "0071"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
