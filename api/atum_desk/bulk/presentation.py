"""Bulk runs as the API shows them."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from atum_desk.bulk.jobs import KEEP_DAYS
from atum_desk.bulk.models import FINISHED, StoredRun
from atum_desk.bulk.schemas import BulkRefused, BulkRun
from atum_desk.identity.public import NamedRef
from atum_desk.kernel import clock


def present_run(run: StoredRun, actor_id: int | None, refused: list[BulkRefused] | None = None) -> BulkRun:
    """Return a run for who asks."""
    known = {
        name: getattr(run, name) for name in BulkRun.__struct_fields__ if hasattr(run, name) and name != "asked_by"
    }
    kept = run.finished_at is not None and run.finished_at > clock.now() - timedelta(days=KEEP_DAYS)
    does_undo = run.state in FINISHED and run.undone_by is None and kept and actor_id == run.asked_by
    return BulkRun(
        **known,
        asked_by=NamedRef(run.asked_by, run.asked_name),
        can_undo=does_undo and not run.takes_back_outbound and (run.changed > 0 or run.change_id is not None),
        refused_items=refused or [],
    )


def present_runs(runs: list[StoredRun], actor_id: int | None) -> list[BulkRun]:
    """Return runs for a list."""
    return [present_run(msgspec.structs.replace(run), actor_id) for run in runs]
