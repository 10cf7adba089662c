"""Which connections of senders stay: nobody's may keep the others out.

Each address and each network has a limit, a share of all places is for the trusted relays, and when
the rest is taken a newcomer displaces the least useful connection of whoever holds the most.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

MAX_CONNECTIONS = 500
# Of all places, those that only trusted relays and the local socket may take.
RESERVED_CONNECTIONS = 50
MAX_CONNECTIONS_OF_RELAY = 100
MAX_CONNECTIONS_OF_ADDRESS = 20
MAX_CONNECTIONS_OF_NETWORK = 50
# Where everybody holds as little as a newcomer, only one that was of no use for so long must go.
USELESS_SECONDS = 30.0
LOCAL = "local"
DISPLACED = b"421 4.3.2 Another sender needs the connection; try again later\r\n"
ENDING = b"421 4.3.2 The desk restarts; try again soon\r\n"

Networks = Sequence[IPv4Network | IPv6Network]


class OpenConnection:
    """A connection that was let in. `drop` ends it and tells why.

    While it is `receiving` its mail comes in, while it is `busy` that is being kept.
    """

    def __init__(self, peer: str, trusted: bool, drop: Callable[[bytes], None]) -> None:
        self.address, self.network = _groups(peer)
        self.trusted = trusted
        self.drop = drop
        self.receiving = False
        self.busy = False
        self.useful_at = time.monotonic()

    def was_useful(self) -> None:
        """Note that a mail was kept just now."""
        self.useful_at = time.monotonic()


class ConnectionLimits:
    """All open connections of a listener."""

    def __init__(self, trusted: Networks) -> None:
        self._trusted = trusted
        self._open: set[OpenConnection] = set()
        self._of_address: Counter[str] = Counter()
        self._of_network: Counter[str] = Counter()
        self._strangers = 0
        self._empty = asyncio.Event()
        self._empty.set()

    def trusts(self, peer: str) -> bool:
        """Tell whether a peer is a relay of our own or sits on this machine."""
        if peer == LOCAL:
            return True
        address = ip_address(peer.partition("%")[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self._trusted)

    def admit(self, peer: str, drop: Callable[[bytes], None]) -> OpenConnection | None:
        """Let a peer in, at the cost of another where it must be; None when there is no place for it."""
        newcomer = OpenConnection(peer, self.trusts(peer), drop)
        if not self._is_within_limits(newcomer):
            return None
        strangers_full = self._strangers >= MAX_CONNECTIONS - RESERVED_CONNECTIONS
        if len(self._open) >= MAX_CONNECTIONS or (strangers_full and not newcomer.trusted):
            displaced = self._least_useful(newcomer)
            if displaced is None:
                return None
            self.leave(displaced)
            displaced.drop(DISPLACED)
        self._open.add(newcomer)
        self._empty.clear()
        self._of_address[newcomer.address] += 1
        self._of_network[newcomer.network] += 1
        self._strangers += not newcomer.trusted
        return newcomer

    async def emptied(self, seconds: float) -> None:
        """Return when no connection is open any more, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._empty.wait()

    def end_idle(self) -> None:
        """End all connections but those whose mail comes in or is being kept."""
        for one in [one for one in self._open if not (one.receiving or one.busy)]:
            self.leave(one)
            one.drop(ENDING)

    def leave(self, gone: OpenConnection) -> None:
        """Forget a connection, once."""
        if gone not in self._open:
            return
        self._open.remove(gone)
        for counts, group in ((self._of_address, gone.address), (self._of_network, gone.network)):
            counts[group] -= 1
            if counts[group] <= 0:
                del counts[group]
        self._strangers -= not gone.trusted
        if not self._open:
            self._empty.set()

    def _is_within_limits(self, newcomer: OpenConnection) -> bool:
        of_address = self._of_address[newcomer.address]
        if newcomer.trusted:
            return of_address < MAX_CONNECTIONS_OF_RELAY
        of_network = self._of_network[newcomer.network]
        return of_address < MAX_CONNECTIONS_OF_ADDRESS and of_network < MAX_CONNECTIONS_OF_NETWORK

    def _least_useful(self, newcomer: OpenConnection) -> OpenConnection | None:
        """Return the connection that makes room, None when none may be displaced."""
        held_by_newcomer = 0 if newcomer.trusted else self._of_network[newcomer.network] + 1
        useless_since = time.monotonic() - USELESS_SECONDS
        candidates = [
            one
            for one in self._open
            if not one.trusted
            and not one.busy
            and (self._of_network[one.network] > held_by_newcomer or one.useful_at < useless_since)
        ]
        return min(candidates, key=lambda one: (-self._of_network[one.network], one.useful_at), default=None)


def _groups(peer: str) -> tuple[str, str]:
    """Return whose address and whose network a peer is of.

    Behind one IPv6 subscriber stand a /64 of addresses and up to a /48 of those.
    """
    if peer == LOCAL:
        return LOCAL, LOCAL
    address = ip_address(peer.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    sizes = (64, 48) if isinstance(address, IPv6Address) else (32, 24)
    group, network = (f"{address}/{size}" for size in sizes)
    if isinstance(address, IPv6Address):
        return str(IPv6Network(group, strict=False)), str(IPv6Network(network, strict=False))
    return group, str(IPv4Network(network, strict=False))
