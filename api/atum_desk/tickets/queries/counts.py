"""Counts of views and teams: one answer for everybody who sees the same teams, kept for a second.

Counting walks the open tickets, and each browser of a team asks for the same figures. An answer is
given only to whom the database itself says that they see the same teams of the same workspace, and
to nobody who has written since it was counted: they see what they did at once (ADR 0028).
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from weakref import WeakKeyDictionary

import msgspec

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.stored_reads import StoredRead
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets.queries.lists import VIEWS
from atum_desk.tickets.schemas import TicketCounts
from atum_desk.tickets.snoozed import AWAKE

COUNT_CAP = 1000
KEPT_SECONDS = 1.0
MOST_KEPT = 1000
# Counted for each person; all other views are the same for the same teams.
OWN_VIEW = "my_open"


def _capped(condition: str) -> str:
    return f"(select count(*) from (select from tickets t where {condition} limit {COUNT_CAP}) c)"


def _view(name: str) -> str:
    return _capped(f"t.workspace_id = (select ctx_workspace()) and {VIEWS[name]}")


_VIEWS = ", ".join(f"'{name}', {_view(name)}" for name in VIEWS if name != "all")
COUNTS = f"""
    select json_build_object(
      'workspace_id', (select ctx_workspace()), 'team_ids', (select ctx_teams()),
      'snapshot', pg_current_snapshot()::text,
      'views', json_build_object({_VIEWS}),
      'teams', coalesce((select json_object_agg(g.id, {_capped(f"t.team_id = g.id and t.is_open and {AWAKE}")})
                           from teams g where g.id = any((select ctx_teams())::bigint[])), '{{}}'))::text"""
# NULL unless what was counted for $1 and $2 by the snapshot $3 is right for this actor.
OWN_COUNT = f"""
    select (case when (select ctx_workspace()) = $1 and (select ctx_teams()) = $2
                      and not wrote_since($3::pg_snapshot) then {_view(OWN_VIEW)} end)::text"""

READ_COUNTS = StoredRead(COUNTS)
READ_OWN_COUNT = StoredRead(OWN_COUNT, "bigint", "bigint[]", "text")


class CountedTickets(msgspec.Struct, frozen=True):
    """What the database counted: for whom, and as which snapshot saw it."""

    workspace_id: int
    team_ids: tuple[int, ...]
    snapshot: str
    views: dict[str, int]
    teams: dict[str, int]


# A workspace and the teams that somebody sees.
Audience = tuple[int, tuple[int, ...]]


class KeptCounts:
    """The answers of the last second by audience, and which audience each token belonged to."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Audience, tuple[float, CountedTickets]] = OrderedDict()
        self._audiences: OrderedDict[bytes, Audience] = OrderedDict()
        self._counting: dict[Audience, asyncio.Lock] = {}

    def find(self, actor: Actor) -> CountedTickets | None:
        """Return what was counted within the last second for whom the actor was lately one of."""
        audience = self._audiences.get(actor.token_hash)
        counted_at, counted = self._answers.get(audience, (0.0, None)) if audience else (0.0, None)
        return counted if time.monotonic() - counted_at < KEPT_SECONDS else None

    def keep(self, actor: Actor, counted_at: float, counted: CountedTickets) -> None:
        """Keep an answer that was asked for at `counted_at`, by the monotonic clock."""
        audience = (counted.workspace_id, counted.team_ids)
        self._answers[audience] = (counted_at, counted)
        self._audiences[actor.token_hash] = audience
        for kept in (self._answers, self._audiences):
            if len(kept) > MOST_KEPT:
                kept.popitem(last=False)

    def turn_of(self, actor: Actor) -> asyncio.Lock:
        """Return the lock of who counts for an audience: one counts, the others wait for the answer."""
        audience = self._audiences.get(actor.token_hash)
        if audience is None:
            return asyncio.Lock()
        if len(self._counting) > MOST_KEPT:
            self._counting = {key: lock for key, lock in self._counting.items() if lock.locked()}
        return self._counting.setdefault(audience, asyncio.Lock())


_kept: WeakKeyDictionary[Database, KeptCounts] = WeakKeyDictionary()


async def read_counts(database: Database, actor: Actor) -> TicketCounts:
    """Return the counts of every view and team, each capped; others' changes may be a second late."""
    kept = _kept.setdefault(database, KeptCounts())
    before = kept.find(actor)
    if answer := await _read_kept(database, actor, before):
        return answer
    async with kept.turn_of(actor):
        # Who had to wait takes what was counted meanwhile, unless it misses what they wrote.
        meanwhile = kept.find(actor)
        if meanwhile is not before and (answer := await _read_kept(database, actor, meanwhile)):
            return answer
        counted_at = time.monotonic()
        [row], _ = await database.read_once(actor, READ_COUNTS)
        counted = msgspec.json.decode(row["answer"], type=CountedTickets)
        kept.keep(actor, counted_at, counted)
        return TicketCounts(views=counted.views, teams=counted.teams)


async def _read_kept(database: Database, actor: Actor, counted: CountedTickets | None) -> TicketCounts | None:
    if counted is None:
        return None
    [row], _ = await database.read_once(actor, READ_OWN_COUNT, counted.workspace_id, counted.team_ids, counted.snapshot)
    if row["answer"] is None:
        return None
    return TicketCounts(views={**counted.views, OWN_VIEW: int(row["answer"])}, teams=counted.teams)
