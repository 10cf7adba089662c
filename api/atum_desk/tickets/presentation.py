"""Turns rows into what a client sees: a ticket with its thread, ids replaced by names."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter
from typing import Any

from atum_desk.identity.public import NamedRef
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.tickets import permissions
from atum_desk.tickets.list_row import StatusRef, TeamRef, priority_name
from atum_desk.tickets.models import (
    MailboxRef,
    RequesterRef,
    StoredChange,
    StoredTicket,
    Thread,
)
from atum_desk.tickets.queries import threads
from atum_desk.tickets.schemas import (
    Can,
    ChangeItem,
    FieldChange,
    ThreadItem,
    Ticket,
)

FIELDS = {
    "subject": "subject",
    "status_id": "status",
    "priority": "priority",
    "type": "type",
    "team_id": "team",
    "assignee_id": "assignee",
    "requester_id": "requester",
    "tags": "tags",
}
_NAME_SOURCES = {
    "status_id": "status_id",
    "team_id": "team_id",
    "assignee_id": "person",
    "requester_id": "person",
}


def present_ticket(stored: StoredTicket, actor: Actor | SystemActor) -> Ticket:
    """Make a ticket of its columns and the thread that came with them."""
    mailbox = None
    if stored.mailbox_id is not None:
        mailbox = MailboxRef(
            stored.mailbox_id, stored.mailbox_address or "", stored.mailbox_name or ""
        )
    return Ticket(
        id=stored.id, number=stored.number, subject=stored.subject, preview=stored.preview,
        status=StatusRef(stored.status_key, stored.status_name, stored.category),
        priority=priority_name(stored.priority), type=stored.type,
        team=TeamRef(stored.team_id, stored.team_name, stored.team_color),
        assignee=_named_ref(stored.assignee_id, stored.assignee_name),
        requester=RequesterRef(
            stored.requester_id, stored.requester_name, stored.requester_email, stored.requester_organization,
            stored.requester_time_zone, stored.stopped,
        ),
        organization=_named_ref(stored.organization_id, stored.organization_name),
        tags=stored.tags, channel=stored.channel, created_at=stored.created_at, updated_at=stored.updated_at,
        last_message_at=stored.last_message_at, unread=stored.unread, message_count=stored.message_count,
        version=stored.version, mailbox=mailbox, cc=stored.cc, first_response_at=stored.first_response_at,
        resolved_at=stored.resolved_at, closed_at=stored.closed_at, follow_up_of=stored.follow_up_of,
        can=_can(actor), allowed_statuses=stored.allowed_statuses,
        thread=present_thread(stored, actor), thread_cursor=_older_cursor(stored),
    )  # fmt: skip


def present_thread(thread: Thread, actor: Actor | SystemActor) -> list[ThreadItem]:
    """Merge messages and property changes by time, oldest first.

    When messages were cut, changes older than the oldest message shown are left to the history.
    """
    changes = present_changes(thread, actor)
    if len(thread.messages) == threads.THREAD_LIMIT:
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


def _change(
    change: StoredChange, names: dict[str, dict[str, str] | None], actor: Actor | SystemActor
) -> ChangeItem:
    own = isinstance(actor, Actor) and change.actor_id == actor.person_id
    return ChangeItem(
        id=change.id, command=change.command,
        actor=NamedRef(change.actor_id, change.actor_name or "") if change.actor_id else None,
        via=change.via, at=change.at,
        changes=[
            FieldChange(field, *(_named(column, side.get(column), names) for side in (change.old, change.new)))
            for column, field in FIELDS.items()
            if column in change.new
        ],
        undo_of=change.undo_of, undone=change.undone,
        can_undo=not change.undone and (own or actor.may(permissions.UNDO_ANY)),
    )  # fmt: skip


def _named(column: str, value: Any, names: dict[str, dict[str, str] | None]) -> Any:
    if column == "priority" and value is not None:
        return priority_name(value)
    if value is not None and (source := _NAME_SOURCES.get(column)):
        return (names.get(source) or {}).get(str(value), value)
    return value


def _named_ref(id_: int | None, name: str | None) -> NamedRef | None:
    return NamedRef(id_, name or "") if id_ is not None else None


def _can(actor: Actor | SystemActor) -> Can:
    return Can(
        reply=actor.may(permissions.REPLY), note=actor.may(permissions.NOTE),
        assign=actor.may(permissions.ASSIGN), move=actor.may(permissions.MOVE),
        status=actor.may(permissions.STATUS), priority=actor.may(permissions.PRIORITY),
        tag=actor.may(permissions.TAG), edit=actor.may(permissions.EDIT),
        undo=actor.may(permissions.UNDO_ANY),
    )  # fmt: skip


def _older_cursor(thread: Thread) -> str | None:
    if len(thread.messages) == threads.THREAD_LIMIT:
        return str(thread.messages[-1].id)
    return None
