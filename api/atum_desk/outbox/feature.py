"""What mail that leaves adds to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from atum_desk.kernel.feature import ALL_STAFF, LEADS, Command, Feature, Irreversible, Permission, Table
from atum_desk.outbox.permissions import OUTBOX_MANAGE, OUTBOX_READ, SEE_TO_MAIL, SENDING_EDIT, STANDING_LIFT

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.handlers import Job, JobHandler
    from atum_desk.kernel.jobs.schedules import Schedule

MOVED_ON = Irreversible("mail moved on; look at the outbox.")


def _routes() -> Sequence[Any]:
    from atum_desk.outbox import routes

    return routes.routes


def _jobs() -> Mapping[str, JobHandler | Job]:
    from atum_desk.outbox import jobs

    return jobs.jobs


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.outbox import jobs

    return jobs.schedules


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
        Table(name="outbox", live="mail", reads=(OUTBOX_READ,)),
        Table(name="address_standings", live=None),
        Table(name="mailbox_sending", live=None),
        Table(name="dkim_keys", live=None),
        Table(name="mail_layouts", live=None),
    ),
    routes=_routes,
    jobs=_jobs,
    schedules=_schedules,
)
