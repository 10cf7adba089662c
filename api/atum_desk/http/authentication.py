"""What routes ask of their request, by the name of a parameter: who acts, and from where."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from atum_desk.http.requests import AnyRequest
from atum_desk.http.session_cookies import token_in
from atum_desk.kernel.client_address import client_address
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor, Audience, audience_of, request_context, token_hash
from atum_desk.kernel.cookies import tokens_in
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import NotSignedIn, Problem

# Where the actor is kept in a request's ASGI scope.
ACTING = "atum_desk.acting"


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
    return client_address(peer, request.headers.get("x-forwarded-for", ""), settings)


async def presented(request: AnyRequest, database: Database, audience: Audience) -> list[Actor]:
    """Return whom each session is of that the request presents and that is open."""
    found = []
    for token in _tokens(request, audience):
        with suppress(NotSignedIn, WrongAudience):
            found.append(await _acting_by(database, token, audience))
    return found


# An answer is the parameter of that name (`dependencies.py`).
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
    """Return whose the first token is that opens something: a stale cookie hides no other.

    Raises NotSignedIn or WrongAudience.
    """
    refused: Problem | None = None
    for token in _tokens(request, audience):
        try:
            actor = await _acting_by(database, token, audience)
        except (NotSignedIn, WrongAudience) as problem:
            refused = problem
            continue
        if context := request_context.get():
            context.actor = actor
        return actor
    raise refused or NotSignedIn


def _tokens(request: AnyRequest, audience: Audience) -> list[str]:
    """Return the bearer token, or else what cookies hold; not by the framework, as few need more."""
    headers = list(request.scope["headers"])
    for name, value in headers:
        if name == b"authorization" and (token := token_in(value.decode("latin-1"))):
            return [token]
    return tokens_in((v.decode("latin-1") for name, v in headers if name == b"cookie"), audience)


async def _acting_by(database: Database, token: str, audience: Audience) -> Actor:
    claimed = audience_of(token)
    if claimed is None:
        raise NotSignedIn
    acting = await database.authenticate(token_hash(token), claimed)
    if claimed != audience:
        raise WrongAudience(audience="staff" if audience == "staff" else "requesters")
    return acting
