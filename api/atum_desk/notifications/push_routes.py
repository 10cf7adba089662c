"""HTTP routes of push: the reader's browsers."""

from __future__ import annotations

from litestar import delete, get, put

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.notifications import problems, push_keys
from atum_desk.notifications.permissions import READ
from atum_desk.notifications.schemas import PushBrowserList, PushSubscription


@get("/notifications/browsers", opt=needs(READ))
async def list_browsers(database: Database, settings: Settings, actor: Actor) -> PushBrowserList:
    """List the browsers that show the actor's notifications, with the key that one subscribes with."""
    return await push_keys.list_push_browsers(database, settings, actor)


@put(
    "/notifications/browsers",
    opt=needs(READ),
    responses=answers(problems.PushSubscriptionUnfit, problems.PushBrowserNotFound),
)
async def subscribe(database: Database, settings: Settings, actor: Actor, data: PushSubscription) -> PushBrowserList:
    """Let a browser show the actor's notifications while they are signed in there."""
    await push_keys.subscribe_browser(database, actor, data)
    return await push_keys.list_push_browsers(database, settings, actor)


@delete(
    "/notifications/browsers/{subscription_id:int}", opt=needs(READ), responses=answers(problems.PushBrowserNotFound)
)
async def remove(database: Database, actor: Actor, subscription_id: int) -> None:
    """Let a browser show the actor's notifications no more."""
    await push_keys.remove_browser(database, actor, subscription_id)


routes = [list_browsers, subscribe, remove]
