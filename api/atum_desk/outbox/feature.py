"""What mail that leaves adds to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from atum_desk.kernel.audience import seeing_team, staff
from atum_desk.kernel.feature import ALL_STAFF, LEADS, Command, Feature, Irreversible, Permission, Table
from atum_desk.kernel.jobs.job_types import JobType
from atum_desk.outbox.permissions import (
    OUTBOX_MANAGE,
    OUTBOX_READ,
    SEE_TO_MAIL,
    SENDING_EDIT,
    SETTINGS_READ,
    STANDING_LIFT,
)

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.job_types import HandledJob
    from atum_desk.kernel.jobs.schedules import Schedule

# A relay that hangs must not hold all that the worker does at once.
SENT_AT_ONCE = 6
SETTINGS_READERS = (SETTINGS_READ, SENDING_EDIT)
MOVED_ON = Irreversible("mail moved on; look at the outbox.")


def _routes() -> Sequence[Any]:
    from atum_desk.outbox import routes

    return routes.routes


def _job_handlers() -> Sequence[HandledJob]:
    from atum_desk.outbox import jobs

    return jobs.job_handlers


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.outbox import jobs

    return jobs.schedules


class SendMail(msgspec.Struct):
    """Which mail to send."""

    outbox_id: int


SEND_MAIL = JobType(name="outbox.send", parameters=SendMail, timeout_seconds=900, at_once=SENT_AT_ONCE)

MAIL_COMMANDS = (
    *(
        Command(name=f"outbox.{verb}", permission=SEE_TO_MAIL, undo=MOVED_ON)
        for verb in ("schedule", "hurry", "retry", "cancel", "arrived")
    ),
    *(Command(name=f"outbox.{verb}", permission=None, undo=MOVED_ON) for verb in ("claim", "sent", "fail", "release")),
)
SETTINGS_COMMANDS = (
    Command(
        name="sending.edit",
        permission=SENDING_EDIT,
        undo="inverse",
        leaves=("A relay's password is kept out of history: enter it again if it changed.",),
    ),
    Command(name="dkim.add", permission=SENDING_EDIT, undo="inverse"),
    Command(name="dkim.edit", permission=SENDING_EDIT, undo="inverse"),
    Command(
        name="dkim.remove",
        permission=SENDING_EDIT,
        undo="inverse",
        leaves=("A private key is kept out of history: make a new key, this one signs no more.",),
    ),
    Command(name="layout.add", permission=SENDING_EDIT, undo="inverse"),
    Command(name="layout.edit", permission=SENDING_EDIT, undo="inverse"),
    Command(name="layout.remove", permission=SENDING_EDIT, undo="inverse"),
    Command(name="standing.lift", permission=STANDING_LIFT, undo="inverse"),
)

FEATURE = Feature(
    name="outbox",
    permissions=(Permission(OUTBOX_READ, ALL_STAFF), Permission(OUTBOX_MANAGE, LEADS)),
    commands=(*MAIL_COMMANDS, *SETTINGS_COMMANDS),
    tables=(
        Table(name="outbox", live="mail", audience=(staff(OUTBOX_READ),)),
        Table(name="address_standings", live="mail", audience=(staff(OUTBOX_READ),)),
        Table(
            name="mailbox_sending",
            live="mailboxes",
            audience=(seeing_team("mailbox_id", *SETTINGS_READERS, through="mailboxes"),),
        ),
        Table(name="dkim_keys", live="signing_keys", audience=(staff(*SETTINGS_READERS),)),
        Table(name="mail_layouts", live="layouts", audience=(seeing_team("team_id", *SETTINGS_READERS),)),
    ),
    routes=_routes,
    jobs=(SEND_MAIL,),
    job_handlers=_job_handlers,
    schedules=_schedules,
)
