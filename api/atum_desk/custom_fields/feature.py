"""What custom fields add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.custom_fields.permissions import CONTACT_READ, SETTINGS_FIELDS_EDIT, TICKET_READ
from atum_desk.kernel.audience import seeing_ticket, staff
from atum_desk.kernel.feature import ADMINISTRATORS, Command, Feature, Permission, Table


def _routes() -> Sequence[Any]:
    from atum_desk.custom_fields import routes

    return routes.routes


FEATURE = Feature(
    name="custom_fields",
    permissions=(Permission(SETTINGS_FIELDS_EDIT, ADMINISTRATORS),),
    commands=tuple(
        Command(name=name, permission=SETTINGS_FIELDS_EDIT, undo="inverse")
        for name in ("custom_field.add", "custom_field.edit", "custom_field.order", "custom_field.convert")
    ),
    tables=(
        *(
            Table(name=name, live="custom_fields", audience=(staff(TICKET_READ, CONTACT_READ),))
            for name in ("custom_fields", "custom_field_options")
        ),
        Table(name="ticket_field_values", live="fields", audience=(seeing_ticket(),)),
        Table(name="contact_field_values", live="people", audience=(staff(CONTACT_READ),)),
        Table(name="organization_field_values", live="organizations", audience=(staff(CONTACT_READ),)),
    ),
    routes=_routes,
)
