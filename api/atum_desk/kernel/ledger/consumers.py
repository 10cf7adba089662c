"""Consumers of the ledger: what each declares, and what its handler gets.

Who runs them is `kernel.ledger.consumer_runner`; a slice that only names these imports no more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

import asyncpg
import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.ledger.tail import LedgerChange

LONGEST_LANE = 200


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a change did to one row: inserted (I), updated (U) or deleted (D) it.

    `old` and `new` hold the columns that differ, of an inserted or deleted row all. Of a value over
    500 characters stand its SHA-256 (`"text#sha256"`, base64) and its length (`"text#length"`, in
    characters); `read_text` has the whole.
    """

    seq: int
    table: str
    row_id: int
    ticket_id: int | None
    operation: Literal["I", "U", "D"]
    old: dict[str, Any] | None
    new: dict[str, Any] | None


class HandedChange(LedgerChange, frozen=True, kw_only=True):
    """A change as a handler gets it: with its first 200 row changes, and how often it failed before."""

    lane: str
    attempts: int = 0
    rows: list[RowChange] = msgspec.field(default_factory=list)
    has_more_rows: bool = False


ChangeHandler = Callable[[UnitOfWork, HandedChange], Awaitable[None]]
Lanes = Callable[[asyncpg.Connection, Sequence[LedgerChange]], Awaitable[Sequence[Sequence[str]]]]


async def one_lane(_connection: asyncpg.Connection, changes: Sequence[LedgerChange]) -> list[list[str]]:
    """Put every change into the same lane."""
    return [[""]] * len(changes)


def lane_by(key: Callable[[LedgerChange], object]) -> Lanes:
    """Return what puts each change into the lane of its key."""

    async def by_key(_connection: asyncpg.Connection, changes: Sequence[LedgerChange]) -> list[list[str]]:
        return [[str(key(change))] for change in changes]

    return by_key


lane_by_workspace = lane_by(lambda change: change.workspace_id)


def wants_all(_change: LedgerChange) -> bool:
    """Want every change."""
    return True


class Consumer(msgspec.Struct, frozen=True, kw_only=True):
    """A handler that gets each change it wants exactly once, and how it wants them.

    `wants` leaves out, from the change alone, what does not concern it. `lanes` names the lanes of
    each change of a batch (several: the handler gets it in each; none: it is left out): a lane keeps
    the ledger's order and waits for no other. It may ask the database, by a connection of the
    worker role that has not entered.

    A change whose handler raises is tried again `max_attempts` times in all, the n-th time
    `first_delay_seconds` * 2^(n-1) later, at most `max_delay_seconds`; then it is parked. With
    `strict_order` its lane waits for it, otherwise the lane goes on.
    """

    handler: ChangeHandler
    wants: Callable[[LedgerChange], bool] = wants_all
    lanes: Lanes = one_lane
    max_attempts: int = 6
    first_delay_seconds: float = 1.0
    max_delay_seconds: float = 60.0
    timeout_seconds: float = 20.0
    strict_order: bool = False
    # What the consumer wrote itself comes back to it only if it asks; a chain ends at depth 8.
    sees_own: bool = False
    with_rows: bool = True
    # A name never seen before begins with the ledger's first change, not with now.
    from_beginning: bool = False
    lanes_at_once: int = 4

    def delay_after(self, attempts: int) -> float:
        """Return how many seconds to wait after so many failed attempts."""
        return min(self.first_delay_seconds * 2 ** min(attempts - 1, 30), self.max_delay_seconds)


async def read_text(transaction: ReadTransaction, change: LedgerChange, row: RowChange, column: str) -> str | None:
    """Return what a column held in full after a row change: before it, for a deleted row.

    The ledger keeps a long text once: unless it has it here, the row or what altered it since does.
    """
    return await transaction.fetchval("select atum.text_written($1, $2, $3)", change.id, row.seq, column)
