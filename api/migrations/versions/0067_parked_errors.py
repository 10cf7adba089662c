"""What a parked change ended with is stored as code and parameters, beside its English text."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0067"
down_revision = "0066"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
