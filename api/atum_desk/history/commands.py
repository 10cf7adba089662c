"""Undo: a change that takes another one back, whole or not at all."""

from __future__ import annotations

from atum_desk.history import permissions, queries
from atum_desk.history.models import Undone, UndoTarget
from atum_desk.history.problems import ChangeNotFound, NotUndoable, UndoConflict
from atum_desk.kernel.context import Actor
from atum_desk.kernel.db import Database, Work
from atum_desk.outbox.public import mails_that_left


async def undo(database: Database, actor: Actor, change_id: int) -> Undone:
    """Take a change back if everything it wrote still stands as it wrote it.

    Raises ChangeNotFound, PermissionMissing, NotUndoable (a mail left; it was no ledger matter)
    or UndoConflict with the later changes in its way.
    """
    async with database.writing(actor, "change.undo") as work:
        target = await queries.get_undo_target(work, change_id)
        await _require_undoable(work, target)
        if moved := await queries.apply_undo(work, change_id):
            conflicts = await queries.list_conflicts(work, change_id, moved)
            raise UndoConflict(in_the_way=_words(conflicts), conflicts=conflicts)
        work.undo_of, work.ticket_id, work.public = target.id, target.ticket_id, target.public
        work.summary = {"undone": target.id, "command": target.command}
    return Undone(change_id=work.change_id or 0, undone=target.id, kept=[])


async def _require_undoable(work: Work, target: UndoTarget) -> None:
    own = isinstance(work.actor, Actor) and target.actor_id == work.actor.person_id
    if not own:
        work.actor.require(permissions.UNDO_ANY)
    if needed := permissions.needed_for(target.command):
        work.actor.require(needed)
    if await queries.count_visible_tickets(work, target.tickets) != len(target.tickets):
        raise ChangeNotFound
    if reason := permissions.irreversible(target.command):
        raise NotUndoable(reason=reason)
    if target.via == "mail":
        raise NotUndoable(reason="mail that arrived stays; nothing received is ever taken back.")
    if await mails_that_left(work, target.id):
        raise NotUndoable(
            reason="its mail has left. Change the status or add another reply instead."
        )


def _words(conflicts: list[queries.Conflict]) -> str:
    named = dict.fromkeys(
        f"change {c.change_id} ({c.command}{f' by {c.actor_name}' if c.actor_name else ''})"
        for c in conflicts
        if c.change_id
    )
    return ", ".join(named) or "what it made is in use"
