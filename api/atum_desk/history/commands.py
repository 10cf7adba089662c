"""Undo: a change that takes another one back, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from atum_desk.history import notices, permissions, queries
from atum_desk.history.models import Conflict, Scope, Undone, UndoTarget
from atum_desk.history.problems import ChangeNotFound, NotUndoable, UndoConflict
from atum_desk.identity.public import end_access_before_undo, lock_powers, require_sound_powers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.feature import Command, declared
from atum_desk.kernel.ledger.undo_refusals import MailHasLeft, MailStays, TextsNotKept, UndoneAlready, needed_for
from atum_desk.kernel.notices import Notice
from atum_desk.kernel.problems import Problem
from atum_desk.outbox.public import mails_that_left


async def undo(database: Database, actor: Actor, change_id: int, scope: Scope = "change") -> Undone:
    """Take a change back, or a run or chain of them, if everything written still stands as it was.

    Each needs what it would need alone; all are taken back, newest first, or none.

    Raises ChangeNotFound, PermissionMissing, NotUndoable (a mail left; it was no ledger matter),
    UndoConflict with the later changes in its way, or what keeps powers sound (identity/powers.py).
    """
    async with database.writing(actor, "change.undo") as work:
        targets = await _find_targets(work, change_id, scope)
        for target in targets:
            _require_permissions(work, target)
        await _lock_tickets(work, targets)
        for target in targets:
            with _named(target, targets):
                await _require_undoable(work, target)
        before = await lock_powers(work) if any(t.moved_powers for t in targets) else None
        for target in targets:
            if target is not targets[0]:
                await work.next_change("change.undo")
            await _take_back(work, target)
        if before is not None:
            await require_sound_powers(work, before)
    kept = [one for target in targets for one in _left_by(target.command)]
    return Undone(
        change_id=work.change_id or 0,
        undone=change_id,
        kept=list(dict.fromkeys(one.text for one in kept)),
        kept_notices=list({one.text: one.ref for one in kept}.values()),
        changes=[target.id for target in targets],
    )


async def take_back_each(work: UnitOfWork, change_ids: list[int]) -> dict[int, int | Problem]:
    """Take changes of tickets back in an open unit of work, each for itself and as an undo of its own.

    Returns for each the undoing change, or why it stays: it is out of sight, was undone, its mail left,
    or somebody changed the same since. Leaves the work without an open write.
    """
    found = {target.id: target for target in await queries.list_undo_targets(work, change_ids)}
    visible = await queries.list_locked(work, sorted({t for one in found.values() for t in one.tickets}))
    results: dict[int, int | Problem] = {}
    for change_id in change_ids:
        target = found.get(change_id)
        work.undo_of, work.ticket_id, work.public, work.summary = None, None, False, {}
        await work.execute("savepoint one_undo")
        try:
            if target is None or not visible.issuperset(target.tickets):
                raise ChangeNotFound
            _require_permissions(work, target)
            await _require_undoable(work, target)
            await _take_back(work, target)
        except Problem as problem:
            await work.execute("rollback to savepoint one_undo")
            work.undo_of = None
            results[change_id] = problem
            continue
        await work.execute("release savepoint one_undo")
        results[change_id] = await work.next_change("change.undo") or change_id
    return results


def _left_by(command: str) -> list[notices.Kept]:
    """Return what an undo of a command does not bring back."""
    return [notices.Kept(f"{command}.{number}") for number in range(len(declared.commands[command].leaves))]


async def _find_targets(work: UnitOfWork, change_id: int, scope: Scope) -> list[UndoTarget]:
    """Return what is to be taken back, newest first; what is undone already only when all of it is."""
    ids = await queries.list_changes_with(work, change_id, scope, queries.MOST_CHANGES + 1)
    if len(ids) > queries.MOST_CHANGES:
        raise NotUndoable(reason=notices.TooManyChanges(queries.MOST_CHANGES))
    found = await queries.list_undo_targets(work, ids)
    if not found or len(found) != len(ids):
        raise ChangeNotFound
    return [target for target in found if not target.undone] or found


def _require_permissions(work: UnitOfWork, target: UndoTarget) -> None:
    own = isinstance(work.actor, Actor) and target.actor_id == work.actor.person_id
    if not own:
        work.actor.require(permissions.UNDO_ANY)
    if needed := needed_for(_command_of(target), own=own):
        work.actor.require_any(*needed)


def _command_of(target: UndoTarget) -> Command:
    command = declared.commands.get(target.command)
    if command is None:
        raise NotUndoable(reason=notices.UnknownCommand(target.command))
    return command


async def _lock_tickets(work: UnitOfWork, targets: list[UndoTarget]) -> None:
    """Lock all tickets at once, in the order that bulk edits lock them. Raises ChangeNotFound."""
    tickets = {ticket for target in targets for ticket in target.tickets}
    if await queries.lock_tickets(work, sorted(tickets)) != len(tickets):
        raise ChangeNotFound


async def _take_back(work: UnitOfWork, target: UndoTarget) -> None:
    ended = await end_access_before_undo(work, target.id) if target.moved_powers else {}
    if moved := await queries.apply_undo(work, target.id):
        conflicts = await queries.list_conflicts(work, target.id, moved)
        raise UndoConflict(in_the_way=_in_the_way(conflicts), conflicts=conflicts)
    # What it would give back may be of a team that the actor does not see.
    if not await queries.may_write_rows(work, target.id):
        raise ChangeNotFound
    work.undo_of, work.ticket_id, work.public = target.id, target.ticket_id, target.public
    work.summary = {"undone": target.id, "command": target.command, **ended}


@contextmanager
def _named(target: UndoTarget, targets: list[UndoTarget]) -> Iterator[None]:
    """Say which of several changes it is that cannot be undone."""
    try:
        yield
    except NotUndoable as problem:
        if len(targets) == 1:
            raise
        raise NotUndoable(reason=notices.OneOfSeveral(target.id, target.command, problem.data["reason"])) from problem


async def _require_undoable(work: UnitOfWork, target: UndoTarget) -> None:
    if target.undone:
        raise NotUndoable(reason=UndoneAlready())
    if _command_of(target).refusal:
        raise NotUndoable(reason=notices.Irreversibility(target.command))
    if target.lacks_texts:
        raise NotUndoable(reason=TextsNotKept())
    if target.via == "mail":
        raise NotUndoable(reason=MailStays())
    if await mails_that_left(work, target.id):
        raise NotUndoable(reason=MailHasLeft())
    if not await queries.may_write_rows(work, target.id):
        raise ChangeNotFound


def _in_the_way(conflicts: list[Conflict]) -> list[Notice]:
    """Return the changes in the way, each once; what cannot be named is in use."""
    named = {
        one.change_id: notices.ChangeOf(one.change_id, one.command or "", one.actor_name)
        if one.actor_name
        else notices.ChangeInTheWay(one.change_id, one.command or "")
        for one in conflicts
        if one.change_id
    }
    return list(named.values()) or [notices.InUse()]
