"""What a list shows of a ticket, whoever reads it: columns, joins and the struct made of them.

The live service sends the same row with a change (ADR 0026) and takes it from here; so this module
imports nothing but the kernel, and that process stays small.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import asyncpg
import msgspec

from atum_desk.kernel.database.units_of_work import View
from atum_desk.kernel.named_ref import NamedRef

Priority = Literal["low", "normal", "high", "urgent"]
TicketType = Literal["question", "incident", "problem", "task"]
Channel = Literal["email", "portal", "widget", "api", "phone"]
Category = Literal["new", "open", "waiting", "on_hold", "resolved", "closed"]

PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")
# More tickets than one batch of changes concerns; it tells the planner that they are few.
MOST_ROWS = 2_000

COLUMNS = """
    t.id, t.number, t.subject, t.preview, s.key as status_key, s.name as status_name, t.category, t.priority, t.type,
    t.team_id, g.name as team_name, g.color as team_color, t.assignee_id, a.name as assignee_name,
    t.requester_id, r.name as requester_name, t.organization_id, o.name as organization_name, t.tags, t.channel,
    t.created_at, t.updated_at, t.resolved_at, t.last_message_at, t.message_count, t.version"""
JOINS = """
    join statuses s on s.id = t.status_id join teams g on g.id = t.team_id
    left join people a on a.id = t.assignee_id join people r on r.id = t.requester_id
    left join organizations o on o.id = t.organization_id"""
ROWS = f"""
    select {COLUMNS}
      from (select t.* from tickets t where t.id = any($1::bigint[]) and t.team_id = any($2::bigint[])
             limit {MOST_ROWS}) t {JOINS}"""


class StatusRef(msgspec.Struct, frozen=True):
    """A ticket's status."""

    key: str
    name: str
    category: Category


class TeamRef(msgspec.Struct, frozen=True):
    """A ticket's team."""

    id: int
    name: str
    color: str


class TicketFacts(msgspec.Struct):
    """A ticket as a list shows it to everybody who may read it."""

    number: int
    subject: str
    preview: str
    status: StatusRef
    priority: Priority
    type: TicketType
    team: TeamRef
    assignee: NamedRef | None
    requester: NamedRef
    organization: NamedRef | None
    tags: list[str]
    channel: Channel
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    last_message_at: datetime | None
    message_count: int
    version: int


def priority_number(priority: Priority) -> int:
    """Return 1 for low to 4 for urgent, as stored."""
    return PRIORITIES.index(priority) + 1


def priority_name(number: int) -> Priority:
    """Return the name of a stored priority."""
    return PRIORITIES[number - 1]


def facts_of(row: asyncpg.Record) -> dict[str, Any]:
    """Return the fields of TicketFacts by name, of the columns in COLUMNS."""
    return {
        "number": row["number"], "subject": row["subject"], "preview": row["preview"],
        "status": StatusRef(row["status_key"], row["status_name"], row["category"]),
        "priority": priority_name(row["priority"]), "type": row["type"],
        "team": TeamRef(row["team_id"], row["team_name"], row["team_color"]),
        "assignee": NamedRef(row["assignee_id"], row["assignee_name"]) if row["assignee_id"] else None,
        "requester": NamedRef(row["requester_id"], row["requester_name"]),
        "organization": NamedRef(row["organization_id"], row["organization_name"]) if row["organization_id"] else None,
        "tags": row["tags"], "channel": row["channel"], "created_at": row["created_at"],
        "updated_at": row["updated_at"], "resolved_at": row["resolved_at"],
        "last_message_at": row["last_message_at"], "message_count": row["message_count"], "version": row["version"],
    }  # fmt: skip


async def list_facts(
    view: View, ticket_ids: list[int], team_ids: list[int]
) -> dict[int, TicketFacts]:
    """Return those of the tickets that are in one of the teams, by id, as they stand."""
    rows = await view.fetch(ROWS, ticket_ids, team_ids)
    return {row["id"]: TicketFacts(**facts_of(row)) for row in rows}
