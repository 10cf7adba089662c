"""Turns rows into what a client sees: a ticket with its thread, ids replaced by names."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter
from typing import Any

import msgspec

from atum_desk.identity.public import NamedRef
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.ledger.undo_refusals import ToUndo, refusal_of
from atum_desk.tickets import permissions
from atum_desk.tickets.fields import IN_TICKET, SETTABLE
from atum_desk.tickets.models import StoredChange, StoredTicket, Thread
from atum_desk.tickets.people import RequesterRef
from atum_desk.tickets.schemas import Can, ChangeItem, FieldChange, ThreadItem, Ticket

_READERS = {one.key: one.reader for one in IN_TICKET}


def present_ticket(stored: StoredTicket, actor: Actor | SystemActor) -> Ticket:
    """Make a ticket of its columns and the thread that came with them."""
    row = msgspec.structs.asdict(stored)
    properties = {key: read(row) for key, read in _READERS.items()}
    properties["requester"] = RequesterRef(
        stored.requester_id,
        stored.requester_name,
        stored.requester_email,
        stored.requester_organization,
        stored.requester_time_zone,
        stored.stopped,
        stored.requester_vip,
    )
    return Ticket(
        **properties,
        id=stored.id,
        unread=stored.unread,
        cc=stored.cc,
        fields=stored.fields,
        can=_can(actor),
        allowed_statuses=stored.allowed_statuses,
        thread=present_thread(stored, actor),
        thread_cursor=str(stored.messages[-1].id) if stored.earlier else None,
        thread_earlier=stored.earlier,
        first_message=stored.first_message,
        first_unread_id=stored.first_unread_id,
    )


def present_thread(thread: StoredTicket, actor: Actor | SystemActor) -> list[ThreadItem]:
    """Merge messages and property changes by time, oldest first.

    When messages were cut, changes older than the oldest message shown are left to the history.
    """
    changes = present_changes(thread, actor)
    if thread.earlier:
        oldest = thread.messages[-1].created_at
        changes = [c for c in changes if c.at >= oldest]
    dated: list[tuple[datetime, int, int, ThreadItem]] = [
        *((message.created_at, 0, message.id, message) for message in thread.messages),
        *((change.at, 1, change.id, change) for change in changes),
    ]
    # A change that wrote its ticket twice is there twice, so the items themselves are not compared.
    return [item for _, _, _, item in sorted(dated, key=itemgetter(0, 1, 2))]


def present_changes(thread: Thread, actor: Actor | SystemActor) -> list[ChangeItem]:
    """Make thread items of property changes."""
    return [_change(change, thread.names, actor) for change in thread.changes]


def _change(change: StoredChange, names: dict[str, dict[str, Any] | None], actor: Actor | SystemActor) -> ChangeItem:
    refusal = refusal_of(
        actor, ToUndo(change.undone_command or change.command, change.actor_id, change.via, change.codes)
    )
    return ChangeItem(
        id=change.id,
        command=change.command,
        actor=NamedRef(change.actor_id, change.actor_name or "") if change.actor_id else None,
        via=change.via,
        at=change.at,
        changes=[
            FieldChange(one.key, one.told_in(change.old, names), one.told_in(change.new, names))
            for one in SETTABLE.values()
            if not change.new.keys().isdisjoint(one.history_columns)
        ],
        fields=change.fields,
        undo_of=change.undo_of,
        undone="undone" in change.codes,
        can_undo=refusal is None,
        undo_refusal=refusal,
    )


def _can(actor: Actor | SystemActor) -> Can:
    return Can(
        reply=actor.may(permissions.REPLY),
        note=actor.may(permissions.NOTE),
        assign=actor.may(permissions.ASSIGN),
        move=actor.may(permissions.MOVE),
        status=actor.may(permissions.STATUS),
        priority=actor.may(permissions.PRIORITY),
        tag=actor.may(permissions.TAG),
        edit=actor.may(permissions.EDIT),
        merge=actor.may(permissions.MERGE),
        redact=actor.may(permissions.REDACT),
        undo=actor.may(permissions.UNDO_ANY),
    )
