"""The live service: start it as `python -m atum_desk.entry.live`; SIGTERM or SIGINT ends it."""

from __future__ import annotations

import asyncio
import signal

import uvloop

from atum_desk.kernel.config.settings import Settings, load_service_settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.logs import prepare_logs
from atum_desk.kernel.processes.service_manager import ServiceManager
from atum_desk.live.server import LiveServer
from atum_desk.tickets.list_row import list_facts

POOL_SIZE = 4


async def run(settings: Settings) -> None:
    """Serve until a signal ends it."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    database = Database(settings, settings.database_url, settings.secret)
    await database.open("atum_desk_worker", size=POOL_SIZE)
    try:
        await LiveServer(settings, database, ServiceManager(), list_facts).run(stopping)
    finally:
        await database.close()


def main() -> None:
    """Read the settings and run."""
    settings = load_service_settings()
    prepare_logs(settings, "live")
    uvloop.run(run(settings))


if __name__ == "__main__":
    main()
