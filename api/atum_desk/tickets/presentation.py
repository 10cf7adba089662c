"""Turns rows into what a client sees: a ticket with its thread, ids replaced by names."""

from __future__ import annotations

from typing import Any

import asyncpg

from atum_desk.files.public import Attachment, attachment_url
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.tickets import permissions
from atum_desk.tickets.models import (
    RequesterRef,
    StatusRef,
    StoredAttachment,
    StoredChange,
    StoredMessage,
    TeamRef,
    priority_name,
)
from atum_desk.tickets.queries import threads
from atum_desk.tickets.schemas import (
    Can,
    ChangeItem,
    FieldChange,
    MailState,
    MessageItem,
    ThreadItem,
    Ticket,
)

REMOTE_IMAGE_MARK = "data-remote-src"
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


def present_ticket(
    row: asyncpg.Record, actor: Actor | SystemActor, thread: threads.Thread | None = None
) -> Ticket:
    """Make a ticket of its columns and, where asked for, its thread."""
    return Ticket(
        id=row["id"], number=row["number"], subject=row["subject"], preview=row["preview"],
        status=StatusRef(row["status_key"], row["status_name"], row["category"]),
        priority=priority_name(row["priority"]), type=row["type"],
        team=TeamRef(row["team_id"], row["team_name"], row["team_color"]),
        assignee=NamedRef(row["assignee_id"], row["assignee_name"]) if row["assignee_id"] else None,
        requester=RequesterRef(
            row["requester_id"], row["requester_name"], row["requester_email"],
            threads.organization_of_requester(row),
        ),
        organization=NamedRef(row["organization_id"], row["organization_name"]) if row["organization_id"] else None,
        tags=row["tags"], channel=row["channel"], created_at=row["created_at"], updated_at=row["updated_at"],
        last_message_at=row["last_message_at"], unread=row["unread"], message_count=row["message_count"],
        version=row["version"], mailbox=threads.mailbox_of(row), cc=threads.participants_of(row),
        first_response_at=row["first_response_at"], resolved_at=row["resolved_at"], closed_at=row["closed_at"],
        follow_up_of=row["follow_up_of"], can=_can(actor), allowed_statuses=row["allowed_statuses"],
        thread=present_thread(thread, actor) if thread else [],
        thread_cursor=_older_cursor(thread),
    )  # fmt: skip


def present_thread(thread: threads.Thread, actor: Actor | SystemActor) -> list[ThreadItem]:
    """Merge messages and property changes by time, oldest first.

    When messages were cut, changes older than the oldest message shown are left to the history.
    """
    messages = [present_message(m) for m in thread.messages]
    changes = present_changes(thread, actor)
    if len(thread.messages) == threads.THREAD_LIMIT:
        oldest = thread.messages[-1].created_at
        changes = [c for c in changes if c.at >= oldest]
    items: list[ThreadItem] = [*messages, *changes]
    return sorted(
        items,
        key=lambda i: (i.created_at, 0, i.id) if isinstance(i, MessageItem) else (i.at, 1, i.id),
    )


def present_message(message: StoredMessage) -> MessageItem:
    """Make a thread's item of a stored message."""
    mail = message.mail
    return MessageItem(
        id=message.id, kind=message.kind, from_staff=message.from_staff,
        author=NamedRef(message.author_id, message.author_name), channel=message.channel,
        created_at=message.created_at, text=message.text, html=message.html, quoted=message.quoted,
        has_remote_images=bool(message.html and REMOTE_IMAGE_MARK in message.html),
        to=message.recipients, cc=message.cc, attachments=[_attachment(a) for a in message.attachments],
        mail=MailState(mail.outbox_id, mail.state, mail.held_until, mail.last_error) if mail else None,
        raw_url=f"/api/v1/mails/{message.mail_id}/raw" if message.mail_id else None,
        change_id=message.change_id,
    )  # fmt: skip


def present_changes(thread: threads.Thread, actor: Actor | SystemActor) -> list[ChangeItem]:
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


def _attachment(stored: StoredAttachment) -> Attachment:
    return Attachment(
        id=stored.id, filename=stored.filename, mime_type=stored.mime_type, size=stored.size,
        inline=stored.inline, url=attachment_url(stored.id),
    )  # fmt: skip


def _can(actor: Actor | SystemActor) -> Can:
    return Can(
        reply=actor.may(permissions.REPLY), note=actor.may(permissions.NOTE),
        assign=actor.may(permissions.ASSIGN), move=actor.may(permissions.MOVE),
        status=actor.may(permissions.STATUS), priority=actor.may(permissions.PRIORITY),
        tag=actor.may(permissions.TAG), edit=actor.may(permissions.EDIT),
        undo=actor.may(permissions.UNDO_ANY),
    )  # fmt: skip


def _older_cursor(thread: threads.Thread | None) -> str | None:
    if thread and len(thread.messages) == threads.THREAD_LIMIT:
        return str(thread.messages[-1].id)
    return None
