"""What checklists add to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from atum_desk.checklists.permissions import CHECKLIST_EDIT, CHECKLIST_SHARE, EDIT, READ, SETTINGS_CHECKLISTS_EDIT
from atum_desk.kernel.audience import seeing_ticket, staff
from atum_desk.kernel.feature import ADMINISTRATORS, AGENTS, LEADS, Command, Feature, Irreversible, Permission, Table

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.schedules import Schedule

OF_CHECKLIST = ("add", "rename", "delete", "add_item", "edit_item", "move_item", "check", "uncheck", "delete_item")


def _routes() -> Sequence[Any]:
    from atum_desk.checklists import routes, template_routes

    return [*routes.routes, *template_routes.routes]


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.checklists import jobs

    return jobs.schedules


FEATURE = Feature(
    name="checklists",
    permissions=(
        Permission(CHECKLIST_EDIT, AGENTS),
        Permission(CHECKLIST_SHARE, LEADS),
        Permission(SETTINGS_CHECKLISTS_EDIT, ADMINISTRATORS),
    ),
    commands=(
        *(Command(name=f"checklist.{name}", permission=EDIT, undo="inverse") for name in OF_CHECKLIST),
        Command(
            name="checklist.due", permission=None, undo=Irreversible("the item's moment has come; give it another one.")
        ),
        *(
            Command(name=f"checklist_template.{name}", permission=CHECKLIST_EDIT, undo="inverse")
            for name in ("add", "edit", "delete")
        ),
    ),
    tables=(
        Table(name="checklists", live="checklists", audience=(seeing_ticket(),)),
        Table(name="checklist_items", live="checklists", audience=(seeing_ticket(),)),
        # Told is only that a template changed: whoever does not see it finds nothing new.
        Table(name="checklist_templates", live="checklist_templates", audience=(staff(READ),)),
    ),
    routes=_routes,
    schedules=_schedules,
)
