"""HTTP routes of notes that are changed after they were written."""

from __future__ import annotations

from litestar import get, patch

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, version_of
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.commands import edit_note as commands
from atum_desk.tickets.note_schemas import NoteEdit, NoteVersions
from atum_desk.tickets.queries import notes


@patch(
    "/messages/{message_id:int}/note",
    opt=needs(permissions.NOTE),
    status_code=204,
    responses=answers(problems.MessageNotFound, problems.NotANote, problems.NoteNotYours, VersionConflict),
)
async def edit_note(
    database: Database, settings: Settings, actor: Actor, message_id: int, data: NoteEdit, if_match: IfMatch = None
) -> None:
    """Let a note of one's own say something else; its earlier versions stay readable."""
    await commands.edit_note(database, settings.web_url, actor, message_id, data, version_of(if_match))


@get("/messages/{message_id:int}/versions", opt=needs(permissions.READ), responses=answers(problems.MessageNotFound))
async def list_message_versions(database: Database, actor: Actor, message_id: int) -> NoteVersions:
    """Return what a message says and said before, the newest first."""
    async with database.reading(actor) as transaction:
        found = await notes.list_note_versions(transaction, message_id)
        stored = await notes.find_note(transaction, message_id)
    if stored is None:
        raise problems.MessageNotFound
    return NoteVersions(found, stored.is_note and stored.author_id == actor.person_id)


routes = [edit_note, list_message_versions]
