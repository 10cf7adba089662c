"""Drafts are saved as they are typed, discarded and brought back.

A draft is no change of the ledger: it is nobody's but its author's, and a text would stand there once a
second. What it said before is kept beside it, and what was discarded stays in the trash (ADR 0057).
"""

from __future__ import annotations

from datetime import timedelta

import asyncpg

from atum_desk.drafts import permissions, queries
from atum_desk.drafts.problems import DraftNotFound, TooManyDrafts
from atum_desk.drafts.schemas import DraftInput, DraftKind, DraftSaved
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.tickets.public import get_ticket_id

MOST_DRAFTS = 500
MOST_VERSIONS = 50
# Of a text that grows, a version is kept so often.
KEEP_EVERY = timedelta(seconds=30)
# Whoever takes so much away at once may want it back.
MUCH_CHARACTERS = 200
NEEDED = {"reply": permissions.REPLY, "note": permissions.NOTE}


async def save_draft(database: Database, actor: Actor, number: int, given: DraftInput) -> DraftSaved | None:
    """Save what is written by now; None when nothing is left of it and it was discarded.

    Raises TicketNotFound, PermissionMissing and TooManyDrafts.
    """
    async with database.marking(actor) as transaction:
        transaction.actor.require(NEEDED[given.kind])
        ticket_id = await get_ticket_id(transaction, number)
        draft = await _found(transaction, ticket_id, given.kind)
        if _is_empty(given):
            if draft is not None and not draft.is_sent:
                await queries.discard(transaction, draft.id)
            return None
        if draft is None:
            if await queries.count_written(transaction) >= MOST_DRAFTS:
                raise TooManyDrafts(limit=MOST_DRAFTS)
            made = await queries.insert_draft(transaction, ticket_id, given)
            if made is not None:
                return _saved(made)
            # Another window was faster by a moment.
            draft = await queries.lock_draft(transaction, ticket_id, given.kind)
        if draft is None:
            raise DraftNotFound
        return await _save_over(transaction, draft, given)


async def discard_draft(database: Database, actor: Actor, number: int, kind: DraftKind) -> None:
    """Put the actor's draft of a kind into the trash, if there is one. Raises TicketNotFound."""
    async with database.marking(actor) as transaction:
        ticket_id = await get_ticket_id(transaction, number)
        draft = await _found(transaction, ticket_id, kind)
        if draft is not None and not draft.is_sent:
            await queries.discard(transaction, draft.id)


async def restore_draft(database: Database, actor: Actor, draft_id: int) -> None:
    """Take a draft out of the trash; one that was begun anew meanwhile goes there. Raises DraftNotFound."""
    async with database.marking(actor) as transaction:
        if not await queries.restore(transaction, draft_id):
            raise DraftNotFound


async def _found(transaction: ReadTransaction, ticket_id: int, kind: DraftKind) -> queries.LockedDraft | None:
    """Lock the actor's draft on a ticket, or the one that was begun on a ticket merged into it, which comes along."""
    draft = await queries.lock_draft(transaction, ticket_id, kind)
    if draft is None and await queries.move_here(transaction, ticket_id, kind):
        return await queries.lock_draft(transaction, ticket_id, kind)
    return draft


async def _save_over(transaction: ReadTransaction, draft: queries.LockedDraft, given: DraftInput) -> DraftSaved:
    keep = not draft.is_sent and _is_worth_keeping(draft, given)
    saved = await queries.save_text(transaction, draft, given, keep=keep)
    if saved is None:
        raise DraftNotFound
    if keep:
        await queries.prune_versions(transaction, draft.id, MOST_VERSIONS)
    return _saved(saved)


def _is_worth_keeping(draft: queries.LockedDraft, given: DraftInput) -> bool:
    before, after = draft.text, given.text
    if not before.strip() or after.startswith(before):
        return False
    if given.version != draft.version or len(before) - len(after) >= MUCH_CHARACTERS:
        return True
    return draft.now - draft.kept_at >= KEEP_EVERY


def _is_empty(given: DraftInput) -> bool:
    return not given.text.strip() and not given.attachment_ids and given.people is None


def _saved(row: asyncpg.Record) -> DraftSaved:
    return DraftSaved(row["id"], row["version"], row["updated_at"])
