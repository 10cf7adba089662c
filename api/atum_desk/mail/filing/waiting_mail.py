"""Reads the mails that are to be filed; those asked for in the same moment come by one statement."""

from __future__ import annotations

import asyncio

from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.mail import queries
from atum_desk.mail.models import WaitingMail

# Of a larger mail the bytes are read when its turn comes: more mails are asked for than filed at once.
LARGEST_BATCHED_BYTES = 256 * 1024

_Question = tuple[int, asyncio.Future[WaitingMail | None]]
_asked: dict[tuple[Database, SystemActor], list[_Question]] = {}
_reading: set[asyncio.Task[None]] = set()


async def find_waiting(database: Database, actor: SystemActor, mail_id: int) -> WaitingMail | None:
    """Return a mail, with its bytes unless it is large."""
    key = (database, actor)
    answer: asyncio.Future[WaitingMail | None] = asyncio.get_running_loop().create_future()
    if key not in _asked:
        _asked[key] = []
        task = asyncio.create_task(_read(database, actor))
        _reading.add(task)
        task.add_done_callback(_reading.discard)
    _asked[key].append((mail_id, answer))
    return await answer


async def _read(database: Database, actor: SystemActor) -> None:
    # The jobs of one look at the queue start in one turn of the loop.
    await asyncio.sleep(0)
    questions = _asked.pop((database, actor))
    try:
        async with database.reading(actor) as transaction:
            ids = list({mail_id for mail_id, _ in questions})
            found = await queries.find_waiting(transaction, ids, LARGEST_BATCHED_BYTES)
    except BaseException as error:
        for _, answer in questions:
            if not answer.done():
                answer.set_exception(error)
        if not isinstance(error, Exception):
            raise
        return
    for mail_id, answer in questions:
        if not answer.done():
            answer.set_result(found.get(mail_id))
