"""What notifications add to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from atum_desk.kernel.feature import Command, Feature, Irreversible, Table
from atum_desk.notifications.permissions import READ

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.schedules import Schedule


def _routes() -> Sequence[Any]:
    from atum_desk.notifications import routes

    return routes.routes


def _consumers() -> Mapping[str, Any]:
    from atum_desk.notifications import consumers

    return consumers.consumers


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.notifications import jobs

    return jobs.schedules


FEATURE = Feature(
    name="notifications",
    commands=(
        # The consumer's. What it writes is not in the ledger, so no such change comes about.
        Command(
            name="notifications.follow",
            permission=None,
            undo=Irreversible("what people are told follows from the changes themselves."),
        ),
        Command(name="notifications.prefer", permission=READ, undo="inverse"),
        Command(
            name="notifications.mail",
            permission=None,
            undo=Irreversible("it told one of the staff by mail of what happened on the ticket."),
        ),
    ),
    tables=(Table(name="notification_settings", live=None, audience=(), own=("notification_settings", "person_id")),),
    routes=_routes,
    consumers=_consumers,
    schedules=_schedules,
)
