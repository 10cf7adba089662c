"""Who may open a connection: the page it comes from, and the session it carries."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers

from atum_desk.kernel.context import Actor, Audience, audience_of, token_hash
from atum_desk.kernel.cookies import COOKIES, tokens_in
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.own_addresses import OwnAddresses
from atum_desk.kernel.problems import NotSignedIn


def is_own_page(headers: Headers, own: OwnAddresses) -> bool:
    """Tell whether a request comes from a page of ours, or from no page at all.

    A browser always names the page's origin: scheme, host and port must be ours. A page that
    another program on this machine serves, at another port, is a foreign one.
    """
    origins = headers.get_all("Origin")
    if not origins:
        return True
    return len(origins) == 1 and own.is_own_origin(origins[0], host_of(headers))


def host_of(headers: Headers) -> str:
    """Return the host a request names; empty when it names none, or several."""
    named = headers.get_all("Host")
    return named[0] if len(named) == 1 else ""


def find_cookie_tokens(path: str, headers: Headers) -> list[str]:
    """Return the session tokens a browser sent with its request, the likeliest first.

    Who is signed in both as staff and as a contact says which with `?audience=contact`.
    """
    wanted = parse_qs(urlsplit(path).query).get("audience", ["staff"])[0]
    audiences: list[Audience] = sorted(COOKIES, key=lambda one: one != wanted)
    cookies = headers.get_all("Cookie")
    return [token for one in audiences for token in tokens_in(cookies, one)]


async def identify(database: Database, tokens: list[str]) -> Actor:
    """Return whose session the first token is that opens one, asking the database.

    Raises NotSignedIn when none does.
    """
    for token in tokens:
        if (audience := audience_of(token)) is None:
            continue
        hashed = token_hash(token)
        # A remembered actor may have been signed out by another process.
        database.forget(hashed)
        try:
            actor = await database.authenticate(hashed, audience)
        except NotSignedIn:
            continue
        if actor.audience == audience:
            return actor
    raise NotSignedIn
