"""`./atum mail reparse`: every filed mail read again after the parser learned something."""

from __future__ import annotations

from collections.abc import AsyncIterator

from atum_desk.files.public import FileStore
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.mail.reparse import queries as filed_messages
from atum_desk.mail.reparse.compare import reparse_mail
from atum_desk.mail.schemas import ReparseResult
from atum_desk.sandbox.public import sandbox

READ_AT_ONCE = 200


async def reparse_all(
    settings: Settings, admin_url: str, *, apply: bool, everything: bool
) -> AsyncIterator[ReparseResult]:
    """Yield what reading each mail again shows: of those an earlier parser read, or of all.

    With `apply` what differs is written; mails without a difference are noted as read either way.
    """
    database = Database(settings, admin_url, settings.secret)
    await database.open("atum_desk_worker", size=2)
    files = FileStore(settings.uploads)
    try:
        async for actor in for_each_workspace(database, "cli"):
            async for result in _of_workspace(database, settings, files, actor, apply, everything):
                yield result
    finally:
        await sandbox().close()
        await database.close()


async def _of_workspace(
    database: Database, settings: Settings, files: FileStore, actor: SystemActor, apply: bool, everything: bool
) -> AsyncIterator[ReparseResult]:
    after = 0
    while True:
        async with database.reading(actor) as transaction:
            ids = await filed_messages.list_older(transaction, after, READ_AT_ONCE, everything=everything)
        if not ids:
            return
        after = ids[-1]
        unchanged = []
        for mail_id in ids:
            result = await reparse_mail(database, settings, files, actor, mail_id, apply=False)
            if result.differences and apply:
                result = await reparse_mail(database, settings, files, actor, mail_id, apply=True)
            if not result.differences:
                unchanged.append(mail_id)
            yield result
        await _note(database, actor, unchanged)


async def _note(database: Database, actor: SystemActor, mail_ids: list[int]) -> None:
    """Note in one change that mails are as they were."""
    if not mail_ids:
        return
    async with database.writing(actor, "mail_text.check") as work:
        await filed_messages.note_version(work, mail_ids)
        work.summary = {"mails": len(mail_ids)}
