"""Undo: a change that takes another one back, whole or not at all."""

from __future__ import annotations

from atum_desk.history import permissions, queries
from atum_desk.history.models import Conflict, Undone, UndoTarget
from atum_desk.history.problems import ChangeNotFound, NotUndoable, UndoConflict
from atum_desk.identity.public import (
    end_access_before_undo,
    lock_powers,
    require_sound_powers,
)
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, Work
from atum_desk.kernel.feature import declared
from atum_desk.outbox.public import mails_that_left


async def undo(database: Database, actor: Actor, change_id: int) -> Undone:
    """Take a change back if everything it wrote still stands as it wrote it.

    Raises ChangeNotFound, PermissionMissing, NotUndoable (a mail left; it was no ledger matter),
    UndoConflict with the later changes in its way, or what keeps powers sound (identity/powers.py).
    """
    async with database.writing(actor, "change.undo") as work:
        target = await queries.get_undo_target(work, change_id)
        await _require_undoable(work, target)
        before = await lock_powers(work) if target.moved_powers else None
        ended = {} if before is None else await end_access_before_undo(work, change_id)
        if moved := await queries.apply_undo(work, change_id):
            conflicts = await queries.list_conflicts(work, change_id, moved)
            raise UndoConflict(in_the_way=_words(conflicts), conflicts=conflicts)
        # What it would give back may be of a team that the actor does not see.
        if not await queries.may_write_rows(work, change_id):
            raise ChangeNotFound
        if before is not None:
            await require_sound_powers(work, before)
        work.undo_of, work.ticket_id, work.public = target.id, target.ticket_id, target.public
        work.summary = {"undone": target.id, "command": target.command, **ended}
    leaves = declared.commands[target.command].leaves
    return Undone(change_id=work.change_id or 0, undone=target.id, kept=list(leaves))


async def _require_undoable(work: Work, target: UndoTarget) -> None:
    own = isinstance(work.actor, Actor) and target.actor_id == work.actor.person_id
    if not own:
        work.actor.require(permissions.UNDO_ANY)
    command = declared.commands.get(target.command)
    if command is None:
        raise NotUndoable(reason=f"this release does not know the command {target.command}.")
    if needed := permissions.needed_for(command, own=own):
        work.actor.require_any(*needed)
    if await queries.lock_tickets(work, target.tickets) != len(target.tickets):
        raise ChangeNotFound
    if target.undone:
        raise NotUndoable(reason="it is undone already.")
    if command.refusal:
        raise NotUndoable(reason=command.refusal)
    if target.lacks_texts:
        raise NotUndoable(
            reason="it is older than this desk keeps texts, and what it replaced is not kept any more."
        )
    if target.via == "mail":
        raise NotUndoable(reason="mail that arrived stays; nothing received is ever taken back.")
    if await mails_that_left(work, target.id):
        raise NotUndoable(
            reason="its mail has left. Change the status or add another reply instead."
        )
    if not await queries.may_write_rows(work, target.id):
        raise ChangeNotFound


def _words(conflicts: list[Conflict]) -> str:
    named = dict.fromkeys(
        f"change {c.change_id} ({c.command}{f' by {c.actor_name}' if c.actor_name else ''})"
        for c in conflicts
        if c.change_id
    )
    return ", ".join(named) or "what it made is in use"
