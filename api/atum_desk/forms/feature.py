"""What forms add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.forms.permissions import SETTINGS_FORMS_EDIT, TICKET_READ
from atum_desk.kernel.audience import staff
from atum_desk.kernel.feature import ADMINISTRATORS, Command, Feature, Permission, Table


def _routes() -> Sequence[Any]:
    from atum_desk.forms import routes

    return routes.routes


FEATURE = Feature(
    name="forms",
    permissions=(Permission(SETTINGS_FORMS_EDIT, ADMINISTRATORS),),
    commands=tuple(
        Command(name=name, permission=SETTINGS_FORMS_EDIT, undo="inverse")
        for name in ("form.add", "form.edit", "form.delete", "form.order")
    ),
    tables=(Table(name="forms", live="forms", audience=(staff(TICKET_READ),)),),
    routes=_routes,
)
