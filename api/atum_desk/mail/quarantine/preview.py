"""A kept mail as the parser reads it now, for people who decide what becomes of it."""

from __future__ import annotations

import asyncio

import msgspec

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.mail import queries
from atum_desk.mail.filing.release_memory import give_back_memory
from atum_desk.mail.models import Evidence, MailRow, MailSource
from atum_desk.mail.permissions import MAIL_QUARANTINE, MAIL_READ
from atum_desk.mail.schemas import MailDetail, PreviewFile
from atum_desk.mail.sender_checks.smime_trust import checked_signature
from atum_desk.mime import ParsedMail, count_remote_images
from atum_desk.sandbox.public import PreviewMail, TaskFailed, run_in_child

TEXT_CHARACTERS = 100_000
HTML_CHARACTERS = 1_000_000
SHOWN_FILES = 200
SHOWN_ADDRESSES = 200
# A larger mail is read from its beginning: a preview is no reason to fill the API's memory.
READ_BYTES = 8_000_000
HEADER_BYTES = 60_000

_one_at_a_time = asyncio.Semaphore(1)


async def preview_mail(database: Database, settings: Settings, actor: Actor, mail_id: int) -> MailDetail:
    """Return a mail with what it says and what is known of it. Raises MailNotFound."""
    async with database.reading(actor) as transaction:
        transaction.actor.require_any(MAIL_READ, MAIL_QUARANTINE)
        row = await queries.get_row(transaction, mail_id)
    async with _one_at_a_time:
        async with database.reading(actor) as transaction:
            raw = await queries.get_beginning(transaction, mail_id, READ_BYTES)
        whole = len(raw) == row.size
        mail = await _read(raw)
        if whole:
            source = await _source_of(database, actor, mail_id)
            if source is not None:
                mail = await checked_signature(settings, source, mail)
        del raw
        detail = _detail(row, mail, shortened=not whole)
        give_back_memory()
    return detail


async def _read(raw: bytes) -> ParsedMail:
    """Return a mail; of one that cannot be read its header, and words that say so."""
    try:
        return await run_in_child(PreviewMail(raw))
    except TaskFailed as failure:
        header, _, _ = raw[:HEADER_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")
        mail = await run_in_child(PreviewMail(header + b"\n\n"))
        return msgspec.structs.replace(mail, problems=(failure.notice.ref, *mail.problems))


async def _source_of(database: Database, actor: Actor, mail_id: int) -> MailSource | None:
    async with database.reading(actor) as transaction:
        return await queries.find_source(transaction, mail_id)


def _detail(row: MailRow, mail: ParsedMail, *, shortened: bool) -> MailDetail:
    html = mail.html if mail.html and len(mail.html) <= HTML_CHARACTERS else None
    shortened = shortened or len(mail.text) > TEXT_CHARACTERS or (html is None) != (mail.html is None)
    return MailDetail(
        **{name: getattr(row.item, name) for name in row.item.__struct_fields__},
        envelope_from=row.envelope_from,
        envelope_to=row.envelope_to,
        peer=row.peer,
        to=list(mail.to[:SHOWN_ADDRESSES]),
        cc=list(mail.cc[:SHOWN_ADDRESSES]),
        date=mail.date,
        text=mail.text[:TEXT_CHARACTERS],
        html=html,
        has_remote_images=bool(html) and count_remote_images(html or "") > 0,
        files=[PreviewFile(one.filename, one.mime_type, one.size) for one in mail.attachments[:SHOWN_FILES]],
        headers=[(name, value[:2000]) for name, value in mail.headers],
        problems=[odd.text for odd in mail.problems],
        problem_notices=list(mail.problems),
        invitations=list(mail.invitations),
        signature=mail.signature,
        evidence=msgspec.convert(row.evidence, Evidence) if row.evidence else None,
        parser_version=row.parser_version,
        shortened=shortened,
    )
