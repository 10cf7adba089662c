"""Under which names this installation answers, and which pages are its own.

A page elsewhere can point its own name at this machine (DNS rebinding) and would then be of one
origin with us. It can do that with a name only: an IP address in the Host header is what the
browser really asked.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.problems import Problem

LONGEST_HOST = 300
REMEMBERED_HOSTS = 1000
_DEFAULT_PORTS = {"http": 80, "https": 443}


class UnknownHost(Problem):
    """This server does not answer under the name {host}. Open {address} instead,
    or let an administrator add the name to ATUM_ALLOWED_HOSTS."""

    status = 421
    code = "unknown_host"


class OwnAddresses:
    """Tells own hosts and origins from foreign ones, by the settings."""

    def __init__(self, settings: Settings) -> None:
        self._public = urlsplit(settings.web_url)
        self.origin = origin_of(settings.web_url)
        further = [name.strip().lower() for name in settings.allowed_hosts.split(",")]
        self._origins = {self.origin} | {f"{self._public.scheme}://{name}" for name in further if name}
        # Without a proxy before us a browser names any of this machine's names, with our own port.
        self._direct = self._public.port in (settings.api_port, settings.web_port)
        self._names = {
            *(_hostname(name) for name in further if name),
            (self._public.hostname or "localhost").lower(),
            settings.bind.lower(),
            socket.gethostname().lower(),
        }
        self._known: set[str] = set()

    def require_host(self, host: str) -> None:
        """Raise UnknownHost unless a Host header names this installation."""
        if host in self._known:
            return
        if not self._is_own(_hostname(host)):
            raise UnknownHost(host=host[:100], address=self.origin)
        if len(self._known) < REMEMBERED_HOSTS:
            self._known.add(host)

    def is_own_origin(self, origin: str, host: str) -> bool:
        """Tell whether an Origin header names a page of ours: scheme, host and port.

        That is the public address, or one that the settings add; and where nothing stands before
        us, the host that the request went to, at the port that serves the pages.
        """
        if origin in self._origins:
            return True
        page = _parsed(origin)
        if not self._direct or page is None or page.scheme != self._public.scheme:
            return False
        name = (page.hostname or "").lower()
        same_port = _port(page) == _port(self._public)
        return same_port and name == _hostname(host) and self._is_own(name)

    def _is_own(self, name: str) -> bool:
        if name in self._names or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True


def origin_of(url: str) -> str:
    """Return the origin of an address, as a browser writes it."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    named = port is not None and port != _DEFAULT_PORTS.get(parts.scheme)
    return f"{parts.scheme}://{host}:{port}" if named else f"{parts.scheme}://{host}"


def _hostname(host: str) -> str:
    """Return the name in a Host header, lower case and without its port; empty when it is none."""
    if len(host) > LONGEST_HOST or not host.isascii() or any(c in host for c in "/?#@\\ "):
        return ""
    parts = _parsed(f"http://{host}")
    return (parts.hostname or "").lower() if parts else ""


def _parsed(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    bare = not (parts.path or parts.query or parts.fragment or parts.username)
    return parts if bare and parts.scheme in _DEFAULT_PORTS else None


def _port(parts: SplitResult) -> int | None:
    return parts.port or _DEFAULT_PORTS.get(parts.scheme)
