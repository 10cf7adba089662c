"""What tickets add to the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from atum_desk.kernel.audience import seeing_ticket
from atum_desk.kernel.feature import AGENTS, ALL_STAFF, LEADS, Command, Feature, Irreversible, Permission, Table
from atum_desk.kernel.jobs.job_types import JobType
from atum_desk.tickets import fields, permissions

if TYPE_CHECKING:
    from atum_desk.kernel.database.stored_reads import StoredRead
    from atum_desk.kernel.jobs.schedules import Schedule

PERMISSION_BY_COMMAND = {
    "ticket.open": permissions.OPEN,
    "ticket.reply": permissions.REPLY,
    "ticket.note": permissions.NOTE,
    **fields.COMMANDS_TO_SET,
    # These write several properties: doing it takes what each of them takes, undoing it this one.
    "ticket.edit": permissions.EDIT,
    "ticket.bulk": permissions.EDIT,
    "ticket.unlink": permissions.EDIT,
    "ticket.link": permissions.EDIT,
    "ticket.keep_apart": permissions.EDIT,
    "ticket.remove_link": permissions.EDIT,
    "ticket.close": permissions.EDIT,
    "ticket.wake": permissions.EDIT,
    "ticket.edit_reply": permissions.REPLY,
    "ticket.edit_note": permissions.NOTE,
    "ticket.add_participant": permissions.REPLY,
    "ticket.remove_participant": permissions.REPLY,
    "ticket.merge": permissions.MERGE,
    "ticket.separate": permissions.MERGE,
    "ticket.split": permissions.MERGE,
    "ticket.unsplit": permissions.MERGE,
    "ticket.follow": permissions.READ,
    "ticket.unfollow": permissions.READ,
    "ticket.add_follower": permissions.NOTE,
    "ticket.remove_follower": permissions.NOTE,
}


def _routes() -> Sequence[Any]:
    from atum_desk.tickets import (
        follower_routes,
        group_routes,
        mail_limit_routes,
        merge_routes,
        note_routes,
        quote_routes,
        redact_routes,
        relation_routes,
        routes,
        signature_routes,
        snooze_routes,
        split_routes,
        star_routes,
        thread_routes,
    )

    modules = (
        follower_routes,
        group_routes,
        mail_limit_routes,
        merge_routes,
        note_routes,
        quote_routes,
        redact_routes,
        relation_routes,
        routes,
        signature_routes,
        snooze_routes,
        split_routes,
        thread_routes,
        star_routes,
    )
    return [route for module in modules for route in module.routes]


def _schedules() -> Mapping[str, Schedule]:
    from atum_desk.tickets import jobs

    return jobs.schedules


def _stored_reads() -> Sequence[StoredRead]:
    from atum_desk.tickets.queries.stored import stored_reads

    return stored_reads()


class ConfirmRequest(msgspec.Struct):
    """Which ticket's requester to tell that their request arrived."""

    ticket_id: int


# Mail does it, whoever opened the ticket: it stands here for the slices that cannot see mail.
CONFIRM_REQUEST = JobType(name="mail.confirm", parameters=ConfirmRequest)

FEATURE = Feature(
    name="tickets",
    permissions=(
        Permission(permissions.READ, ALL_STAFF),
        Permission(permissions.REDACT, LEADS),
        *(
            Permission(name, AGENTS)
            for name in (
                permissions.OPEN,
                permissions.REPLY,
                permissions.NOTE,
                permissions.MERGE,
                *fields.PERMISSIONS_TO_SET_ANY,
            )
        ),
    ),
    retired_permissions=("ticket:accept",),
    commands=(
        *(
            Command(name=name, permission=permission, undo="inverse")
            for name, permission in PERMISSION_BY_COMMAND.items()
        ),
        *(
            Command(
                name=name, permission=permissions.REDACT, undo=Irreversible("what was redacted is gone everywhere.")
            )
            for name in ("ticket.redact", "note.redact")
        ),
        Command(name="ticket.wake_due", permission=None, undo=Irreversible("its moment has come; snooze it again.")),
        Command(
            name="ticket.revoke_links",
            permission=permissions.EDIT,
            undo=Irreversible("links that were revoked stay so; send a new one."),
            # It ends the sessions which links to the request opened.
            alters_powers=True,
        ),
    ),
    tables=(
        Table(
            name="tickets",
            live="ticket",
            live_by_column=fields.LIVE_WORDS,
            audience=(seeing_ticket(),),
            contacts_hear=("ticket", *sorted(fields.CONTACT_LIVE_WORDS)),
            # Links to a request are its requester's.
            alters_powers=("requester_id",),
        ),
        # Contacts are told of replies alone (live/audience.py).
        Table(name="messages", live="messages", audience=(seeing_ticket(),)),
        Table(name="participants", live="cc", audience=(seeing_ticket(),)),
        Table(name="ticket_links", live=None, audience=()),
        Table(name="ticket_relations", live="links", audience=(seeing_ticket(),)),
        Table(name="ticket_followers", live="followers", audience=(seeing_ticket(),)),
    ),
    settings=("portal_link_days",),
    jobs=(CONFIRM_REQUEST,),
    routes=_routes,
    schedules=_schedules,
    stored_reads=_stored_reads,
)
