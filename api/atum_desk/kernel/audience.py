"""Whom a change concerns, as slices declare it of their tables and of commands that write no row.

What is declared of nothing is told to nobody. Who sees a ticket is decided first: a row of a ticket
is told to nobody who does not see it, whatever else is declared.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Scope = Literal["staff", "ticket", "team", "person"]
# In place of a column, for commands: whoever did it.
ACTOR = "actor"
TICKET_READ = "ticket:read"


class Audience(msgspec.Struct, frozen=True):
    """Some of a workspace's staff. Contacts are told of their tickets alone (`Table.contacts_hear`)."""

    scope: Scope
    # Of several one is enough; none are asked for when there are none.
    permissions: tuple[str, ...] = ()
    # The column (for a command the entry of its summary) that names the person or team.
    column: str = ""
    # The table that the column refers to, when that table's `team_id` is the team.
    through: str | None = None


def staff(*permissions: str) -> Audience:
    """Everybody who works in the workspace, or those with one of some permissions."""
    return Audience("staff", permissions)


def seeing_ticket(*permissions: str) -> Audience:
    """Those who see the row's ticket and have one of some permissions; nobody for a row without a ticket."""
    return Audience("ticket", permissions or (TICKET_READ,))


def seeing_team(column: str, *permissions: str, through: str | None = None) -> Audience:
    """Those who see the tickets of the row's team; everybody where it names none, as the policies do."""
    return Audience("team", permissions, column, through)


def person(column: str, *permissions: str) -> Audience:
    """The one person whom the row names, if they have one of some permissions, or nobody."""
    return Audience("person", permissions, column)
