"""Five consumers in a process of their own, as a worker would run them; each effect is a row.

`python -m bench.consumer_worker`, ended by SIGTERM.
"""

import asyncio
import signal

import uvloop

from atum_desk.kernel.config.settings import load_settings
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.ledger.consumer_runner import ConsumerRunner
from atum_desk.kernel.ledger.consumers import ChangeHandler, Consumer, HandedChange, lane_by, lane_by_workspace
from bench.commands import PRIORITY, RULE
from bench.consumers import ENDPOINTS, RULE_FIRES_ON_ONE_IN


def _handler(name: str) -> ChangeHandler:
    async def handle(work: UnitOfWork, change: HandedChange) -> None:
        await work.execute("insert into bench_effects (consumer, change_id) values ($1, $2)", name, change.id)

    return handle


async def _rule(work: UnitOfWork, change: HandedChange) -> None:
    """Judge each change by its rows, and answer some of them."""
    if change.id % RULE_FIRES_ON_ONE_IN == 0 and any(row.table == "tickets" for row in change.rows):
        await work.execute(
            "update tickets set subject = left('Rule: ' || subject, 200) where id = $1", change.ticket_id
        )
        work.ticket_id, work.command = change.ticket_id, RULE
    await _handler("rules")(work, change)


def _wants(change: object) -> bool:
    return getattr(change, "command", "") == PRIORITY


CONSUMERS = {
    "rules": Consumer(handler=_rule, wants=_wants),
    "notifications": Consumer(handler=_handler("notifications"), wants=_wants),
    "facts": Consumer(handler=_handler("facts"), wants=_wants, lanes=lane_by_workspace),
    "search_words": Consumer(handler=_handler("search_words"), wants=_wants),
    "webhooks": Consumer(
        handler=_handler("webhooks"), wants=_wants, lanes=lane_by(lambda c: c.id % ENDPOINTS), with_rows=False
    ),
}


async def _run() -> None:
    settings = load_settings()
    database = Database(settings, settings.database_url, settings.secret)
    await database.open("atum_desk_worker")
    runner = ConsumerRunner(database, CONSUMERS)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, runner.stop)
    await runner.run()
    await database.close()


if __name__ == "__main__":
    uvloop.run(_run())
