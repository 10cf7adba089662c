"""What time entries add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.kernel.audience import seeing_ticket, staff
from atum_desk.kernel.feature import ADMINISTRATORS, AGENTS, LEADS, Command, Feature, Permission, Table
from atum_desk.time_entries.permissions import READ, SETTINGS_TIME_EDIT, TIME_EDIT, TIME_LOG

TIMER_STAYS_ENDED = ("A timer that it was measured with does not come back.",)


def _routes() -> Sequence[Any]:
    from atum_desk.time_entries import activity_routes, routes, timer_routes

    return [*routes.routes, *timer_routes.routes, *activity_routes.routes]


FEATURE = Feature(
    name="time_entries",
    permissions=(
        Permission(TIME_LOG, AGENTS),
        Permission(TIME_EDIT, LEADS),
        Permission(SETTINGS_TIME_EDIT, ADMINISTRATORS),
    ),
    commands=(
        # Another person's entry takes `time:edit` besides, and its undo `change:undo_any`.
        Command(name="time.log", permission=TIME_LOG, undo="inverse", leaves=TIMER_STAYS_ENDED),
        *(Command(name=name, permission=TIME_LOG, undo="inverse") for name in ("time.edit", "time.delete")),
        *(
            Command(name=name, permission=SETTINGS_TIME_EDIT, undo="inverse")
            for name in ("time_activity.add", "time_activity.edit")
        ),
    ),
    tables=(
        Table(name="time_entries", live="time", audience=(seeing_ticket(),)),
        Table(name="time_activities", live="time_activities", audience=(staff(READ),)),
    ),
    routes=_routes,
)
