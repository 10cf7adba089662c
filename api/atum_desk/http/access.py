"""What a route asks of its caller, declared beside its address and checked before its input is read.

Every route passes one of these declarations as its `opt`; the application does not start with a
route that declares nothing. Commands check their exact permission once more, in their transaction.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Literal

import msgspec
from litestar.handlers import HTTPRouteHandler

from atum_desk.http.authentication import ACTING, acting
from atum_desk.http.requests import AnyRequest
from atum_desk.kernel.context import Actor, request_context
from atum_desk.kernel.database.units_of_work import Database

KEY = "access"


class Access(msgspec.Struct, frozen=True):
    """Who may call a route, and the permissions of which a member of the staff needs one."""

    audience: Literal["public", "staff", "contact"]
    any_of: tuple[str, ...] = ()


# Open to strangers.
PUBLIC = {KEY: Access("public")}
# Any contact; what they see is a matter of policies.
CONTACT = {KEY: Access("contact")}
# Any member of the staff and any of their tokens: one's own account, and what the command decides.
SIGNED_IN = {KEY: Access("staff")}


def needs(*any_of: str) -> dict[str, Access]:
    """Declare that a route takes one of these permissions; the first is named to who has none."""
    if not any_of:
        raise ValueError("needs() takes at least one permission")
    return {KEY: Access("staff", any_of)}


def access_of(route: HTTPRouteHandler) -> Access | None:
    """Return what a route declares, None when it declares nothing."""
    return route.opt.get(KEY)


def require_declared(routes: Iterable[HTTPRouteHandler]) -> None:
    """Raise TypeError for a route that does not say who may call it: nothing is open by oversight."""
    silent = [f"{sorted(one.paths)}" for one in routes if not isinstance(access_of(one), Access)]
    if silent:
        raise TypeError(f"these routes declare no access (opt=needs(...)): {', '.join(silent)}")


def access_check(parts: Mapping[str, Any]) -> Callable[[AnyRequest], Awaitable[None]]:
    """Return the check that runs before a route's path, query and body are looked at.

    Who acts is asked of the database that stands in `parts` when the request comes.
    It raises NotSignedIn, WrongAudience or PermissionMissing, and leaves the actor in the scope.
    A hook before the request, as the framework's guards copy the route for each request.
    """

    async def let_in(request: AnyRequest) -> None:
        access = access_of(request.route_handler)
        if access is None or access.audience == "public":
            return
        database: Database = parts["database"]
        actor = await acting(request, database, access.audience)
        if access.any_of:
            actor = await _require_any(database, actor, access.any_of)
        scope: Any = request.scope
        scope[ACTING] = actor

    return let_in


async def _require_any(database: Database, actor: Actor, any_of: tuple[str, ...]) -> Actor:
    """Return an actor who has one of the permissions. Raises PermissionMissing."""
    if actor.permissions.isdisjoint(any_of):
        # Remembered powers may be of yesterday: whoever was granted more meanwhile is let in.
        database.forget(actor.token_hash)
        actor = await database.authenticate(actor.token_hash, actor.audience)
        actor.require_any(*any_of)
    if context := request_context.get():
        # And whoever was granted less is found out when the transaction refuses the old powers.
        context.actor = actor
        context.needs = any_of
    return actor
