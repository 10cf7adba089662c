"""Runs the consumers of a worker: the feed of their lanes, and the lanes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.jobs.schedules import Trouble
from atum_desk.kernel.ledger.change_feed import ChangeFeed
from atum_desk.kernel.ledger.consumers import Consumer
from atum_desk.kernel.ledger.lanes import LaneRunner


class ConsumerRunner:
    """Hands every change of every workspace to the consumers that want it, exactly once.

    The handler gets a unit of work in the change's workspace, as nobody in particular; the same
    transaction takes the change out of its lane. It becomes a change of its own
    (`<consumer>.follow`, unless the handler names it better) only if it wrote something that is
    ledgered; enqueueing a job alone does not. `docs/ledger.md` says what else holds.
    """

    def __init__(self, database: Database, consumers: Mapping[str, Consumer]) -> None:
        """Take consumers by a name that never changes: it is the key of their cursor."""
        self._consumers = consumers
        self.feed = ChangeFeed(database, consumers)
        self.lanes = LaneRunner(database, consumers)

    @property
    def troubles(self) -> list[Trouble]:
        """What cannot be got past, for the worker's health."""
        return [*self.feed.troubles.values(), *self.lanes.troubles]

    async def run(self) -> None:
        """Work until `stop`; without consumers there is nothing to do."""
        if not self._consumers:
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(self.feed.run())
            group.create_task(self.lanes.run())

    def stop(self) -> None:
        """End after the changes in hand."""
        self.feed.stop()
        self.lanes.stop()
