"""Redacting what a message holds: it is gone everywhere, and nothing brings it back (docs/adr/0066)."""

from __future__ import annotations

from atum_desk.contacts.public import CONTACT_READ
from atum_desk.files.public import REMOVE_CONTENTS, AttachmentNotFound, FileStore, RemoveContents
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import require_text
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.bodies import clean_text
from atum_desk.tickets.problems import MessageNotFound, NothingRedacted, PassageNotFound, RedactableNoteNotFound
from atum_desk.tickets.queries import redactions
from atum_desk.tickets.queries.redactions import RedactableMessage, Redacted
from atum_desk.tickets.redact_schemas import (
    NoteRedactInput,
    NoteRedaction,
    RedactInput,
    RedactionReach,
    RedactPreviewInput,
)
from atum_desk.tickets.redaction_patterns import SHORTEST, patterns_of, pieces_of, text_of


async def redact(
    database: Database, files: FileStore, actor: Actor, number: int, message_id: int, given: RedactInput
) -> RedactionReach:
    """Redact what is given of a message, and return where it is gone from.

    Raises MessageNotFound, AttachmentNotFound, NothingRedacted, PassageNotFound, ValidationFailed
    and PermissionMissing.
    """
    reason = require_text("reason", given.reason)
    # What is redacted of a row of files names the content of no bytes.
    await files.put(b"")
    async with database.writing(actor, "ticket.redact") as work:
        message, done = await _redacted(work, number, message_id, given, reason)
        if done.contents:
            await work.enqueue(REMOVE_CONTENTS, RemoveContents(sha256=done.contents))
        work.ticket_id, work.public = message.ticket_id, message.kind == "reply"
        work.summary = {"number": message.number, "message_id": message_id, "reason": reason}
    return done.reach


async def preview_redaction(
    database: Database, actor: Actor, number: int, message_id: int, given: RedactPreviewInput
) -> RedactionReach:
    """Return where it would be gone from: it is done and rolled back, so what is told is what happens."""
    async with database.writing(actor, "ticket.redact") as work:
        _message, done = await _redacted(work, number, message_id, given, "-")
        work.unchanged = True
    return done.reach


async def redact_note(database: Database, actor: Actor, given: NoteRedactInput) -> NoteRedaction:
    """Redact the text of a note that stands beside the messages, and return where it is gone from.

    Raises RedactableNoteNotFound, NothingRedacted, ValidationFailed and PermissionMissing.
    """
    reason = require_text("reason", given.reason)
    async with database.writing(actor, "note.redact") as work:
        work.actor.require(permissions.REDACT)
        note = await redactions.find_note(work, given.kind, given.id)
        if note is None or (given.kind == "contact_note" and not work.actor.may(CONTACT_READ)):
            raise RedactableNoteNotFound
        if not note.text.strip():
            raise NothingRedacted
        done = await redactions.redact_note(work, given.kind, given.id, patterns_of(pieces_of(note.text)))
        # What is in a reminder is its people's alone, and so is that it was.
        work.ticket_id = None if given.kind == "reminder" else note.ticket_id
        about = {"number": note.number, "contact_id": note.contact_id, "organization_id": note.organization_id}
        known = {key: value for key, value in about.items() if value is not None and given.kind != "reminder"}
        work.summary = {**known, "kind": given.kind, "reason": reason}
    return done


async def _redacted(
    work: UnitOfWork, number: int, message_id: int, given: RedactPreviewInput, reason: str
) -> tuple[RedactableMessage, Redacted]:
    work.actor.require(permissions.REDACT)
    message = await redactions.find_message(work, number, message_id)
    if message is None:
        raise MessageNotFound
    body = "body" in given.parts
    file_ids = message.file_ids if "attachments" in given.parts else given.attachment_ids
    if not set(file_ids) <= set(message.file_ids):
        raise AttachmentNotFound
    passages = [one for one in (clean_text(text).strip() for text in given.text) if len(one) >= SHORTEST]
    if not (body or file_ids or passages):
        raise NothingRedacted
    await _require_found(work, message, passages)
    names = [name for file_id, name in zip(message.file_ids, message.file_names, strict=True) if file_id in file_ids]
    wanted = [*passages, *names, *(_pieces(message) if body else [])]
    done = await redactions.redact_message(
        work, message_id, body=body, file_ids=file_ids, patterns=patterns_of(wanted), reason=reason
    )
    return message, done


def _pieces(message: RedactableMessage) -> list[str]:
    return pieces_of(message.text) + pieces_of(text_of(message.html or ""))


async def _require_found(work: UnitOfWork, message: RedactableMessage, passages: list[str]) -> None:
    if passages and not all(await redactions.count_found(work, message.shown, patterns_of(passages))):
        raise PassageNotFound
