"""What signatures add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.kernel.audience import seeing_team
from atum_desk.kernel.feature import Command, Feature, Table
from atum_desk.signatures.permissions import READ, REPLY, SETTINGS_MAILBOXES_EDIT


def _routes() -> Sequence[Any]:
    from atum_desk.signatures import routes

    return routes.routes


FEATURE = Feature(
    name="signatures",
    commands=tuple(
        Command(name=name, permission=SETTINGS_MAILBOXES_EDIT, own_undo_is_free=True, undo="inverse")
        for name in ("signature.add", "signature.edit", "signature.delete")
    ),
    tables=(
        Table(
            name="signatures",
            live="signatures",
            audience=(seeing_team("team_id", READ, REPLY, SETTINGS_MAILBOXES_EDIT),),
        ),
    ),
    routes=_routes,
)
