"""What macros add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.kernel.audience import staff
from atum_desk.kernel.feature import ADMINISTRATORS, AGENTS, LEADS, Command, Feature, Permission, Table
from atum_desk.macros.permissions import MACRO_EDIT, MACRO_SHARE, READ, SETTINGS_MACROS_EDIT, TO_APPLY


def _routes() -> Sequence[Any]:
    from atum_desk.macros import apply_routes, routes

    return [*routes.routes, *apply_routes.routes]


FEATURE = Feature(
    name="macros",
    permissions=(
        Permission(MACRO_EDIT, AGENTS),
        Permission(MACRO_SHARE, LEADS),
        Permission(SETTINGS_MACROS_EDIT, ADMINISTRATORS),
    ),
    commands=(
        *(
            Command(name=name, permission=MACRO_EDIT, undo="inverse")
            for name in ("macro.add", "macro.edit", "macro.delete")
        ),
        # Without a message; with one, the change is that of the message.
        Command(name="macro.apply", permission=TO_APPLY, undo="inverse"),
    ),
    tables=(
        # Told is only that a macro changed: whoever does not see it finds nothing new.
        Table(name="macros", live="macros", audience=(staff(READ),)),
    ),
    routes=_routes,
)
