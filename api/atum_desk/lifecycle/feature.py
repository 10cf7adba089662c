"""What the statuses of tickets add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.kernel.audience import staff
from atum_desk.kernel.feature import ADMINISTRATORS, Command, Feature, Permission, Seed, Table
from atum_desk.lifecycle.permissions import SETTINGS_STATUSES_EDIT, TICKET_READ


def _routes() -> Sequence[Any]:
    from atum_desk.lifecycle import resolution_routes, routes, rule_routes

    return [*routes.routes, *rule_routes.routes, *resolution_routes.routes]


def _seed() -> Seed:
    from atum_desk.lifecycle.seed import seed_lifecycle

    return seed_lifecycle


FEATURE = Feature(
    name="lifecycle",
    permissions=(Permission(SETTINGS_STATUSES_EDIT, ADMINISTRATORS),),
    commands=tuple(
        Command(name=name, permission=SETTINGS_STATUSES_EDIT, undo="inverse")
        for name in (
            *("status.add", "status.edit", "status.order", "status.preset"),
            *("resolution.add", "resolution.edit", "resolution.order"),
            *("lifecycle.rules", "lifecycle.team_rules", "lifecycle.follow_workspace"),
        )
    ),
    tables=(
        Table(name="statuses", live="statuses", audience=(staff(TICKET_READ),)),
        Table(name="status_transitions", live="statuses", audience=(staff(TICKET_READ),)),
        Table(name="resolutions", live="resolutions", audience=(staff(TICKET_READ),)),
        Table(name="lifecycle_rules", live="lifecycle_rules", audience=(staff(TICKET_READ),)),
    ),
    routes=_routes,
    seed=_seed,
)
