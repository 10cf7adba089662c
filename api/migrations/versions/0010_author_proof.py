"""How far it is proven that a message is by whom it names."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
