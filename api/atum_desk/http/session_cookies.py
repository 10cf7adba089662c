"""Session cookies, and the live service's address as a browser with such a cookie reaches it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from litestar.datastructures import Cookie

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.cookies import CONTACT_COOKIE, HOST_PREFIX, STAFF_COOKIE

__all__ = ["CONTACT_COOKIE", "STAFF_COOKIE", "ended_cookies", "live_address", "session_cookies", "token_in"]


def token_in(authorization: str) -> str | None:
    """Return the bearer token of an Authorization header, None when it holds something else."""
    kind, _, token = authorization.partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def session_cookies(name: str, token: str, lifetime: timedelta, settings: Settings) -> list[Cookie]:
    """Return a session's cookies: out of scripts' reach, sent to this site only.

    Under TLS it is one that no other host can set, and beside it the one that the release before
    this one reads, so that taking a release back signs nobody out (ADR 0019).
    """
    secure = settings.web_url.startswith("https://")
    names = (f"{HOST_PREFIX}{name}", name) if secure else (name,)
    return [
        Cookie(
            key=one,
            value=token,
            max_age=int(lifetime.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=secure,
            path="/",
        )
        for one in names
    ]


def ended_cookies(name: str, settings: Settings) -> list[Cookie]:
    """Return what makes a browser forget a session under each of its names."""
    return session_cookies(name, "", timedelta(0), settings)


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
