"""A mail that a mail server pipes into `./atum mail deliver`, answered in the codes it understands."""

from __future__ import annotations

import asyncio
import sys
from typing import BinaryIO

from atum_desk.kernel.config.settings import Settings, ensure_secret, load_settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import Problem
from atum_desk.launch.postgres import running_database
from atum_desk.mail.problems import RecipientUnknown
from atum_desk.mail.public import deliver_piped

# sysexits.h: the mail server bounces a mail at the first two and keeps it for later at the last.
DATA_ERROR, NO_USER, TRY_LATER = 65, 67, 75


def deliver_from(mail: BinaryIO, recipients: list[str], sender: str) -> int:
    """Keep a mail and return the exit code: 0 means committed, 75 that the mail server keeps it."""
    try:
        settings = ensure_secret(load_settings())
        raw = mail.read(settings.mail_max_bytes + 1)
        with running_database(settings) as url:
            ids = asyncio.run(_deliver(settings, url, raw, recipients, sender))
    except Problem as problem:
        print(f"atum: {problem.detail}", file=sys.stderr)
        return _code_of(problem)
    # Whatever else goes wrong is ours: the mail must stay where it is.
    except Exception as error:
        print(f"atum: {type(error).__name__}: {error}; try again later", file=sys.stderr)
        return TRY_LATER
    print(f"Kept as {', '.join(map(str, ids))}.")
    return 0


async def _deliver(settings: Settings, url: str, raw: bytes, recipients: list[str], sender: str) -> list[int]:
    database = Database(settings, url, settings.secret)
    await database.open("atum_desk_worker", size=2)
    try:
        return await deliver_piped(database, raw, recipients, sender, settings.mail_max_bytes)
    finally:
        await database.close()


def _code_of(problem: Problem) -> int:
    if isinstance(problem, RecipientUnknown):
        return NO_USER
    return DATA_ERROR if problem.status in (413, 422) else TRY_LATER
