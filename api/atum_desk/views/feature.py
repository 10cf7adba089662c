"""What views add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.kernel.audience import person, staff
from atum_desk.kernel.feature import ADMINISTRATORS, AGENTS, LEADS, Command, Feature, Permission, Seed, Table
from atum_desk.views.permissions import SETTINGS_VIEWS_EDIT, TICKET_READ, VIEW_EDIT, VIEW_SHARE


def _routes() -> Sequence[Any]:
    from atum_desk.views import routes

    return routes.routes


def _seed() -> Seed:
    from atum_desk.views.seed import seed_views

    return seed_views


FEATURE = Feature(
    name="views",
    permissions=(
        Permission(VIEW_EDIT, AGENTS),
        Permission(VIEW_SHARE, LEADS),
        Permission(SETTINGS_VIEWS_EDIT, ADMINISTRATORS),
    ),
    commands=tuple(
        Command(name=name, permission=VIEW_EDIT, undo="inverse")
        for name in ("view.add", "view.edit", "view.delete", "view.order", "view.lay_out")
    ),
    tables=(
        # Told is only that a view changed: whoever does not see it finds nothing new.
        Table(name="views", live="views", audience=(staff(TICKET_READ),)),
        Table(name="view_preferences", live="views", audience=(person("person_id", TICKET_READ),)),
    ),
    routes=_routes,
    seed=_seed,
)
