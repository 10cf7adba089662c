"""The statuses that a new workspace starts with, and which may follow which."""

from __future__ import annotations

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import UnitOfWork

STATUSES = (
    ("new", "New", "new"),
    ("open", "Open", "open"),
    ("waiting", "Waiting on requester", "waiting"),
    ("on_hold", "On hold", "on_hold"),
    ("resolved", "Resolved", "resolved"),
    ("closed", "Closed", "closed"),
    ("cancelled", "Cancelled", "closed"),
)
WORKING = ("open", "waiting", "on_hold", "resolved", "closed", "cancelled")
# Nothing returns to New, and nothing leaves the closed category: a late answer opens a follow-up.
TRANSITIONS = [
    (start, end) for start in ("new", "open", "waiting", "on_hold", "resolved") for end in WORKING if start != end
]


async def seed_lifecycle(work: UnitOfWork, _settings: Settings) -> None:
    """Add the statuses and the transitions between them."""
    await work.execute(
        """insert into statuses (workspace_id, key, name, category, position)
           select ctx_workspace(), k, n, c, p
             from unnest($1::text[], $2::text[], $3::text[]) with ordinality as s(k, n, c, p)""",
        *(list(column) for column in zip(*STATUSES, strict=True)),
    )
    await work.execute(
        """insert into status_transitions (workspace_id, from_id, to_id)
           select ctx_workspace(), f.id, t.id from unnest($1::text[], $2::text[]) as x(a, b)
             join statuses f on f.key = x.a and f.workspace_id = ctx_workspace()
             join statuses t on t.key = x.b and t.workspace_id = ctx_workspace()""",
        *(list(column) for column in zip(*TRANSITIONS, strict=True)),
    )
