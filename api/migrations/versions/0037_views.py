"""Views are rows: conditions with a name and an audience, and what each person laid over them."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
