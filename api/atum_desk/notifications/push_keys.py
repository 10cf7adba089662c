"""The key of a workspace that browsers subscribe with, made when the first one asks, and the browsers themselves."""

from __future__ import annotations

from urllib.parse import urlsplit

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.sealed_secrets import seal
from atum_desk.notifications.models import StoredKey
from atum_desk.notifications.problems import PushBrowserNotFound, PushSubscriptionUnfit
from atum_desk.notifications.push_encryption import AUTH_BYTES, from_base64url, is_point, make_key
from atum_desk.notifications.queries import push
from atum_desk.notifications.schemas import PushBrowserList, PushSubscription

PURPOSE = "push key"


async def list_push_browsers(database: Database, settings: Settings, actor: Actor) -> PushBrowserList:
    """Return the key to subscribe with, which is made now where there is none, and the actor's browsers."""
    async with database.marking(actor) as transaction:
        public = await push.find_public_key(transaction)
        if public is None:
            private, public = make_key()
            await push.insert_key(transaction, StoredKey(public, seal(settings.secret, PURPOSE, private)))
            # Another request may have made one at the same time.
            public = await push.find_public_key(transaction) or public
        return PushBrowserList(public, await push.list_browsers(transaction, actor.session_id))


async def subscribe_browser(database: Database, actor: Actor, given: PushSubscription) -> None:
    """Tell the actor's browser while they are signed in there.

    Raises PushSubscriptionUnfit, and PushBrowserNotFound for one that is to be renewed and was removed.
    """
    try:
        p256dh, auth = from_base64url(given.p256dh), from_base64url(given.auth)
        place = urlsplit(given.endpoint)
        is_fit = place.scheme == "https" and bool(place.hostname) and not place.username
    except ValueError:
        raise PushSubscriptionUnfit from None
    if not (is_fit and given.endpoint.isascii() and is_point(p256dh) and len(auth) == AUTH_BYTES):
        raise PushSubscriptionUnfit
    name = clean_line(given.name)
    async with database.marking(actor) as transaction:
        if given.renew:
            if not await push.renew_subscription(transaction, actor.session_id, given.endpoint):
                raise PushBrowserNotFound
            return
        await push.save_subscription(transaction, actor.session_id, given.endpoint, p256dh, auth, name)


async def remove_browser(database: Database, actor: Actor, subscription_id: int) -> None:
    """Tell one of the actor's browsers no more. Raises PushBrowserNotFound."""
    async with database.marking(actor) as transaction:
        if not await push.remove_subscription(transaction, subscription_id):
            raise PushBrowserNotFound
