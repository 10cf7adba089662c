"""Opens every connection whose target a person or a foreign server chose (docs/outgoing-connections.md).

A name is resolved once, every address is checked against the rules, and the connection is made to a
checked address, never to the name again: a name server that answers anew changes nothing.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

from atum_desk.kernel.notices import NoticeError
from atum_desk.kernel.outgoing.addresses import parse_address
from atum_desk.kernel.outgoing.notices import LedElsewhere, NameUnknown, NoAddressLeft, NoServerName
from atum_desk.kernel.outgoing.rules import OutgoingRefused, OutgoingRules, Purpose

MAX_ADDRESSES = 32
# How many addresses of a name are tried, each for an equal share of the time that is left.
MAX_TRIED = 4
MAX_HOST_CHARACTERS = 253

Resolve = Callable[[str], Awaitable[list[str]]]


class NameNotFound(NoticeError, OSError):
    """The name has no address."""


def resolve_blocking(host: str) -> list[str]:
    """Return the addresses of a name as the system knows them. Raises OSError."""
    _require_host(host)
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise NameNotFound(NameUnknown(host)) from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))[:MAX_ADDRESSES]


async def resolve_system(host: str) -> list[str]:
    """Return the addresses of a name as the system knows them. Raises OSError."""
    return await asyncio.to_thread(resolve_blocking, host)


async def checked_addresses(
    host: str, port: int, purpose: Purpose, rules: OutgoingRules, resolve: Resolve = resolve_system
) -> list[str]:
    """Return the addresses of a host, all of which may be reached. Raises OSError, OutgoingRefused."""
    _require_host(host)
    return _checked(host, port, purpose, rules, await resolve(host))


async def dial(host: str, port: int, purpose: Purpose, rules: OutgoingRules, seconds: float) -> socket.socket:
    """Return a connected, non-blocking socket. Raises OSError, TimeoutError, OutgoingRefused."""
    async with asyncio.timeout(seconds):
        addresses = await checked_addresses(host, port, purpose, rules)
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + seconds
        failure: OSError | None = None
        for left, address in _countdown(addresses):
            sock, place = _prepared(address, port)
            try:
                async with asyncio.timeout((ends_at - loop.time()) / left):
                    await loop.sock_connect(sock, place)
                _require_peer(sock, address)
            except OSError as error:
                sock.close()
                failure = error
            except BaseException:
                sock.close()
                raise
            else:
                return sock
    raise failure or NameNotFound(NameUnknown(host))


def checked_addresses_blocking(host: str, port: int, purpose: Purpose, rules: OutgoingRules) -> list[str]:
    """Return the addresses of a host, all of which may be reached; for threads.

    Raises OSError, OutgoingRefused.
    """
    return _checked(host, port, purpose, rules, resolve_blocking(host))


def connect_blocking(addresses: list[str], port: int, seconds: float) -> socket.socket:
    """Return a blocking socket connected to one of the checked addresses; for threads.

    Raises OSError; what is read from the socket may take `seconds`, too.
    """
    ends_at = time.monotonic() + seconds
    failure: OSError | None = None
    for left, address in _countdown(addresses):
        sock, place = _prepared(address, port)
        try:
            sock.settimeout(max((ends_at - time.monotonic()) / left, 0.1))
            sock.connect(place)
            sock.settimeout(seconds)
            _require_peer(sock, address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure or NameNotFound(NoAddressLeft())


def require_peer_address(address: str, peer: str) -> None:
    """Raise OutgoingRefused when a connection ended elsewhere than at the checked address."""
    if parse_address(peer) != parse_address(address):
        raise OutgoingRefused(LedElsewhere())


def _checked(host: str, port: int, purpose: Purpose, rules: OutgoingRules, addresses: list[str]) -> list[str]:
    if not addresses:
        raise NameNotFound(NameUnknown(host))
    rules.require(host, addresses, port, purpose)
    return addresses[:MAX_TRIED]


def _prepared(address: str, port: int) -> tuple[socket.socket, Any]:
    """Return a socket and where it is to connect to."""
    bare, _, zone = address.partition("%")
    place: Any = (bare, port)
    family = socket.AF_INET
    if ":" in bare:
        scope = int(zone) if zone.isdigit() else socket.if_nametoindex(zone) if zone else 0
        family, place = socket.AF_INET6, (bare, port, 0, scope)
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    return sock, place


def _require_peer(sock: socket.socket, address: str) -> None:
    require_peer_address(address, str(sock.getpeername()[0]))


def _require_host(host: str) -> None:
    if not host or len(host) > MAX_HOST_CHARACTERS or any(c.isspace() or c == "\0" for c in host):
        raise NameNotFound(NoServerName())


def _countdown(addresses: list[str]) -> list[tuple[int, str]]:
    """Return each address with how many are left to try, itself included."""
    return [(len(addresses) - place, address) for place, address in enumerate(addresses)]
