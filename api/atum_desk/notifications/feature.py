"""What notifications add to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from atum_desk.kernel.feature import Command, Feature, Irreversible, Table
from atum_desk.kernel.jobs.job_types import HandledJob, JobType
from atum_desk.notifications.permissions import READ

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.schedules import Schedule


def _routes() -> Sequence[Any]:
    from atum_desk.notifications import push_routes, routes

    return [*routes.routes, *push_routes.routes]


def _consumers() -> Mapping[str, Any]:
    from atum_desk.notifications import consumers

    return consumers.consumers


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.notifications import jobs

    return jobs.schedules


def _job_handlers() -> Sequence[HandledJob]:
    from atum_desk.notifications import jobs

    return jobs.job_handlers


class PushMessage(msgspec.Struct):
    """What to push to which browser: a person's notifications of a ticket (None: of several) to whoever gets them."""

    subscription_id: int
    recipient_id: int
    person_id: int
    ticket_id: int | None = None


# Given up after some hours: what is still unread then is in the desk.
PUSH = JobType(
    name="notifications.push",
    parameters=PushMessage,
    max_attempts=12,
    first_delay_seconds=5.0,
    max_delay_seconds=1800.0,
    timeout_seconds=60.0,
    keep_failed=False,
    at_once=20,
)

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
    jobs=(PUSH,),
    job_handlers=_job_handlers,
    routes=_routes,
    consumers=_consumers,
    schedules=_schedules,
)
