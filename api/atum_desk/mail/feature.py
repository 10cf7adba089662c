"""What received mail adds to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from atum_desk.kernel.audience import seeing_team, staff
from atum_desk.kernel.feature import (
    ADMINISTRATORS,
    AGENTS,
    ALL_STAFF,
    LEADS,
    Command,
    Feature,
    Irreversible,
    Permission,
    Seed,
    Table,
)
from atum_desk.kernel.jobs.job_types import JobType
from atum_desk.mail.permissions import (
    MAIL_MANAGE,
    MAIL_QUARANTINE,
    MAIL_READ,
    REPORTS_READ,
    SETTINGS_MAILBOXES_EDIT,
    SETTINGS_READ,
    TICKET_STATUS,
)

if TYPE_CHECKING:
    from atum_desk.kernel.jobs.job_types import HandledJob
    from atum_desk.kernel.jobs.schedules import Schedule

STAYS = Irreversible("mail that arrived stays; nothing received is ever taken back.")


def _routes() -> Sequence[Any]:
    from atum_desk.mail import automatic_reply_routes, dismissal_routes, routes

    return [*routes.routes, *automatic_reply_routes.routes, *dismissal_routes.routes]


def _job_handlers() -> Sequence[HandledJob]:
    from atum_desk.mail import jobs

    return jobs.job_handlers


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.mail import jobs

    return jobs.schedules


def _seed() -> Seed:
    from atum_desk.mail.seed import seed_mailbox

    return seed_mailbox


# Mails of one ticket wait for its lock, and each holds a connection that taking mail needs.
FILED_AT_ONCE = 4
# Two more than are filed at once, so that nothing idles until the queue is looked at again.
PICKED_AT_ONCE = FILED_AT_ONCE + 2
# Answers wait for what they answer, a second each time; lost workers count too.
PATIENCE = 30


class FileMail(msgspec.Struct):
    """Which received mail to file."""

    mail_id: int


FILE_MAIL = JobType(name="mail.parse", parameters=FileMail, max_attempts=PATIENCE, at_once=PICKED_AT_ONCE)

MAIL_COMMANDS = (
    Command(name="mail.receive", permission=None, undo=STAYS, is_quiet=True),
    *(
        Command(name=f"mail.{verb}", permission=None, undo=STAYS)
        for verb in ("file", "confirm", "quarantine", "refuse", "defer", "erase")
    ),
    # Written by a restore: mail that waited when the backup was made may have left since.
    Command(name="mail.hold", permission=None, undo=STAYS),
    Command(name="mail.retry", permission=MAIL_MANAGE, undo=STAYS),
    Command(name="mail_text.reparse", permission=MAIL_MANAGE, undo="inverse"),
    Command(name="mail_text.check", permission=MAIL_MANAGE, undo="inverse"),
)
QUARANTINE_COMMANDS = (
    Command(
        name="quarantine.release",
        permission=MAIL_QUARANTINE,
        undo=Irreversible("it was let through and is filed by now; close its ticket instead."),
    ),
    Command(name="quarantine.delete", permission=MAIL_QUARANTINE, undo="inverse"),
    Command(name="quarantine.block", permission=MAIL_QUARANTINE, undo="inverse"),
    Command(name="ticket.dismiss", permission=TICKET_STATUS, undo="inverse"),
    Command(name="mail_block.add", permission=MAIL_QUARANTINE, undo="inverse"),
    Command(name="mail_block.remove", permission=MAIL_QUARANTINE, undo="inverse"),
)
MAILBOX_COMMANDS = (
    Command(name="mailbox.add", permission=SETTINGS_MAILBOXES_EDIT, undo="inverse"),
    Command(name="mailbox.edit", permission=SETTINGS_MAILBOXES_EDIT, undo="inverse"),
    Command(name="automatic_reply.edit", permission=SETTINGS_MAILBOXES_EDIT, undo="inverse"),
    Command(name="automatic_reply.delete", permission=SETTINGS_MAILBOXES_EDIT, undo="inverse"),
    Command(name="mail_rules.edit", permission=SETTINGS_MAILBOXES_EDIT, undo="inverse"),
)

FEATURE = Feature(
    name="mail",
    permissions=(
        Permission(MAIL_READ, ALL_STAFF),
        Permission(MAIL_QUARANTINE, AGENTS),
        Permission(MAIL_MANAGE, LEADS),
        Permission(REPORTS_READ, (*LEADS, "Auditor")),
        Permission(SETTINGS_READ, ALL_STAFF),
        Permission(SETTINGS_MAILBOXES_EDIT, ADMINISTRATORS),
    ),
    commands=(*MAIL_COMMANDS, *QUARANTINE_COMMANDS, *MAILBOX_COMMANDS),
    tables=(
        Table(
            name="mails",
            live="mail",
            audience=(seeing_team("mailbox_id", MAIL_READ, MAIL_QUARANTINE, through="mailboxes"),),
        ),
        Table(name="mail_blocks", live="mail", audience=(staff(MAIL_READ, MAIL_QUARANTINE),)),
        Table(
            name="automatic_replies",
            live="automatic_replies",
            audience=(staff(SETTINGS_READ, SETTINGS_MAILBOXES_EDIT),),
        ),
        Table(name="mailboxes", live="mailboxes", audience=(staff(SETTINGS_READ, SETTINGS_MAILBOXES_EDIT),)),
    ),
    settings=("smtp_certificate", "smtp_key", "lmtp_socket", "mail_trusted_authserv", "smime_authorities"),
    routes=_routes,
    large_bodies={"/mail/raw": "mail_max_bytes"},
    jobs=(FILE_MAIL,),
    job_handlers=_job_handlers,
    schedules=_schedules,
    seed=_seed,
)
