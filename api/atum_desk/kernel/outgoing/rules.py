"""Where connections may go: the public internet on the usual ports, and what the operator permits.

The permitted targets are `ATUM_OUTGOING_ALLOW`; docs/outgoing-connections.md has the reasons.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal

import msgspec

from atum_desk.kernel.notices import NoticeError
from atum_desk.kernel.outgoing.addresses import is_own, is_public, parse_address
from atum_desk.kernel.outgoing.notices import PortRefused, PrivatePlace

Purpose = Literal["smtp", "imap", "https", "http"]
USUAL_PORTS: dict[Purpose, tuple[int, ...]] = {
    "smtp": (25, 465, 587, 2525),
    "imap": (143, 993),
    "https": (443,),
    "http": (80,),
}
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"^(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*$")
_WITH_PORT = re.compile(r"^(\[(?P<six>[^\]]+)\]|(?P<other>[^\[\]:]+))(:(?P<port>\*|[0-9]{1,5}))?$")


class OutgoingRefused(NoticeError, OSError):
    """A target may not be reached from here; the notice is for people.

    It is the same whatever listens there and whichever range it is in.
    """


class AllowedTarget(msgspec.Struct, frozen=True):
    """A network or a host name that the operator permits, on the usual ports, one port or all (0)."""

    network: IPv4Network | IPv6Network | None = None
    host: str | None = None
    port: int | None = None

    def covers(self, host: str, address: str, port: int, purpose: Purpose) -> bool:
        """Tell whether a connection to this address of this host is permitted."""
        if self.port is None and port not in USUAL_PORTS[purpose]:
            return False
        if self.port and self.port != port:
            return False
        if self.host is not None:
            return self.host == host
        return self.network is not None and parse_address(address) in self.network


class OutgoingRules(msgspec.Struct, frozen=True):
    """What is permitted beyond the public internet and the usual ports."""

    allowed: tuple[AllowedTarget, ...] = ()

    def require(self, host: str, addresses: list[str], port: int, purpose: Purpose) -> None:
        """Raise OutgoingRefused unless every address of a host may be reached.

        One refused address refuses the host: a name that leads to both worlds is a trap or an error.
        """
        name = plain_host(host)
        others = [
            parse_address(address)
            for address in addresses
            if not any(one.covers(name, address, port, purpose) for one in self.allowed)
        ]
        if not all(is_public(address) and not is_own(address) for address in others):
            raise OutgoingRefused(PrivatePlace(name))
        if others and port not in USUAL_PORTS[purpose]:
            raise OutgoingRefused(PortRefused(port, list(map(str, USUAL_PORTS[purpose]))))


PUBLIC_ONLY = OutgoingRules()


def plain_host(host: str) -> str:
    """Return a host name as it is compared: small letters, no brackets, no dot at the end."""
    return host.strip().strip("[]").rstrip(".").lower()


def permitting(host: str, port: int) -> OutgoingRules:
    """Return rules for one server that the operator named in a setting of its own."""
    return OutgoingRules((AllowedTarget(host=plain_host(host), port=port),))


def parse_allow_list(given: str) -> tuple[AllowedTarget, ...]:
    """Return the targets of a list separated by commas. Raises ValueError.

    A target is a network, an IP address or a host name, alone (the usual ports), with `:port` or
    with `:*` (every port). An IPv6 address with a port stands in brackets.
    """
    return tuple(_target(part.strip()) for part in given.split(",") if part.strip())


def _target(text: str) -> AllowedTarget:
    if text.count(":") > 1 and not text.startswith("["):
        return AllowedTarget(network=ip_network(text, strict=False))
    match = _WITH_PORT.match(text)
    if match is None:
        raise ValueError(text)
    place = match["six"] or match["other"]
    port = None if match["port"] is None else 0 if match["port"] == "*" else int(match["port"])
    if port is not None and (port > 65535 or (port == 0 and match["port"] != "*")):
        raise ValueError(text)
    try:
        return AllowedTarget(network=ip_network(place, strict=False), port=port)
    except ValueError:
        if match["six"] or not _HOST.match(place.lower().rstrip(".")):
            raise
    # A name of digits alone is no name but an address in another notation.
    if re.fullmatch(r"(0x[0-9a-f]+|[0-9]+)(\.(0x[0-9a-f]+|[0-9]+))*", place.lower()):
        raise ValueError(text)
    return AllowedTarget(host=plain_host(place), port=port)
