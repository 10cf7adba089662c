"""What routes ask of their request, by the name of a parameter: who acts, and from where."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Any

from atum_desk.http.requests import AnyRequest
from atum_desk.http.sessions import CONTACT_COOKIE, STAFF_COOKIE, cookie_in, token_in
from atum_desk.kernel.context import Actor, Audience, audience_of, request_context, token_hash
from atum_desk.kernel.db import Database
from atum_desk.kernel.problems import NotSignedIn, Problem
from atum_desk.kernel.settings import Settings

# Where the actor is kept in a request's ASGI scope.
ACTING = "atum_desk.acting"
COOKIES: dict[Audience, str] = {"staff": STAFF_COOKIE, "contact": CONTACT_COOKIE}


class WrongAudience(Problem):
    """This address is for {audience} only."""

    status = 403
    code = "wrong_audience"


async def actor(request: AnyRequest) -> Actor:
    """Return the member of the staff who acts, as the access check found them (`access.py`)."""
    return _acting_in(request)


async def contact(request: AnyRequest) -> Actor:
    """Return the contact who acts, as the access check found them (`access.py`)."""
    return _acting_in(request)


async def maybe_contact(request: AnyRequest, database: Database) -> Actor | None:
    """Return the contact who acts, or None for a stranger."""
    try:
        return await acting(request, database, "contact")
    except (NotSignedIn, WrongAudience):
        return None


async def client_ip(request: AnyRequest, settings: Settings) -> str:
    """Return the address the request came from, believing proxies only where they are trusted."""
    peer = request.client.host if request.client else ""
    if not settings.trusted_networks or not _is_trusted(peer, settings):
        return peer or "127.0.0.1"
    for hop in reversed(request.headers.get("x-forwarded-for", "").split(",")):
        if hop.strip() and not _is_trusted(hop.strip(), settings):
            return hop.strip() if _is_address(hop.strip()) else peer
    return peer


# An answer is the parameter of that name (`shared_parts.py`).
QUESTIONS: dict[str, Callable[..., Awaitable[Any]]] = {
    "actor": actor,
    "contact": contact,
    "maybe_contact": maybe_contact,
    "client_ip": client_ip,
}


def _acting_in(request: AnyRequest) -> Actor:
    scope: Any = request.scope
    actor: Actor = scope[ACTING]
    return actor


async def acting(request: AnyRequest, database: Database, audience: Audience) -> Actor:
    """Return who acts by the request's token or cookie. Raises NotSignedIn or WrongAudience."""
    # Not the framework's headers and cookies, which most requests need for nothing else.
    headers = dict(request.scope["headers"])
    token = token_in(headers.get(b"authorization", b"").decode("latin-1")) or cookie_in(
        headers.get(b"cookie", b"").decode("latin-1"), COOKIES[audience]
    )
    if not token:
        raise NotSignedIn
    claimed = audience_of(token)
    if claimed is None:
        raise NotSignedIn
    if claimed != audience:
        await database.authenticate(token_hash(token), claimed)
        raise WrongAudience(audience="staff" if audience == "staff" else "requesters")
    actor = await database.authenticate(token_hash(token), audience)
    if context := request_context.get():
        context.actor = actor
    return actor


def _is_trusted(address: str, settings: Settings) -> bool:
    return _is_address(address) and any(
        ip_address(address) in network for network in settings.trusted_networks
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
