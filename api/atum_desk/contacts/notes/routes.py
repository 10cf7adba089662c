"""HTTP routes of notes about contacts and organizations."""

from __future__ import annotations

from litestar import delete, get, patch, post

from atum_desk.contacts import problems
from atum_desk.contacts.notes import commands, queries
from atum_desk.contacts.notes.models import ContactNote, ContactNoteChange, ContactNotePage, NewContactNote
from atum_desk.contacts.permissions import CONTACT_EDIT, CONTACT_READ, ORGANIZATION_EDIT
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict


@get("/contacts/{contact_id:int}/notes", opt=needs(CONTACT_READ), responses=answers(problems.ContactNotFound))
async def list_notes_of_contact(
    database: Database, actor: Actor, contact_id: int, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> ContactNotePage:
    """List the notes about a contact, newest first."""
    before = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as transaction:
        living = await queries.living_contact(transaction, contact_id)
        rows = await queries.list_notes_of_contact(transaction, living, before[0] if before else None, limit + 1)
    return _page(rows, limit)


@get(
    "/organizations/{organization_id:int}/notes",
    opt=needs(CONTACT_READ),
    responses=answers(problems.OrganizationNotFound),
)
async def list_notes_of_organization(
    database: Database, actor: Actor, organization_id: int, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> ContactNotePage:
    """List the notes about an organization, newest first."""
    before = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as transaction:
        living = await queries.living_organization(transaction, organization_id)
        rows = await queries.list_notes_of_organization(transaction, living, before[0] if before else None, limit + 1)
    return _page(rows, limit)


@post("/contacts/{contact_id:int}/notes", opt=needs(CONTACT_EDIT), responses=answers(problems.ContactNotFound))
async def add_note_about_contact(
    database: Database, actor: Actor, contact_id: int, data: NewContactNote
) -> ContactNote:
    """Add a note about a contact."""
    return await commands.add_note_about_contact(database, actor, contact_id, data.text)


@post(
    "/organizations/{organization_id:int}/notes",
    opt=needs(ORGANIZATION_EDIT),
    responses=answers(problems.OrganizationNotFound),
)
async def add_note_about_organization(
    database: Database, actor: Actor, organization_id: int, data: NewContactNote
) -> ContactNote:
    """Add a note about an organization."""
    return await commands.add_note_about_organization(database, actor, organization_id, data.text)


@patch(
    "/contact-notes/{note_id:int}",
    opt=needs(CONTACT_EDIT, ORGANIZATION_EDIT),
    responses=answers(problems.NoteNotFound, VersionConflict),
)
async def edit_note(
    database: Database, actor: Actor, note_id: int, data: ContactNoteChange, if_match: IfMatch = None
) -> ContactNote:
    """Let a note say something else."""
    return await commands.edit_note(database, actor, note_id, data, version_of(if_match))


@delete(
    "/contact-notes/{note_id:int}", opt=needs(CONTACT_EDIT, ORGANIZATION_EDIT), responses=answers(problems.NoteNotFound)
)
async def remove_note(database: Database, actor: Actor, note_id: int) -> None:
    """Delete a note; undo brings it back."""
    await commands.remove_note(database, actor, note_id)


def _page(rows: list[ContactNote], limit: int) -> ContactNotePage:
    items, more = cut_page(rows, limit)
    return ContactNotePage(items, encode_cursor(items[-1].id) if more else None)


routes = [
    list_notes_of_contact,
    list_notes_of_organization,
    add_note_about_contact,
    add_note_about_organization,
    edit_note,
    remove_note,
]
