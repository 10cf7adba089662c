"""The words of each workspace's messages and names, by their spellings, stems and parts."""

from atum_desk.kernel.database.migrate import run_sql_file

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_file(__file__)
