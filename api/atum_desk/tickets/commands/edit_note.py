"""Changing a note after it was written; the ledger keeps what it said."""

from __future__ import annotations

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import require_version
from atum_desk.tickets import permissions
from atum_desk.tickets.commands.bodies import read_body
from atum_desk.tickets.commands.inline_images import require_attached
from atum_desk.tickets.note_schemas import NoteEdit
from atum_desk.tickets.problems import MessageNotFound, NotANote, NoteNotYours
from atum_desk.tickets.queries import edits, notes, writes


async def edit_note(
    database: Database, web_url: str, actor: Actor, message_id: int, given: NoteEdit, version: int | None
) -> None:
    """Let a note of the actor's own say something else, as one change with one undo.

    Raises MessageNotFound, NotANote, NoteNotYours, VersionConflict, PermissionMissing and ValidationFailed.
    """
    text, html = await read_body(given.text, given.html, web_url=web_url)
    async with database.writing(actor, "ticket.edit_note") as work:
        work.actor.require(permissions.NOTE)
        ticket = await writes.lock_ticket_of_message(work, message_id, ("reply", "note"))
        note = await notes.find_note(work, message_id)
        if note is None:
            raise MessageNotFound
        if not note.is_note:
            raise NotANote
        if note.author_id != actor.person_id:
            raise NoteNotYours
        require_version(given.version if version is None else version, note.version)
        written = await edits.get_written(work, message_id)
        require_attached(html, written.attachment_ids)
        work.unchanged = (text, html) == (written.text, written.html)
        work.ticket_id = ticket.id
        work.summary = {"number": ticket.number, "message_id": message_id}
        if not work.unchanged:
            await notes.rewrite_note(work, message_id, text, html)
