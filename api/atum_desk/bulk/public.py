"""What other slices may use of bulk runs."""

from atum_desk.bulk.commands import enqueue, new_run
from atum_desk.bulk.presentation import present_run
from atum_desk.bulk.queries import find_run, insert_run
from atum_desk.bulk.schemas import BulkRun

__all__ = ["BulkRun", "enqueue", "find_run", "insert_run", "new_run", "present_run"]
