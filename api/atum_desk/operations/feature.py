"""What the operations page adds to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.kernel.audience import staff
from atum_desk.kernel.feature import ADMINISTRATORS, AUDITORS, Command, Feature, Irreversible, Permission
from atum_desk.operations.permissions import OPERATIONS_MANAGE, OPERATIONS_READ

ASKED_OF_THE_MACHINE = Irreversible("it was asked of the machine, not of the desk's records.")


def _routes() -> Sequence[Any]:
    from atum_desk.operations import routes

    return routes.routes


def _root_routes() -> Sequence[Any]:
    from atum_desk.operations import routes

    return [routes.get_metrics]


FEATURE = Feature(
    name="operations",
    permissions=(Permission(OPERATIONS_READ, AUDITORS), Permission(OPERATIONS_MANAGE, ADMINISTRATORS)),
    commands=tuple(
        Command(
            name=f"operations.{verb}",
            permission=OPERATIONS_MANAGE,
            undo=ASKED_OF_THE_MACHINE,
            live="operations",
            audience=(staff(OPERATIONS_READ, OPERATIONS_MANAGE),),
        )
        for verb in ("backup", "verify", "doctor", "retry_job", "replay_change", "discard_change")
    ),
    settings=("metrics_token",),
    routes=_routes,
    root_routes=_root_routes,
)
