"""Describe, rename, merge and retire tags; what that does to tickets is a bulk run."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from atum_desk.bulk.public import enqueue, insert_run, new_run
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.field_notices import Empty
from atum_desk.kernel.problems import ValidationFailed, require_version
from atum_desk.tags import problems, queries
from atum_desk.tags.permissions import TAGS_EDIT
from atum_desk.tags.queries import LockedTag
from atum_desk.tags.schemas import NewTag, TagChange
from atum_desk.tickets.public import normalise_tags

# The name a tag has now, the change that made it so, and the run that tells its tickets.
Done = tuple[str, int | None, int | None]


async def add_tag(database: Database, actor: Actor, new: NewTag) -> Done:
    """Add a tag to offer, or describe one that is on tickets already. Raises TagTaken."""
    name = _clean(new.name)
    async with database.writing(actor, "tag.add") as work:
        work.actor.require(TAGS_EDIT)
        if await queries.insert_tag(work, name, description=new.description, color=new.color) is None:
            raise problems.TagTaken(name=name)
        work.summary = {"name": name}
    return name, work.change_id, None


async def change_tag(database: Database, actor: Actor, given: str, change: TagChange, version: int | None) -> Done:
    """Describe, colour, rename or retire a tag, also one that nobody described yet.

    Raises TagNotFound, TagTaken (merge instead) and VersionConflict.
    """
    wanted = None if change.name is UNSET else _clean(change.name)
    columns: dict[str, Any] = {
        name: value for name in ("description", "color", "retired") if (value := getattr(change, name)) is not UNSET
    }
    async with database.writing(actor, "tag.edit") as work:
        work.actor.require(TAGS_EDIT)
        tag = await _row_of(work, given)
        require_version(change.version if version is None else version, tag.version)
        run_id = None
        work.summary = {"name": tag.name, "fields": list(columns)}
        if columns:
            await queries.update_tag(work, tag.id, columns)
        if wanted and wanted != tag.name:
            work.command = "tag.rename"
            await _rename(work, tag, wanted)
            run_id = await _tell_tickets(work, actor, tag.name, wanted)
            work.summary |= {"name": wanted, "was": tag.name, "run_id": run_id}
        work.unchanged = not columns and run_id is None
    return (wanted or tag.name), work.change_id, run_id


async def merge_tag(database: Database, actor: Actor, given: str, into: str) -> Done:
    """Give all tickets of a tag another one instead; who writes it from now on writes the other.

    Raises TagNotFound, SameTag and TagIsRetired.
    """
    async with database.writing(actor, "tag.merge") as work:
        work.actor.require(TAGS_EDIT)
        tag = await _row_of(work, given)
        target = await _row_of(work, _clean(into))
        if target.id == tag.id:
            raise problems.SameTag
        if target.retired:
            raise problems.TagIsRetired(name=target.name)
        await queries.move_former_names(work, tag.id, target.id)
        await queries.update_tag(work, tag.id, {"became_id": target.id})
        run_id = await _tell_tickets(work, actor, tag.name, target.name)
        work.summary = {"name": target.name, "was": tag.name, "run_id": run_id}
    return target.name, work.change_id, run_id


async def _row_of(work: UnitOfWork, given: str) -> LockedTag:
    """Return the row of a tag that stands for itself; one that is only on tickets gets a row."""
    tag = await queries.lock_tag(work, given)
    if tag is None and await queries.is_in_use(work, given):
        tag = await queries.insert_tag(work, given) or await queries.lock_tag(work, given)
    if tag is None or tag.became_id is not None:
        raise problems.TagNotFound(name=given)
    return tag


async def _rename(work: UnitOfWork, tag: LockedTag, wanted: str) -> None:
    other = await queries.lock_tag(work, wanted)
    if other is not None and other.name == wanted and other.became_id == tag.id:
        await queries.delete_tag(work, other.id)
    elif (other is not None and other.name == wanted) or await queries.is_in_use(work, wanted):
        raise problems.TagTaken(name=wanted)
    await queries.update_tag(work, tag.id, {"name": wanted})
    await queries.insert_tag(work, tag.name, became_id=tag.id)


async def _tell_tickets(work: UnitOfWork, actor: Actor, old: str, new: str) -> int:
    """Begin the run that gives the new tag to all tickets of the old one, in all teams."""
    run = new_run(actor, "tag", {"remove": old, "add": new}, whole_workspace=True, begins_here=True)
    run_id = await insert_run(work, run)
    await enqueue(work, run_id)
    return run_id


def _clean(name: str) -> str:
    cleaned = normalise_tags([name])
    if not cleaned:
        raise ValidationFailed.of("name", Empty())
    return cleaned[0]
