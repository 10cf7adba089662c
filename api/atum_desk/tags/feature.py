"""What managed tags add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.kernel.audience import staff
from atum_desk.kernel.feature import LEADS, Command, Feature, Permission, Table
from atum_desk.tags.permissions import TAGS_EDIT

TICKETS_KEEP = ("Tickets keep the tag that they have; undo the bulk change to give them the other one back.",)


def _routes() -> Sequence[Any]:
    from atum_desk.tags import routes

    return routes.routes


FEATURE = Feature(
    name="tags",
    permissions=(Permission(TAGS_EDIT, LEADS),),
    commands=(
        *(Command(name=name, permission=TAGS_EDIT, undo="inverse") for name in ("tag.add", "tag.edit")),
        *(
            Command(name=name, permission=TAGS_EDIT, undo="inverse", leaves=TICKETS_KEEP)
            for name in ("tag.rename", "tag.merge")
        ),
    ),
    tables=(Table(name="tags", live="managed_tags", audience=(staff("ticket:read"),)),),
    routes=_routes,
)
