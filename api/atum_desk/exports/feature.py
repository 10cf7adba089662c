"""What exports add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.exports.permissions import TICKET_EXPORT
from atum_desk.kernel.feature import LEADS, Command, Feature, Irreversible, Permission

# Nothing changes but that it is known who took a copy.
TAKEN = Irreversible("a file that was downloaded stays where it is.")


def _routes() -> Sequence[Any]:
    from atum_desk.exports import attachment_routes, routes, time_routes

    return [*routes.routes, *time_routes.routes, *attachment_routes.routes]


FEATURE = Feature(
    name="exports",
    permissions=(Permission(TICKET_EXPORT, (*LEADS, "Auditor")),),
    commands=tuple(
        Command(name=name, permission=TICKET_EXPORT, undo=TAKEN)
        for name in ("export.list", "export.ticket", "export.time")
    ),
    routes=_routes,
)
