"""Use cases of notes about contacts and organizations: whoever edits the one may write notes about it."""

from __future__ import annotations

import asyncpg

from atum_desk.contacts.notes import queries
from atum_desk.contacts.notes.models import ContactNote, ContactNoteChange
from atum_desk.contacts.permissions import CONTACT_EDIT, ORGANIZATION_EDIT
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.problems import ValidationFailed, require_version


async def add_note_about_contact(database: Database, actor: Actor, contact_id: int, text: str) -> ContactNote:
    """Add a note about a contact. Raises ContactNotFound."""
    async with database.writing(actor, "contact.note") as work:
        work.actor.require(CONTACT_EDIT)
        living = await queries.living_contact(work, contact_id)
        note_id = await queries.insert_note(work, living, None, _said(text))
        work.summary = {"contact_id": living, "note_id": note_id}
        return await queries.get_note(work, note_id)


async def add_note_about_organization(database: Database, actor: Actor, organization_id: int, text: str) -> ContactNote:
    """Add a note about an organization. Raises OrganizationNotFound."""
    async with database.writing(actor, "organization.note") as work:
        work.actor.require(ORGANIZATION_EDIT)
        living = await queries.living_organization(work, organization_id)
        note_id = await queries.insert_note(work, None, living, _said(text))
        work.summary = {"organization_id": living, "note_id": note_id}
        return await queries.get_note(work, note_id)


async def edit_note(
    database: Database, actor: Actor, note_id: int, change: ContactNoteChange, version: int | None
) -> ContactNote:
    """Let a note say something else. Raises NoteNotFound and VersionConflict."""
    async with database.writing(actor, "contact.note_edit") as work:
        note = await _own_note(work, note_id)
        require_version(change.version if version is None else version, note["version"])
        await queries.update_note(work, note_id, _said(change.text))
        return await queries.get_note(work, note_id)


async def remove_note(database: Database, actor: Actor, note_id: int) -> None:
    """Delete a note. Raises NoteNotFound."""
    async with database.writing(actor, "contact.note_remove") as work:
        await _own_note(work, note_id)
        await queries.delete_note(work, note_id)


async def _own_note(work: UnitOfWork, note_id: int) -> asyncpg.Record:
    note = await queries.lock_note(work, note_id)
    work.actor.require(CONTACT_EDIT if note["person_id"] else ORGANIZATION_EDIT)
    about = {"contact_id": note["person_id"]} if note["person_id"] else {"organization_id": note["organization_id"]}
    work.summary = {**about, "note_id": note_id}
    return note


def _said(text: str) -> str:
    """Return what a note says without blank ends; line ends and words of all scripts stay."""
    said = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not said:
        raise ValidationFailed.of("text", Empty())
    return said
