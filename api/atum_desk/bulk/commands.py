"""Begin, cancel and undo a bulk run; the job in jobs.py does it."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.bulk import problems, queries
from atum_desk.bulk.feature import RUN_BULK, RunBulk
from atum_desk.bulk.models import FINISHED, NewRun, StoredRun
from atum_desk.bulk.permissions import EDIT, NOTE, REPLY, TAGS_EDIT
from atum_desk.bulk.schemas import BulkActions, BulkRequest
from atum_desk.bulk.selection import wanted_of
from atum_desk.bulk.texts import read_text
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.tickets.public import SETTABLE, TicketChange, require_fit

MOST_UNFINISHED = 10


async def begin_run(database: Database, actor: Actor, request: BulkRequest) -> int:
    """Begin a run over some tickets and return its id.

    What it sets needs the same permissions as for one ticket; they are asked for now and again for each
    ticket. Raises NothingToDo, NoSelection, TooManyRuns, PermissionMissing, ResolutionUnknown, ValidationFailed
    for values that no ticket could get, and the problems of conditions and templates.
    """
    require_sense(request)
    async with database.writing(actor, "bulk.start") as work:
        _require_permissions(work, request.actions)
        await require_few(work)
        if request.search:
            # A condition that cannot be read is refused now, not by the job.
            await wanted_of(work, actor, request.search)
        await require_fit(work, request.actions.where_missing)
        stored = msgspec.to_builtins(msgspec.structs.replace(request, numbers=None))
        if request.numbers:
            stored["count"] = len(set(request.numbers))
        run_id = await queries.insert_run(work, new_run(actor, "edit", stored))
        if request.numbers:
            await queries.add_numbers(work, run_id, sorted(set(request.numbers)))
        await enqueue(work, run_id)
        work.summary = {"run_id": run_id, "fields": fields_of(request.actions)}
    return run_id


def require_sense(request: BulkRequest) -> None:
    """Refuse a request that names no tickets or does nothing, and a text that cannot be filled in."""
    if (request.numbers is None) == (request.search is None):
        raise problems.NoSelection
    if not fields_of(request.actions):
        raise problems.NothingToDo
    if request.actions.message:
        read_text(request.actions.message)


def fields_of(actions: BulkActions) -> list[str]:
    """Return what actions write, by the names that history gives."""
    names = [
        name
        for name in TicketChange.__struct_fields__
        if name != "version" and getattr(actions.set, name) is not msgspec.UNSET
    ]
    if actions.add_tags or actions.remove_tags:
        names.append("tags")
    if actions.checklist_template_id is not None:
        names.append("checklist")
    return list(dict.fromkeys([*names, *([actions.message.kind] if actions.message else [])]))


def new_run(actor: Actor, kind: Any, request: dict[str, Any], **more: Any) -> NewRun:
    """Return a run of an actor's; what a token asks for keeps to its scopes and ends with it."""
    by_token = actor.session_kind == "token"
    return NewRun(
        kind=kind,
        asked_by=actor.person_id,
        request=request,
        token_id=actor.session_id if by_token else None,
        scopes=sorted(actor.permissions) if by_token else None,
        **more,
    )


async def enqueue(work: UnitOfWork, run_id: int) -> None:
    """Let a worker do a run once the transaction commits."""
    await work.enqueue(RUN_BULK, RunBulk(run_id=run_id), key=f"bulk:{run_id}")


async def cancel_run(database: Database, actor: Actor, run_id: int) -> None:
    """Let a run end after the batch in hand; what it did stays until it is undone. Raises RunNotFound."""
    async with database.writing(actor, "bulk.cancel") as work:
        run = await _locked(work, run_id)
        if run.state in FINISHED or run.cancel_asked:
            work.unchanged = True
            return
        await queries.ask_to_cancel(work, run_id)
        work.summary = {"run_id": run_id}


async def undo_run(database: Database, actor: Actor, run_id: int) -> int:
    """Begin a run that takes back all that another one did, and return its id; undone itself, it is redo.

    Each ticket is taken back for itself: one that somebody changed since is left and told. Raises
    RunNotFound, RunUnfinished, RunUndone, NothingChanged, and TakenBackForGood for the undo of a run that
    opened tickets: their mail would leave at once.
    """
    async with database.writing(actor, "bulk.undo") as work:
        run = await _locked(work, run_id)
        if run.whole_workspace:
            work.actor.require(TAGS_EDIT)
        if run.state not in FINISHED:
            raise problems.RunUnfinished
        if run.takes_back_outbound:
            raise problems.TakenBackForGood
        if run.undone_by is not None:
            raise problems.RunUndone(run_id=run.undone_by)
        new = new_run(actor, "undo", {"undo_of": run_id}, undo_of=run_id, whole_workspace=run.whole_workspace)
        new.change_id = run.change_id
        undo_id = await queries.insert_run(work, new)
        if await queries.add_changes_of(work, undo_id, run_id) == 0 and run.change_id is None:
            raise problems.NothingChanged
        await queries.set_undone_by(work, run_id, undo_id)
        await enqueue(work, undo_id)
        work.summary = {"run_id": undo_id, "undo_of": run_id}
    return undo_id


async def _locked(work: UnitOfWork, run_id: int) -> StoredRun:
    run = await queries.lock_run(work, run_id)
    if run is None:
        raise problems.RunNotFound
    return run


def _require_permissions(work: UnitOfWork, actions: BulkActions) -> None:
    needed = {"note": NOTE, "reply": REPLY, "checklist": EDIT} | {
        name: one.setting.permission for name, one in SETTABLE.items() if one.setting
    }
    for name in fields_of(actions):
        # What has no permission of its own is asked for ticket by ticket.
        if name in needed:
            work.actor.require(needed[name])


async def require_few(work: UnitOfWork) -> None:
    """Raise TooManyRuns where the actor has as many unfinished runs as one may have."""
    if await queries.count_unfinished(work) >= MOST_UNFINISHED:
        raise problems.TooManyRuns(most=MOST_UNFINISHED)
