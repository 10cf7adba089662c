"""What fetching mail from mailboxes adds to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from atum_desk.fetching.permissions import SETTINGS_MAILBOXES_EDIT, SETTINGS_READ
from atum_desk.kernel.audience import seeing_team
from atum_desk.kernel.feature import Command, Feature, Irreversible, Table

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.schedules import Schedule


def _routes() -> Sequence[Any]:
    from atum_desk.fetching import routes

    return routes.routes


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.fetching import jobs

    return jobs.schedules


FEATURE = Feature(
    name="fetching",
    commands=(
        Command(name="mailbox.receiving", permission=SETTINGS_MAILBOXES_EDIT, undo="inverse"),
        Command(name="mailbox.consent", permission=SETTINGS_MAILBOXES_EDIT, undo="inverse"),
        Command(
            name="mailbox.self_test",
            permission=SETTINGS_MAILBOXES_EDIT,
            undo=Irreversible("mail moved on; look at the outbox."),
        ),
        Command(
            name="outbox.trip",
            permission=SETTINGS_MAILBOXES_EDIT,
            undo=Irreversible("mail moved on; look at the outbox."),
            is_retired=True,
        ),
    ),
    tables=(
        Table(
            name="mailbox_receiving",
            live="mailboxes",
            audience=(seeing_team("mailbox_id", SETTINGS_READ, SETTINGS_MAILBOXES_EDIT, through="mailboxes"),),
        ),
    ),
    routes=_routes,
    schedules=_schedules,
)
