"""The properties of a ticket: one table that everything which lists properties is made of.

From it come the columns and shapes of lists, single tickets and live frames, what PATCH accepts and
which permission that needs, the names in history, the words of live frames and the columns that a
command reads with the lock. tests/tickets/test_fields.py holds it against the table `tickets` and the
OpenAPI, tests/walk/test_new_property.py adds a property by CONTRIBUTING's walk (ADR 0037).
The live service reads it, so it imports nothing but the kernel and this slice's values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from atum_desk.conditions.public import Kind
from atum_desk.kernel.named_ref import NamedRef
from atum_desk.tickets import permissions
from atum_desk.tickets.checklist_sql import CHECKLIST_PROGRESS
from atum_desk.tickets.property import SET_SEVERAL, Property, Selected, Setting
from atum_desk.tickets.values import (
    PRIORITIES,
    Automatic,
    Channel,
    ChecklistProgress,
    ListedRequester,
    MailboxRef,
    Priority,
    ResolutionKey,
    ResolutionRef,
    Snooze,
    SnoozeInput,
    StatusKey,
    StatusRef,
    Subject,
    Tags,
    TeamRef,
    TicketType,
    priority_name,
)


def _named(
    key: str,
    kind: Kind,
    source: str,
    *,
    join: str,
    setting: Setting | None = None,
    granted: bool = False,
    narrowed_by: tuple[str, ...] = (),
    live: str | None = None,
) -> Property:
    """Return a property that points to a row of another table, shown by id and name."""
    id_, name = f"{key}_id", f"{key}_name"

    def read(row: Any) -> NamedRef | None:
        return NamedRef(row[id_], row[name]) if row[id_] else None

    return Property(
        key=key,
        kind=kind,
        wire=NamedRef | None,
        columns=(id_,),
        join=join,
        read=read,
        selected=(Selected(id_, f"t.{id_}", "bigint", True), Selected(name, f"{source}.name", "text", True)),
        setting=setting,
        granted=granted,
        narrowed_by=narrowed_by,
        live=live,
    )


_SNOOZE_IN_HISTORY = {"until": "snoozed_until", "on_reply": "snooze_on_reply", "reason": "snooze_reason"}


def _status(row: Any) -> StatusRef:
    return StatusRef(row["status_key"], row["status_name"], row["category"], row["status_color"])


def _resolution(row: Any) -> ResolutionRef | None:
    return ResolutionRef(row["resolution_key"], row["resolution_name"]) if row["resolution_key"] else None


def _snooze(row: Any) -> Snooze | None:
    if row["snoozed_at"] is None:
        return None
    until, reason = row["snoozed_until"], row["snooze_reason"] or ""
    return Snooze(row["snoozed_at"], until, bool(row["snooze_on_reply"]), reason, row["woken_at"])


def _told_snooze(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a change says of a snooze: that it began, or its end."""
    if values.get("snoozed_at"):
        return {name: values.get(column) for name, column in _SNOOZE_IN_HISTORY.items()}
    return {"woken_at": values["woken_at"]} if values.get("woken_at") else None


def _checklist(row: Any) -> ChecklistProgress | None:
    total = row["checklist_total"]
    return ChecklistProgress(row["checklist_done"], total, row["checklist_required"]) if total else None


def _priority(row: Any) -> Priority:
    return priority_name(row["priority"])


def _team(row: Any) -> TeamRef:
    return TeamRef(row["team_id"], row["team_name"], row["team_color"])


def _requester(row: Any) -> ListedRequester:
    return ListedRequester(row["requester_id"], row["requester_name"], row["requester_vip"])


def _mailbox(row: Any) -> MailboxRef | None:
    if row["mailbox_id"] is None:
        return None
    return MailboxRef(row["mailbox_id"], row["mailbox_address"] or "", row["mailbox_name"] or "")


# In the order in which lists, forms and the thread show them.
PROPERTIES: tuple[Property, ...] = (
    Property(key="number", kind="number", wire=int, columns=("number",), granted=True, sorts=("number", "-number")),
    Property(
        key="subject",
        kind="text",
        wire=str,
        columns=("subject",),
        granted=True,
        told=True,
        setting=Setting(name="subject", type=Subject, permission=permissions.EDIT, command="ticket.rename"),
    ),
    Property(
        key="preview",
        kind="text",
        wire=str,
        columns=("preview",),
        not_compared="the beginning of a message, which words find",
    ),
    Property(
        key="status",
        kind="status",
        wire=StatusRef,
        columns=("status_id", "category"),
        read=_status,
        selected=(
            Selected("status_key", "s.key", "text"),
            Selected("status_name", "s.name", "text"),
            Selected("category", "t.category", "text"),
            Selected("status_color", "s.color", "text", True),
        ),
        join="join statuses s on s.id = t.status_id",
        narrowed_by=("statuses", "categories"),
        granted=True,
        told=True,
        setting=Setting(name="status", type=StatusKey, permission=permissions.STATUS, command="ticket.status"),
    ),
    Property(
        key="resolution",
        kind="resolution",
        wire=ResolutionRef | None,
        columns=("resolution_id",),
        read=_resolution,
        selected=(
            Selected("resolution_key", "z.key", "text", True),
            Selected("resolution_name", "z.name", "text", True),
        ),
        join="left join resolutions z on z.id = t.resolution_id",
        setting=Setting(
            name="resolution", type=ResolutionKey | None, permission=permissions.STATUS, command="ticket.resolution"
        ),
    ),
    Property(
        key="priority",
        kind="ranked_choice",
        wire=Priority,
        columns=("priority",),
        ranks=PRIORITIES,
        read=_priority,
        narrowed_by=("priorities",),
        sorts=("-priority",),
        setting=Setting(name="priority", permission=permissions.PRIORITY, command="ticket.priority"),
    ),
    Property(
        key="type",
        kind="choice",
        wire=TicketType,
        columns=("type",),
        setting=Setting(name="type", permission=permissions.EDIT),
    ),
    Property(
        key="team",
        kind="team",
        wire=TeamRef,
        columns=("team_id",),
        read=_team,
        narrowed_by=("team_ids",),
        selected=(
            Selected("team_id", "t.team_id", "bigint"),
            Selected("team_name", "g.name", "text"),
            Selected("team_color", "g.color", "text"),
        ),
        join="join teams g on g.id = t.team_id",
        setting=Setting(name="team_id", type=int, permission=permissions.MOVE, command="ticket.move"),
    ),
    _named(
        "assignee",
        "person",
        "a",
        join="left join people a on a.id = t.assignee_id",
        narrowed_by=("assignee_id",),
        setting=Setting(name="assignee_id", type=int | None, permission=permissions.ASSIGN, command="ticket.assign"),
    ),
    Property(
        key="requester",
        kind="contact",
        wire=ListedRequester,
        columns=("requester_id",),
        read=_requester,
        selected=(
            Selected("requester_id", "t.requester_id", "bigint"),
            Selected("requester_name", "r.name", "text"),
            Selected("requester_vip", "r.vip", "boolean"),
        ),
        join="join people r on r.id = t.requester_id",
        granted=True,
        narrowed_by=("requester_id",),
        setting=Setting(name="requester_id", type=int, permission=permissions.EDIT),
    ),
    _named(
        "organization",
        "organization",
        "o",
        join="left join organizations o on o.id = t.organization_id",
        granted=True,
        narrowed_by=("organization_id",),
        live="organization",
    ),
    Property(
        key="tags",
        kind="tags",
        wire=list[str],
        columns=("tags",),
        written="tag",
        narrowed_by=("tag",),
        setting=Setting(name="tags", type=Tags, permission=permissions.TAG, command="ticket.tag"),
    ),
    Property(
        key="snooze",
        kind="moment",
        wire=Snooze | None,
        columns=("snoozed_at", "snoozed_until", "snooze_on_reply", "snooze_reason", "woken_at"),
        read=_snooze,
        selected=(
            Selected("snoozed_at", "t.snoozed_at", "timestamptz", True),
            Selected("snoozed_until", "t.snoozed_until", "timestamptz", True),
            Selected("snooze_on_reply", "t.snooze_on_reply", "boolean", True),
            Selected("snooze_reason", "t.snooze_reason", "text", True),
            Selected("woken_at", "t.woken_at", "timestamptz", True),
        ),
        setting=Setting(name="snooze", type=SnoozeInput | None, permission=permissions.EDIT, command="ticket.snooze"),
        not_compared="conditions ask for `snoozed` and `snoozed_until`",
        shown_by=("snoozed_at", "woken_at"),
        tell=_told_snooze,
    ),
    Property(
        key="checklist",
        kind="number",
        wire=ChecklistProgress | None,
        columns=(),
        read=_checklist,
        selected=(
            Selected("checklist_done", "k.done", "int", True),
            Selected("checklist_total", "k.total", "int", True),
            Selected("checklist_required", "k.required", "int", True),
        ),
        join=f"left join lateral ({CHECKLIST_PROGRESS}) k on true",
        not_compared="conditions ask for `checklist` as open or done",
    ),
    Property(key="channel", kind="choice", wire=Channel, columns=("channel",), granted=True),
    Property(key="automatic", kind="choice", wire=Automatic | None, columns=("automatic",)),
    Property(
        key="created_at",
        kind="moment",
        wire=datetime,
        columns=("created_at",),
        granted=True,
        sorts=("created_at", "-created_at"),
    ),
    Property(
        key="updated_at",
        kind="moment",
        wire=datetime,
        columns=("updated_at",),
        granted=True,
        sorts=("updated_at", "-updated_at"),
    ),
    Property(key="resolved_at", kind="moment", wire=datetime | None, columns=("resolved_at",), granted=True),
    Property(key="last_message_at", kind="moment", wire=datetime | None, columns=("last_message_at",)),
    Property(
        key="message_count", kind="number", wire=int, columns=("message_count",), granted=True, written="messages"
    ),
    Property(
        key="version",
        kind="number",
        wire=int,
        columns=("version",),
        granted=True,
        not_compared="counts edits, for whoever makes the next one",
    ),
    Property(
        key="first_response_at", kind="moment", wire=datetime | None, columns=("first_response_at",), in_list=False
    ),
    Property(key="closed_at", kind="moment", wire=datetime | None, columns=("closed_at",), in_list=False, granted=True),
    Property(
        key="mailbox",
        kind="mailbox",
        wire=MailboxRef | None,
        columns=("mailbox_id",),
        read=_mailbox,
        in_list=False,
        selected=(
            Selected("mailbox_id", "t.mailbox_id", "bigint", True),
            Selected("mailbox_address", "b.address", "text", True),
            Selected("mailbox_name", "b.name", "text", True),
        ),
        join="left join mailboxes b on b.id = t.mailbox_id",
        live="mailbox",
    ),
    Property(
        key="follow_up_of",
        kind="ticket",
        wire=int | None,
        columns=("follow_up_of_id",),
        in_list=False,
        selected=(Selected("follow_up_of", "fu.number", "int", True),),
        read=lambda row: row["follow_up_of"],
        join="left join tickets fu on fu.id = t.follow_up_of_id",
        live="links",
    ),
    Property(
        key="merged_into",
        kind="ticket",
        wire=int | None,
        columns=("merged_into",),
        in_list=False,
        granted=True,
        live="links",
    ),
)
# Columns of `tickets` that are no property, and why.
NO_PROPERTY = {
    "id": "the ticket itself; clients know its number",
    "workspace_id": "whose it is; everybody sees tickets of their own workspace alone",
    "is_open": "made of the category, for indexes",
    "last_requester_message_at": "shown as `unread`, which differs by reader",
    "field_writes": "counts writes of custom fields, so that these raise the version",
    "last_agent_message_at": "counted by reports, shown nowhere",
}

IN_LIST = tuple(one for one in PROPERTIES if one.in_list)
IN_TICKET = tuple(one for one in PROPERTIES if one.in_ticket)
SETTABLE: dict[str, Property] = {one.setting.name: one for one in PROPERTIES if one.setting}
PERMISSION_TO_SET: dict[str, str] = {one.setting.name: one.setting.permission for one in PROPERTIES if one.setting}
# The command of a change that sets this alone; setting several is SET_SEVERAL.
COMMAND_OF_ONE: dict[str, str] = {one.setting.name: one.setting.command for one in PROPERTIES if one.setting}
COMMANDS_TO_SET: dict[str, str] = {
    one.setting.command: one.setting.permission
    for one in PROPERTIES
    if one.setting and one.setting.command != SET_SEVERAL
}
# Of these a change of a ticket needs one at least.
PERMISSIONS_TO_SET_ANY = tuple(dict.fromkeys(PERMISSION_TO_SET.values()))
# The names of what contacts notice when it is set.
TOLD_WHEN_SET = frozenset(one.setting.name for one in PROPERTIES if one.setting and one.told)
LIVE_WORDS: dict[str, str] = {column: word for one in PROPERTIES if (word := one.live_word) for column in one.columns}
CONTACT_LIVE_WORDS = frozenset(word for one in PROPERTIES if one.told and (word := one.live_word) is not None)


def columns_of(properties: tuple[Property, ...]) -> str:
    """Return what a SELECT from `tickets t` and `joins_of` the same names."""
    return ", ".join(str(column) for one in properties for column in one.read_columns)


def joins_of(properties: tuple[Property, ...]) -> str:
    """Return the joins that `columns_of` needs."""
    return " ".join(one.join for one in properties if one.join)


def column_types_of(properties: tuple[Property, ...]) -> str:
    """Return the names and types of `columns_of`, as a function that returns them must be told."""
    selected = [column for one in properties for column in one.read_columns]
    return ", ".join(f"{column.name} {column.type}" for column in selected)


def readers_of(properties: tuple[Property, ...]) -> tuple[Callable[[Any], Any], ...]:
    """Return what makes the properties' values of a row, in order."""
    return tuple(one.reader for one in properties)
