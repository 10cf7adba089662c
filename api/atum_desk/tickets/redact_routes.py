"""HTTP routes of redactions."""

from __future__ import annotations

from litestar import post

from atum_desk.files.public import AttachmentNotFound, FileStore
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.commands import redactions
from atum_desk.tickets.redact_schemas import (
    NoteRedactInput,
    NoteRedaction,
    RedactInput,
    RedactionReach,
    RedactPreviewInput,
)

REFUSALS = (problems.MessageNotFound, AttachmentNotFound, problems.NothingRedacted, problems.PassageNotFound)


@post(
    "/tickets/{number:int}/messages/{message_id:int}/redact",
    opt=needs(permissions.REDACT),
    status_code=200,
    responses=answers(*REFUSALS),
)
async def redact(
    database: Database, files: FileStore, actor: Actor, number: int, message_id: int, data: RedactInput
) -> RedactionReach:
    """Redact passages, the body or files of a message for good, wherever they stand."""
    return await redactions.redact(database, files, actor, number, message_id, data)


@post(
    "/tickets/{number:int}/messages/{message_id:int}/redact/preview",
    opt=needs(permissions.REDACT),
    status_code=200,
    responses=answers(*REFUSALS),
)
async def preview_redaction(
    database: Database, actor: Actor, number: int, message_id: int, data: RedactPreviewInput
) -> RedactionReach:
    """Tell what a redaction would reach, and leave everything as it is."""
    return await redactions.preview_redaction(database, actor, number, message_id, data)


@post(
    "/redactions",
    opt=needs(permissions.REDACT),
    status_code=200,
    responses=answers(problems.RedactableNoteNotFound, problems.NothingRedacted),
)
async def redact_note(database: Database, actor: Actor, data: NoteRedactInput) -> NoteRedaction:
    """Redact a note of time, about a contact or organization, of a reminder or checklist for good."""
    return await redactions.redact_note(database, actor, data)


routes = [redact, preview_redaction, redact_note]
