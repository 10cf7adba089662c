"""Statements over some of many tickets."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.tickets.models import LockedTicket
from atum_desk.tickets.queries.writes import LOCKED, locked_ticket
from atum_desk.tickets.values import priority_name

OF_NUMBERS = "workspace_id = (select ctx_workspace()) and number = any($1)"
# The variables of a text for many tickets, by what they are of.
TEMPLATE_VALUES = """
    select t.id, t.number, t.subject, s.name as status, t.priority, t.type, g.name as team, a.name as assignee,
           t.created_at, p.name as requester, p.locale, x.email, o.name as organization, b.name as mailbox,
           b.address as mailbox_address, w.name as workspace
      from tickets t
      join workspaces w on w.id = t.workspace_id
      join statuses s on s.id = t.status_id
      join teams g on g.id = t.team_id
      join people p on p.id = t.requester_id
      left join people a on a.id = t.assignee_id
      left join organizations o on o.id = t.organization_id
      left join addresses x on x.person_id = p.id and x.is_primary
      left join mailboxes b on b.id = t.mailbox_id
     where t.workspace_id = (select ctx_workspace()) and t.id = any($1)"""


class TextAgent(msgspec.Struct, frozen=True):
    """Who writes to many."""

    name: str
    email: str | None


VARIABLES = (
    *("ticket.number", "ticket.subject", "ticket.status", "ticket.priority", "ticket.type", "ticket.team"),
    *("ticket.assignee", "ticket.created", "requester.name", "requester.first_name", "requester.email"),
    *("requester.language", "organization.name", "agent.name", "agent.first_name", "agent.email"),
    *("team.name", "mailbox.name", "mailbox.address", "workspace.name"),
)


async def lock_free_tickets(work: UnitOfWork, numbers: list[int]) -> list[LockedTicket]:
    """Lock the visible ones of many tickets that nobody else holds, in one order."""
    rows = await work.fetch(f"{LOCKED} where {OF_NUMBERS} order by id for update skip locked", numbers)
    return [locked_ticket(row) for row in rows]


async def list_visible(transaction: ReadTransaction, numbers: list[int]) -> list[int]:
    """Return those of some numbers whose tickets are visible."""
    rows = await transaction.fetch(f"select number from tickets where {OF_NUMBERS} order by number", numbers)
    return [row["number"] for row in rows]


async def list_ids(transaction: ReadTransaction, numbers: list[int]) -> list[int]:
    """Return the ids of visible tickets by number."""
    rows = await transaction.fetch(f"select id from tickets where {OF_NUMBERS} order by number", numbers)
    return [row["id"] for row in rows]


async def list_template_values(
    transaction: ReadTransaction, ticket_ids: list[int], agent: TextAgent
) -> dict[int, dict[str, dict[str, Any]]]:
    """Return the values of VARIABLES of visible tickets, by id, nested as the variables' paths are."""
    rows = await transaction.fetch(TEMPLATE_VALUES, ticket_ids)
    return {row["id"]: nested_values(row, agent) for row in rows}


def nested_values(row: asyncpg.Record, agent: TextAgent) -> dict[str, dict[str, Any]]:
    """Return the values of VARIABLES of a row of TEMPLATE_VALUES."""
    return {
        "ticket": {
            **{name: row[name] for name in ("number", "subject", "status", "type", "team")},
            "priority": priority_name(row["priority"]),
            "assignee": row["assignee"] or "",
            "created": row["created_at"].date().isoformat(),
        },
        "requester": {
            "name": row["requester"],
            "first_name": _first(row["requester"]),
            "email": row["email"] or "",
            "language": row["locale"],
        },
        "organization": {"name": row["organization"] or ""},
        "agent": {"name": agent.name, "first_name": _first(agent.name), "email": agent.email or ""},
        "team": {"name": row["team"]},
        "mailbox": {"name": row["mailbox"] or "", "address": row["mailbox_address"] or ""},
        "workspace": {"name": row["workspace"]},
    }


def _first(name: str) -> str:
    """Return the first word of a name; an address stands as it is."""
    return name.split()[0] if name.split() else ""
