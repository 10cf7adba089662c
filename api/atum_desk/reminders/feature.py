"""What reminders add to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from atum_desk.kernel.audience import person
from atum_desk.kernel.feature import Command, Feature, Irreversible, Table
from atum_desk.reminders.permissions import READ

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.schedules import Schedule


def _routes() -> Sequence[Any]:
    from atum_desk.reminders import routes

    return routes.routes


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.reminders import jobs

    return jobs.schedules


FEATURE = Feature(
    name="reminders",
    commands=(
        # A reminder is its people's alone, and so is what was done with it.
        *(
            Command(name=f"reminder.{name}", permission=READ, undo="inverse", is_quiet=True)
            for name in ("add", "edit", "done", "delete")
        ),
        Command(
            name="reminder.fire",
            permission=None,
            undo=Irreversible("its moment has come; give it another one."),
            is_quiet=True,
        ),
    ),
    tables=(Table(name="reminders", live="reminders", audience=(person("person_id"), person("made_by_id"))),),
    routes=_routes,
    schedules=_schedules,
)
