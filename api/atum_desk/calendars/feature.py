"""What calendars add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.calendars.permissions import SETTINGS_CALENDARS_EDIT, TICKET_READ
from atum_desk.kernel.audience import staff
from atum_desk.kernel.feature import ADMINISTRATORS, Command, Feature, Permission, Table


def _routes() -> Sequence[Any]:
    from atum_desk.calendars import routes

    return routes.routes


FEATURE = Feature(
    name="calendars",
    permissions=(Permission(SETTINGS_CALENDARS_EDIT, ADMINISTRATORS),),
    commands=tuple(
        Command(name=name, permission=SETTINGS_CALENDARS_EDIT, undo="inverse")
        for name in ("calendar.add", "calendar.edit", "calendar.import", "calendar.delete")
    ),
    tables=(Table(name="calendars", live="calendars", audience=(staff(TICKET_READ),)),),
    routes=_routes,
)
