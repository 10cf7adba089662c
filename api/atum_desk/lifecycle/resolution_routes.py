"""HTTP routes of the reasons for resolving."""

from __future__ import annotations

from typing import Annotated

from litestar import get, patch, post, put
from litestar.params import Parameter

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, version_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import AlreadyExists, VersionConflict
from atum_desk.lifecycle import problems, queries, resolution_commands
from atum_desk.lifecycle.models import Resolution
from atum_desk.lifecycle.permissions import SETTINGS_STATUSES_EDIT, TICKET_READ
from atum_desk.lifecycle.schemas import NewResolution, ResolutionChange, ResolutionList, ResolutionOrder

Key = Annotated[str, Parameter(max_length=40)]


@get("/resolutions", opt=needs(TICKET_READ))
async def list_resolutions(database: Database, actor: Actor) -> ResolutionList:
    """List the reasons for resolving in order; those out of use among them."""
    async with database.reading(actor) as transaction:
        return ResolutionList(await queries.list_resolutions(transaction))


@post("/resolutions", opt=needs(SETTINGS_STATUSES_EDIT), responses=answers(AlreadyExists, problems.TooManyResolutions))
async def add_resolution(database: Database, actor: Actor, data: NewResolution) -> Resolution:
    """Add a reason for resolving."""
    return await _read(database, actor, await resolution_commands.add_resolution(database, actor, data))


@patch(
    "/resolutions/{key:str}",
    opt=needs(SETTINGS_STATUSES_EDIT),
    responses=answers(problems.ResolutionNotFound, AlreadyExists, VersionConflict),
)
async def change_resolution(
    database: Database, actor: Actor, key: Key, data: ResolutionChange, if_match: IfMatch = None
) -> Resolution:
    """Rename or describe a reason, or put it out of use; tickets keep it."""
    await resolution_commands.change_resolution(database, actor, key, data, version_of(if_match))
    return await _read(database, actor, key)


@put("/resolutions/order", opt=needs(SETTINGS_STATUSES_EDIT), responses=answers(problems.OrderIncomplete))
async def order_resolutions(database: Database, actor: Actor, data: ResolutionOrder) -> ResolutionList:
    """Show the reasons in another order."""
    await resolution_commands.order_resolutions(database, actor, data.keys)
    async with database.reading(actor) as transaction:
        return ResolutionList(await queries.list_resolutions(transaction))


async def _read(database: Database, actor: Actor, key: str) -> Resolution:
    async with database.reading(actor) as transaction:
        found = [one for one in await queries.list_resolutions(transaction) if one.key == key]
    if not found:
        raise problems.ResolutionNotFound
    return found[0]


routes = [list_resolutions, add_resolution, change_resolution, order_resolutions]
