"""What becomes of mails on the server once they are committed here: marked as read, or moved.

It is done from the committed cursor, so a crash between commit and deed repeats the deed, which
does no harm; what was not taken stays where it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from atum_desk.fetching import queries
from atum_desk.fetching.connection import ImapConnection
from atum_desk.fetching.models import ListedMail, Progress, Source
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database

STRIDE = 5_000

Call = Callable[..., Awaitable[Any]]


async def settle(
    call: Call,
    connection: ImapConnection,
    database: Database,
    actor: SystemActor,
    source: Source,
    progress: Progress,
    is_left_alone: Callable[[ListedMail], bool],
) -> None:
    """Mark or move what was committed since the last time. Raises ServerRefused and ConnectionBroken."""
    while progress.settled_uid < progress.last_uid:
        first, last = (progress.settled_uid + 1, min(progress.settled_uid + STRIDE, progress.last_uid))
        async with database.reading(actor) as transaction:
            left = await queries.list_left(transaction, source.mailbox_id, progress.uid_validity or 0)
        dates = first <= progress.reread_until
        listed = await call(connection.list_mails, first, last, dates=dates)
        taken = [mail.uid for mail in listed if mail.uid not in left and not is_left_alone(mail)]
        if taken and source.afterwards == "seen":
            await call(connection.mark_seen, taken)
        elif taken:
            await call(connection.move, taken, source.move_to)
        async with database.marking(actor) as transaction:
            await queries.note_settled(transaction, source.mailbox_id, last)
        progress.settled_uid = last
