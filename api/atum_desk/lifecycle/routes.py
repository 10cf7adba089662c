"""HTTP routes of statuses."""

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
from atum_desk.lifecycle import commands, problems, queries
from atum_desk.lifecycle.models import Status
from atum_desk.lifecycle.permissions import SETTINGS_STATUSES_EDIT, TICKET_READ
from atum_desk.lifecycle.presets import apply_preset
from atum_desk.lifecycle.schemas import NewStatus, PresetChoice, StatusChange, StatusList, StatusOrder

Key = Annotated[str, Parameter(max_length=40)]


@get("/statuses", opt=needs(TICKET_READ))
async def list_statuses(database: Database, actor: Actor) -> StatusList:
    """List the statuses in order, with what each may become; those out of use among them."""
    async with database.reading(actor) as transaction:
        return StatusList(await queries.list_statuses(transaction))


@post(
    "/statuses",
    opt=needs(SETTINGS_STATUSES_EDIT),
    responses=answers(AlreadyExists, problems.StatusNotFound, problems.RoleUnknown, problems.TooManyStatuses),
)
async def add_status(database: Database, actor: Actor, data: NewStatus) -> Status:
    """Add a status to a category."""
    return await _read(database, actor, await commands.add_status(database, actor, data))


@patch(
    "/statuses/{key:str}",
    opt=needs(SETTINGS_STATUSES_EDIT),
    responses=answers(
        problems.StatusNotFound, problems.StatusNeeded, problems.RoleUnknown, AlreadyExists, VersionConflict
    ),
)
async def change_status(
    database: Database, actor: Actor, key: Key, data: StatusChange, if_match: IfMatch = None
) -> Status:
    """Rename or colour a status, put it out of use, or say what it may become and who may do that."""
    await commands.change_status(database, actor, key, data, version_of(if_match))
    return await _read(database, actor, key)


@put("/statuses/order", opt=needs(SETTINGS_STATUSES_EDIT), responses=answers(problems.OrderIncomplete))
async def order_statuses(database: Database, actor: Actor, data: StatusOrder) -> StatusList:
    """Show the statuses in another order."""
    await commands.order_statuses(database, actor, data.keys)
    async with database.reading(actor) as transaction:
        return StatusList(await queries.list_statuses(transaction))


@post("/statuses/preset", opt=needs(SETTINGS_STATUSES_EDIT), status_code=200, responses=answers(problems.RoleUnknown))
async def take_over_preset(database: Database, actor: Actor, data: PresetChoice) -> StatusList:
    """Take over a whole workflow, such as that of managed intake, as one change; other statuses go out of use."""
    await apply_preset(database, actor, data.preset, data.role_ids)
    async with database.reading(actor) as transaction:
        return StatusList(await queries.list_statuses(transaction))


async def _read(database: Database, actor: Actor, key: str) -> Status:
    async with database.reading(actor) as transaction:
        status = await queries.get_status(transaction, key)
    if status is None:
        raise problems.StatusNotFound
    return status


routes = [list_statuses, add_status, change_status, order_statuses, take_over_preset]
