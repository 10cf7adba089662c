"""HTTP routes of managed tags; those to offer stand at `GET /tags` (tickets)."""

from __future__ import annotations

from typing import Annotated

from litestar import get, patch, post
from litestar.params import Parameter

from atum_desk.bulk.public import find_run, present_run
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict
from atum_desk.tags import commands, problems, queries
from atum_desk.tags.permissions import AUDIT_READ, TAGS_EDIT
from atum_desk.tags.schemas import ManagedTagPage, NewTag, TagChange, TagChanged, TagMerge

Name = Annotated[str, Parameter(max_length=50, description="A tag's name, or its id where none is called so")]


@get("/tags/managed", opt=needs(TAGS_EDIT, AUDIT_READ))
async def list_managed_tags(
    database: Database,
    actor: Actor,
    q: Annotated[str, Parameter(max_length=50)] = "",
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> ManagedTagPage:
    """List all tags of the workspace by name, with what is known of each and how many tickets have it."""
    after = decode_cursor(cursor, tuple[str])
    async with database.reading(actor) as transaction:
        rows = await queries.list_names(transaction, q.strip().lower(), after[0] if after else "", limit + 1)
        names, more = cut_page(rows, limit)
        items = await queries.list_details(transaction, names)
    return ManagedTagPage(items, encode_cursor(names[-1]) if more else None)


@post("/tags", opt=needs(TAGS_EDIT), responses=answers(problems.TagTaken))
async def add_tag(database: Database, actor: Actor, data: NewTag) -> TagChanged:
    """Add a tag to offer, or describe one that is on tickets already."""
    return await _told(database, actor, await commands.add_tag(database, actor, data))


@patch(
    "/tags/{tag:str}", opt=needs(TAGS_EDIT), responses=answers(problems.TagNotFound, problems.TagTaken, VersionConflict)
)
async def change_tag(
    database: Database, actor: Actor, tag: Name, data: TagChange, if_match: IfMatch = None
) -> TagChanged:
    """Describe, colour, rename or retire a tag; a new name is given to its tickets by the run in the answer."""
    return await _told(database, actor, await commands.change_tag(database, actor, tag, data, version_of(if_match)))


@post(
    "/tags/{tag:str}/merge",
    opt=needs(TAGS_EDIT),
    status_code=200,
    responses=answers(problems.TagNotFound, problems.SameTag, problems.TagIsRetired),
)
async def merge_tag(database: Database, actor: Actor, tag: Name, data: TagMerge) -> TagChanged:
    """Give all tickets of a tag another one instead, by the run in the answer."""
    return await _told(database, actor, await commands.merge_tag(database, actor, tag, data.into))


async def _told(database: Database, actor: Actor, done: commands.Done) -> TagChanged:
    name, change_id, run_id = done
    async with database.reading(actor) as transaction:
        [tag] = await queries.list_details(transaction, [name])
        run = await find_run(transaction, run_id) if run_id else None
    return TagChanged(tag, change_id, present_run(run, actor.person_id) if run else None)


routes = [list_managed_tags, add_tag, change_tag, merge_tag]
