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
SHOWN_CONTACT = (staff(CONTACT_READ),)
CAME_LATER = "Requests, addresses and notes that came after the merge stay with the one that was kept."
SIGNED_OUT = "Browsers that were signed in as the merged contact follow a link of theirs once more."

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
        Command(name="contact.note", permission=CONTACT_EDIT, undo="inverse"),
        Command(name="organization.note", permission=ORGANIZATION_EDIT, undo="inverse"),
        Command(name="contact.note_edit", permission=(CONTACT_EDIT, ORGANIZATION_EDIT), undo="inverse"),
        Command(name="contact.note_remove", permission=(CONTACT_EDIT, ORGANIZATION_EDIT), undo="inverse"),
        Command(name="contact.merge", permission=CONTACT_EDIT, undo="inverse", leaves=(CAME_LATER, SIGNED_OUT)),
        Command(name="organization.merge", permission=ORGANIZATION_EDIT, undo="inverse", leaves=(CAME_LATER,)),
        Command(name="contact.keep_apart", permission=CONTACT_EDIT, undo="inverse"),
    ),
    tables=(
        # Whether it shares its tickets with all of its people.
        Table(name="organizations", live="organizations", audience=SHOWN_ORGANIZATION, alters_powers=True),
        Table(name="organization_domains", live="organizations", audience=SHOWN_ORGANIZATION),
        Table(name="phones", live="people", audience=SHOWN_CONTACT),
        Table(name="contact_notes", live="contact_notes", audience=SHOWN_CONTACT),
        Table(name="contact_distinctions", live="people", audience=SHOWN_CONTACT),
    ),
    routes=_routes,
)
