"""Organizations have a language, a time zone and a VIP mark, and are imported."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0073"
down_revision = "0072"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
