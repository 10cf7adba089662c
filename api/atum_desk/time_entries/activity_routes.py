"""HTTP routes of the activities that time is told apart by."""

from __future__ import annotations

from litestar import get, patch, post

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, version_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import AlreadyExists, VersionConflict
from atum_desk.time_entries import commands, problems, queries
from atum_desk.time_entries.permissions import READ, SETTINGS_TIME_EDIT
from atum_desk.time_entries.schemas import NewTimeActivity, TimeActivity, TimeActivityChange, TimeActivityList


@get("/time-activities", opt=needs(READ))
async def list_time_activities(database: Database, actor: Actor) -> TimeActivityList:
    """List all activities by name, retired ones among them."""
    async with database.reading(actor) as transaction:
        return TimeActivityList(await queries.list_activities(transaction))


@post(
    "/time-activities", opt=needs(SETTINGS_TIME_EDIT), responses=answers(AlreadyExists, problems.TooManyTimeActivities)
)
async def add_time_activity(database: Database, actor: Actor, data: NewTimeActivity) -> TimeActivity:
    """Add an activity."""
    return await _read(database, actor, await commands.add_activity(database, actor, data))


@patch(
    "/time-activities/{activity_id:int}",
    opt=needs(SETTINGS_TIME_EDIT),
    responses=answers(problems.TimeActivityNotFound, AlreadyExists, VersionConflict),
)
async def change_time_activity(
    database: Database, actor: Actor, activity_id: int, data: TimeActivityChange, if_match: IfMatch = None
) -> TimeActivity:
    """Rename or retire an activity, or say whether its time is billable; entries stay as they are."""
    await commands.change_activity(database, actor, activity_id, data, version_of(if_match))
    return await _read(database, actor, activity_id)


async def _read(database: Database, actor: Actor, activity_id: int) -> TimeActivity:
    async with database.reading(actor) as transaction:
        for activity in await queries.list_activities(transaction):
            if activity.id == activity_id:
                return activity
    raise problems.TimeActivityNotFound


routes = [list_time_activities, add_time_activity, change_time_activity]
