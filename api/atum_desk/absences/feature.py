"""What absences add to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from atum_desk.absences.permissions import ASSIGN, READ, SETTINGS_PEOPLE_EDIT
from atum_desk.kernel.audience import staff
from atum_desk.kernel.feature import Command, Feature, Table

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.schedules import Schedule


def _routes() -> Sequence[Any]:
    from atum_desk.absences import routes

    return routes.routes


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.absences import jobs

    return jobs.schedules


FEATURE = Feature(
    name="absences",
    commands=(
        *(
            Command(name=name, permission=SETTINGS_PEOPLE_EDIT, own_undo_is_free=True, undo="inverse")
            for name in ("absence.add", "absence.edit", "absence.delete")
        ),
        Command(
            name="absence.start",
            permission=ASSIGN,
            undo="inverse",
            leaves=("The absence does not start a second time.",),
        ),
    ),
    tables=(Table(name="absences", live="absences", audience=(staff(READ, SETTINGS_PEOPLE_EDIT),)),),
    routes=_routes,
    schedules=_schedules,
)
