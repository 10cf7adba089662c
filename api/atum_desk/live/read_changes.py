"""Reads what changes did, the rows of their tickets and who may see them, all as of one moment.

A ticket may change again after its change was committed and before its row is read, and so may
somebody's powers. Both are therefore read in one snapshot: a row never meets powers older than
itself (ADR 0026).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import msgspec

from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import READ_ONE_MOMENT, Database, ReadTransaction
from atum_desk.kernel.ledger.tail import LedgerChange
from atum_desk.live.audience import commands_that_leave_powers, make_events, tables_of_powers, touches_powers
from atum_desk.live.models import Event, Powers, TicketNow, encode
from atum_desk.live.queries import TouchedRow, list_powers, list_touched_rows, powers_moved


class InTeam(Protocol):
    """A ticket's row, as far as it decides who may see it."""

    @property
    def team(self) -> HasId:
        """The team it is in."""


class HasId(Protocol):
    """Something with an id."""

    @property
    def id(self) -> int:
        """Its id."""


# The plans for any values are good ones (tests/live/test_reads.py); making one for each costs twice the reading.
BEGIN = f"{READ_ONE_MOMENT}; set local plan_cache_mode = force_generic_plan"

# Given tickets and teams, the rows of those tickets that are in one of those teams, by ticket.
RowReader = Callable[[ReadTransaction, list[int], list[int]], Awaitable[Mapping[int, InTeam]]]


class Gathering(msgspec.Struct, frozen=True):
    """What the changes of one workspace did. `powers` is None when they are as they were."""

    events: list[Event]
    rows: dict[int, TicketNow]
    powers: dict[int, Powers] | None


class Reader:
    """Reads for the clients of one process; `read_rows` is how the tickets' feature reads its rows."""

    def __init__(self, database: Database, read_rows: RowReader) -> None:
        self._database = database
        self._read_rows = read_rows

    async def gather(self, changes: list[LedgerChange], team_ids: set[int], session_ids: list[int]) -> Gathering:
        """Read the changes of one workspace, rows of tickets in these teams, and powers if any moved."""
        async with self._database.reading(_system(changes[0].workspace_id), BEGIN) as transaction:
            touched = await _touched(transaction, changes)
            events = [one for change in changes for one in make_events(change, touched[change.id])]
            rows = await self._rows(transaction, _tickets_of(events), team_ids)
            moved = any(touches_powers(change, touched[change.id]) for change in changes)
            if not moved and rows:
                moved = await powers_moved(
                    transaction, changes[-1].position, commands_that_leave_powers(), tables_of_powers()
                )
            powers = await list_powers(transaction, session_ids) if moved else None
        by_session = None if powers is None else {one.session_id: one for one in powers}
        return Gathering(events, rows, by_session)

    async def read_events(self, changes: list[LedgerChange]) -> list[Event]:
        """Return what the changes of one workspace did."""
        if not changes:
            return []
        async with self._database.reading(_system(changes[0].workspace_id)) as transaction:
            touched = await _touched(transaction, changes)
        return [event for change in changes for event in make_events(change, touched[change.id])]

    async def read_powers(self, workspace_id: int, session_ids: list[int]) -> dict[int, Powers]:
        """Return what each session that still holds may hear of."""
        async with self._database.reading(_system(workspace_id)) as transaction:
            return {one.session_id: one for one in await list_powers(transaction, session_ids)}

    async def read_rows_for(self, powers: Powers, ticket_ids: list[int]) -> dict[int, TicketNow]:
        """Return the rows of tickets that a session sees at the moment when they are read."""
        async with self._database.reading(_system(powers.workspace_id), BEGIN) as transaction:
            for now in await list_powers(transaction, [powers.session_id]):
                if "ticket:read" in now.permissions:
                    return await self._rows(transaction, ticket_ids, set(now.team_ids))
        return {}

    async def _rows(
        self, transaction: ReadTransaction, ticket_ids: list[int], team_ids: set[int]
    ) -> dict[int, TicketNow]:
        if not ticket_ids or not team_ids:
            return {}
        rows = await self._read_rows(transaction, ticket_ids, sorted(team_ids))
        return {id_: TicketNow(row.team.id, encode(row)) for id_, row in rows.items()}


def _tickets_of(events: list[Event]) -> list[int]:
    return list({event.ticket_id for event in events if event.ticket_id is not None})


async def _touched(transaction: ReadTransaction, changes: list[LedgerChange]) -> Mapping[int, list[TouchedRow]]:
    touched: defaultdict[int, list[TouchedRow]] = defaultdict(list)
    for row in await list_touched_rows(transaction, changes):
        touched[row.change_id].append(row)
    return touched


def _system(workspace_id: int) -> SystemActor:
    return SystemActor(workspace_id=workspace_id, via="job")
