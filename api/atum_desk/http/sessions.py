"""Session cookies, and the live service's address as a browser with such a cookie reaches it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from litestar.datastructures import Cookie

from atum_desk.kernel.settings import Settings

# Two names, so that an agent can look at the portal with the other hand.
STAFF_COOKIE = "atum_staff"
CONTACT_COOKIE = "atum_contact"


def token_in(authorization: str) -> str | None:
    """Return the bearer token of an Authorization header, None when it holds something else."""
    kind, _, token = authorization.partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def cookie_in(header: str, name: str) -> str | None:
    """Return a session's token of a Cookie header; tokens have no character that would be quoted."""
    for pair in header.split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return value
    return None


def session_cookie(name: str, token: str, lifetime: timedelta, settings: Settings) -> Cookie:
    """Return a session's cookie: out of scripts' reach, sent to this site only, Secure under TLS."""
    return Cookie(
        key=name, value=token, max_age=int(lifetime.total_seconds()), httponly=True, samesite="lax",
        secure=settings.web_url.startswith("https://"), path="/",
    )  # fmt: skip


def live_address(host_header: str, settings: Settings) -> str:
    """Return where the live service is for this browser.

    Behind a proxy it is the public address. Reached without one, it is at the host that the
    browser names, so that the cookie goes along: at the live port, or at the web port where that
    is a port of its own and passes `/ws/` on.
    """
    public = urlsplit(settings.web_url)
    if public.port not in (settings.api_port, settings.web_port):
        return settings.live_url
    host = urlsplit(f"//{host_header}").hostname or public.hostname or "localhost"
    port = settings.live_port if public.port == settings.api_port else public.port
    scheme = "wss" if public.scheme == "https" else "ws"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}/ws/"
