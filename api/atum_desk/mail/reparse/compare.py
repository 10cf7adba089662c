"""Reads kept mail again with the parser as it is now, and shows or writes what differs.

A message's text, HTML, invitations and missing files follow; who wrote it and its ticket do not.
"""

from __future__ import annotations

import difflib

import msgspec

from atum_desk.files.public import FileStore, attach_uploads, store_attachment
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, UnitOfWork
from atum_desk.mail import queries
from atum_desk.mail.filing.bodies import Held, find_held, served_html, shown_body
from atum_desk.mail.filing.bounces import with_bounce
from atum_desk.mail.filing.messages import extras_of
from atum_desk.mail.models import Evidence, MailRow, MailSource
from atum_desk.mail.notices import KeptState
from atum_desk.mail.permissions import MAIL_MANAGE
from atum_desk.mail.problems import MailErased, MailNotFiled, MailUnreadable
from atum_desk.mail.reparse import queries as filed_messages
from atum_desk.mail.reparse.queries import FiledMessage
from atum_desk.mail.schemas import FieldDifference, ReparseResult
from atum_desk.mail.sender_checks.smime_trust import checked_signature
from atum_desk.mime import PARSER_VERSION, MessageBody, ParsedMail
from atum_desk.sandbox.public import ForwardReading, MailReading, ReadForwarded, ReadMail, TaskFailed, run_in_child
from atum_desk.tickets.public import MessageExtras, write_parsed_message

DIFF_LINES = 400
SHOWN_CHARACTERS = 2000


class Reading(msgspec.Struct):
    """What the parser says of a filed mail now, in the terms of its message."""

    mail: ParsedMail
    body: MessageBody
    extras: MessageExtras | None
    # the addresses that serve the message's files, by Content-ID
    served: dict[str, str]
    # places among the mail's files of those the message has not
    missing: list[int]


async def reparse_mail(
    database: Database, settings: Settings, files: FileStore, actor: Actor | SystemActor, mail_id: int, *, apply: bool
) -> ReparseResult:
    """Read a filed mail again. Raises MailNotFound, MailNotFiled and MailErased."""
    async with database.reading(actor) as transaction:
        transaction.actor.require(MAIL_MANAGE)
        row = await queries.get_row(transaction, mail_id)
        source = await queries.find_source(transaction, mail_id)
        message = await filed_messages.find_message(transaction, mail_id)
        held = await _held_before(transaction, message)
    if message is None:
        raise MailNotFiled(state=KeptState(row.item.state))
    if source is None:
        raise MailErased
    reading = await _read_again(settings, source, row, message, held)
    differences = _differences(row, message, reading)
    if apply:
        await _apply(database, files, actor, mail_id, message, reading, differences)
    return ReparseResult(mail_id, row.parser_version, PARSER_VERSION, differences, apply)


async def _held_before(transaction: ReadTransaction, message: FiledMessage | None) -> Held | None:
    """Return what the ticket held when the mail joined it, None where the mail opened it."""
    if message is None or message.opened:
        return None
    return await find_held(transaction, message.ticket_id, message.id)


async def _read_again(
    settings: Settings, source: MailSource, row: MailRow, message: FiledMessage, held: Held | None
) -> Reading:
    shown, body = await _shown_mail(settings, source, row)
    if message.opened or not (message.kind == "note" or message.from_staff):
        body = shown_body(body, held)
    served = {one.content_id: f"/api/v1/attachments/{one.id}?inline=1" for one in message.files if one.content_id}
    forwarded_by = message.extras.forwarded_by if message.extras else None
    known = [one.sha256 for one in message.files]
    missing = [at for at, one in enumerate(shown.attachments) if one.sha256 not in known]
    extras = extras_of(shown, body, forwarded_by)
    return Reading(shown, _served(body, served), extras, served, missing)


async def _shown_mail(settings: Settings, source: MailSource, row: MailRow) -> tuple[ParsedMail, MessageBody]:
    """Return the mail that stands in the thread: what came, or what was forwarded in it."""
    evidence = msgspec.convert(row.evidence, Evidence) if row.evidence else None
    try:
        read: MailReading | ForwardReading | None = None
        if evidence and evidence.forwarded:
            read = await run_in_child(ReadForwarded(source.raw))
        mail = read.mail if read else None
        if mail is None:
            read = await run_in_child(ReadMail(source.raw))
            mail = await checked_signature(settings, source, read.mail)
    except TaskFailed as failure:
        raise MailUnreadable(reason=failure.notice) from None
    assert read is not None
    body = read.body
    if mail.bounce is not None:
        body = msgspec.structs.replace(body, text=with_bounce(mail.bounce, body.text))
    return mail, body


def _served(body: MessageBody, served: dict[str, str]) -> MessageBody:
    return msgspec.structs.replace(body, html=served_html(body, served))


def _differences(row: MailRow, message: FiledMessage, reading: Reading) -> list[FieldDifference]:
    mail, body = reading.mail, reading.body
    sender = mail.from_.address if mail.from_ else None
    pairs: list[tuple[str, str | None, str | None]] = [
        ("text", message.text, body.text),
        ("quoted", message.quoted, body.quoted),
        ("html", message.html, body.html),
        ("extras", _shown(message.extras), _shown(reading.extras)),
    ]
    found = [_difference(*pair) for pair in pairs if (pair[1] or "") != (pair[2] or "")]
    if not message.forwarded and row.item.subject is not None and row.item.subject != mail.subject[:500]:
        found.append(_difference("subject", row.item.subject, mail.subject[:500]))
    if reading.missing:
        names = ", ".join(mail.attachments[at].filename for at in reading.missing[:20])
        found.append(FieldDifference("files", None, names))
    if not message.forwarded and message.sender and sender and message.sender.lower() != sender.lower():
        found.append(FieldDifference("from", message.sender, sender))
    return found


def _difference(field: str, stored: str | None, parsed: str | None) -> FieldDifference:
    lines = difflib.unified_diff(
        (stored or "").splitlines()[:DIFF_LINES],
        (parsed or "").splitlines()[:DIFF_LINES],
        "stored",
        "parsed",
        lineterm="",
        n=2,
    )
    diff = "\n".join(line[:SHOWN_CHARACTERS] for line in lines)
    return FieldDifference(
        field, stored and stored[:SHOWN_CHARACTERS], parsed and parsed[:SHOWN_CHARACTERS], diff or None
    )


def _shown(extras: MessageExtras | None) -> str | None:
    return msgspec.json.format(msgspec.json.encode(extras)).decode() if extras else None


async def _apply(
    database: Database,
    files: FileStore,
    actor: Actor | SystemActor,
    mail_id: int,
    message: FiledMessage,
    reading: Reading,
    differences: list[FieldDifference],
) -> None:
    parts = [reading.mail.attachments[at] for at in reading.missing]
    for part in parts:
        await files.put(part.content)
    async with database.writing(actor, "mail_text.reparse") as work:
        work.actor.require(MAIL_MANAGE)
        work.ticket_id = message.ticket_id
        body = await _attach(work, files, message, reading)
        await write_parsed_message(work, message.id, body, reading.extras)
        if any(one.field == "subject" for one in differences):
            await filed_messages.update_subject(work, mail_id, reading.mail.subject[:500])
        await filed_messages.note_version(work, [mail_id])
        work.summary = {"mail_id": mail_id, "fields": [one.field for one in differences]}


async def _attach(work: UnitOfWork, files: FileStore, message: FiledMessage, reading: Reading) -> MessageBody:
    """Give the message the files it has not, and return its body with images of theirs in place."""
    if not reading.missing:
        return reading.body
    served, ids = dict(reading.served), []
    for part in (reading.mail.attachments[at] for at in reading.missing):
        in_place = part.content_id in reading.body.content_ids
        ids.append(
            await store_attachment(
                work,
                files,
                filename=part.filename,
                mime_type=part.mime_type,
                content=part.content,
                inline=in_place,
                content_id=part.content_id,
            )
        )
        if part.content_id:
            served[part.content_id] = f"/api/v1/attachments/{ids[-1]}?inline=1"
    await attach_uploads(work, ids, message.ticket_id, message.id)
    return _served(reading.body, served)
