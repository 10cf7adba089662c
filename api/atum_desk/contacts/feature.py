"""What contacts and organizations add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.contacts.permissions import CONTACT_EDIT, CONTACT_READ, ORGANIZATION_EDIT
from atum_desk.kernel.audience import TICKET_READ, staff
from atum_desk.kernel.feature import AGENTS, ALL_STAFF, Command, Feature, Permission, Table


def _routes() -> Sequence[Any]:
    from atum_desk.contacts import routes

    return routes.routes


# Their names stand in the rows of tickets, too.
SHOWN_ORGANIZATION = (staff(CONTACT_READ, TICKET_READ),)

FEATURE = Feature(
    name="contacts",
    permissions=(
        Permission(CONTACT_READ, ALL_STAFF),
        Permission(CONTACT_EDIT, AGENTS),
        Permission(ORGANIZATION_EDIT, AGENTS),
    ),
    commands=(
        Command(name="contact.add", permission=CONTACT_EDIT, undo="inverse"),
        Command(name="contact.edit", permission=CONTACT_EDIT, undo="inverse"),
        Command(name="organization.add", permission=ORGANIZATION_EDIT, undo="inverse"),
        Command(name="organization.edit", permission=ORGANIZATION_EDIT, undo="inverse"),
    ),
    tables=(
        Table(name="organizations", live="organizations", audience=SHOWN_ORGANIZATION),
        Table(name="organization_domains", live="organizations", audience=SHOWN_ORGANIZATION),
    ),
    routes=_routes,
)
