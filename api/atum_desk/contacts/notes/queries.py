"""SQL of notes about contacts and organizations."""

from __future__ import annotations

import asyncpg

from atum_desk.contacts.notes.models import ContactNote
from atum_desk.contacts.problems import ContactNotFound, NoteNotFound, OrganizationNotFound
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

NOTE = """select n.id, n.author_id, p.name as author_name, n.text, n.created_at, n.edited_at, n.version
            from contact_notes n join people p on p.id = n.author_id"""


async def living_contact(transaction: ReadTransaction, contact_id: int) -> int:
    """Return the contact, or the one that they became part of. Raises ContactNotFound."""
    found = await transaction.fetchval(
        "select coalesce(merged_into_id, id) from people where id = $1 and kind = 'contact'", contact_id
    )
    if found is None:
        raise ContactNotFound
    return found


async def living_organization(transaction: ReadTransaction, organization_id: int) -> int:
    """Return the organization, or the one that it became part of. Raises OrganizationNotFound."""
    found = await transaction.fetchval(
        "select coalesce(merged_into_id, id) from organizations where id = $1", organization_id
    )
    if found is None:
        raise OrganizationNotFound
    return found


async def list_notes_of_contact(
    transaction: ReadTransaction, contact_id: int, before: int | None, limit: int
) -> list[ContactNote]:
    """Return the notes about a contact, newest first, before an id."""
    rows = await transaction.fetch(
        f"{NOTE} where n.person_id = $1 and n.id < coalesce($2, 9223372036854775807) order by n.id desc limit $3",
        contact_id,
        before,
        limit,
    )
    return [_note(row) for row in rows]


async def list_notes_of_organization(
    transaction: ReadTransaction, organization_id: int, before: int | None, limit: int
) -> list[ContactNote]:
    """Return the notes about an organization, newest first, before an id."""
    rows = await transaction.fetch(
        f"{NOTE} where n.organization_id = $1 and n.id < coalesce($2, 9223372036854775807) order by n.id desc limit $3",
        organization_id,
        before,
        limit,
    )
    return [_note(row) for row in rows]


async def insert_note(work: UnitOfWork, contact_id: int | None, organization_id: int | None, text: str) -> int:
    """Insert a note of the acting person about one of both."""
    return await work.fetchval(
        """insert into contact_notes (workspace_id, person_id, organization_id, author_id, text)
           values (ctx_workspace(), $1, $2, ctx_person(), $3) returning id""",
        contact_id,
        organization_id,
        text,
    )


async def get_note(transaction: ReadTransaction, note_id: int) -> ContactNote:
    """Return a note. Raises NoteNotFound."""
    row = await transaction.fetchrow(f"{NOTE} where n.id = $1", note_id)
    if row is None:
        raise NoteNotFound
    return _note(row)


async def lock_note(work: UnitOfWork, note_id: int) -> asyncpg.Record:
    """Lock a note and return its version and what it is about. Raises NoteNotFound."""
    row = await work.fetchrow(
        "select version, person_id, organization_id from contact_notes where id = $1 for update", note_id
    )
    if row is None:
        raise NoteNotFound
    return row


async def update_note(work: UnitOfWork, note_id: int, text: str) -> None:
    """Let a note say something else."""
    await work.execute("update contact_notes set text = $2, edited_at = moment() where id = $1", note_id, text)


async def delete_note(work: UnitOfWork, note_id: int) -> None:
    """Delete a note; the ledger keeps what it said."""
    await work.execute("delete from contact_notes where id = $1", note_id)


def _note(row: asyncpg.Record) -> ContactNote:
    return ContactNote(
        id=row["id"],
        author=NamedRef(row["author_id"], row["author_name"]),
        text=row["text"],
        created_at=row["created_at"],
        edited_at=row["edited_at"],
        version=row["version"],
    )
