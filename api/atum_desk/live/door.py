"""Who may open a connection: the page it comes from, and the session it carries."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers

from atum_desk.kernel.context import Actor, Audience, audience_of, token_hash
from atum_desk.kernel.db import Database
from atum_desk.kernel.problems import NotSignedIn

COOKIE_BY_AUDIENCE: dict[Audience, str] = {"staff": "atum_staff", "contact": "atum_contact"}


def is_own_page(headers: Headers, web_url: str) -> bool:
    """Tell whether a request comes from a page of ours, or from no page at all.

    A browser always names the page's origin. Its host must be the one the request went to (the
    port may be another) or the public address.
    """
    origins = headers.get_all("Origin")
    if not origins:
        return True
    if len(origins) > 1:
        return False
    page = urlsplit(origins[0])
    if page.scheme not in ("http", "https") or not page.hostname:
        return False
    if origins[0] == origin_of(web_url):
        return True
    return page.hostname == urlsplit(f"//{headers.get('Host', '')}").hostname


def origin_of(url: str) -> str:
    """Return the origin of an address, as a browser writes it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def find_cookie_token(path: str, headers: Headers) -> str | None:
    """Return the session token a browser sent with its request.

    Who is signed in both as staff and as a contact says which with `?audience=contact`.
    """
    cookies: SimpleCookie = SimpleCookie()
    try:
        for header in headers.get_all("Cookie"):
            cookies.load(header)
    except CookieError:
        return None
    wanted = parse_qs(urlsplit(path).query).get("audience", ["staff"])[0]
    names = sorted(COOKIE_BY_AUDIENCE.items(), key=lambda item: item[0] != wanted)
    return next((cookies[name].value for _audience, name in names if name in cookies), None)


async def identify(database: Database, token: str) -> Actor:
    """Return whose session a token opens, asking the database; raises NotSignedIn."""
    audience = audience_of(token)
    if audience is None:
        raise NotSignedIn
    hashed = token_hash(token)
    # A remembered actor may have been signed out by another process.
    database.forget(hashed)
    actor = await database.authenticate(hashed, audience)
    if actor.audience != audience:
        raise NotSignedIn
    return actor
