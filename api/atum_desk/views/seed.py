"""The views that a new workspace starts with; migration 0037 gives them to those that are older."""

from __future__ import annotations

import msgspec

from atum_desk.conditions.public import Condition, parse
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.tickets.public import register_of

# The key is the name by which `GET /tickets?view=` has always taken it; name, condition, whether it stands in groups.
BUILT_IN = {
    "my_open": ("Assigned to me", "open:yes assignee:me", True),
    "unassigned": ("Unassigned", "open:yes assignee:none", True),
    "all_open": ("All open", "open:yes", True),
    "waiting": ("Waiting", "category:waiting", False),
    "snoozed": ("Snoozed", "snoozed:yes", False),
    "recently_resolved": ("Recently resolved", "open:no resolved:>now-7d", False),
}

# Added without such a name.
FURTHER = (("Automatic mail", "automatic:any open:yes", False), ("Starred", "starred:me", False))


async def seed_views(work: UnitOfWork, _settings: Settings) -> None:
    """Add the views that everybody sees and an administrator may change."""
    register = await register_of(work)
    views = [*((key, *view) for key, view in BUILT_IN.items()), *((None, *view) for view in FURTHER)]
    for position, (key, name, text, grouped) in enumerate(views, start=1):
        condition: Condition | None = parse(text, register)
        await work.execute(
            """insert into views (workspace_id, key, name, text, condition, scope, grouped, position)
               values (ctx_workspace(), $1, $2, $3, $4, 'shared', $5, $6)""",
            key,
            name,
            text,
            msgspec.to_builtins(condition),
            grouped,
            position,
        )
