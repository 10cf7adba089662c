"""Which IP addresses are public; every other one is refused unless the operator permits it."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IPAddress = IPv4Address | IPv6Address

# IANA special-purpose registry (RFC 6890), multicast, and the addresses under which clouds answer
# their own machines alone (the last one, of Azure, looks like a public one).
REFUSED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "168.63.129.16/32",
    )
)
# All that is not global unicast is refused (RFC 4291, 2.4), and of that the special purposes:
# Teredo and other protocol assignments, documentation, 6to4.
GLOBAL_UNICAST = IPv6Network("2000::/3")
REFUSED_V6 = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
# RFC 6052: a network without IPv4 reaches all of IPv4 through these.
NAT64 = IPv6Network("64:ff9b::/96")


def parse_address(text: str) -> IPAddress:
    """Return an address without its zone; an IPv4 address written as IPv6 becomes IPv4.

    Raises ValueError for what is no address.
    """
    address = ip_address(text.partition("%")[0])
    return _embedded(address) or address


def is_public(address: IPAddress) -> bool:
    """Tell whether an address belongs to the public internet."""
    address = _embedded(address) or address
    if isinstance(address, IPv4Address):
        return not any(address in network for network in REFUSED_V4)
    return address in GLOBAL_UNICAST and not any(address in network for network in REFUSED_V6)


def is_own(address: IPAddress) -> bool:
    """Tell whether an address is one of this machine's, where no firewall stands between.

    Connecting a datagram socket sends nothing; the system then names the address it would send from.
    """
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.connect((str(address), 9))
            return parse_address(str(sock.getsockname()[0])) == address
    except OSError:
        return False


def _embedded(address: IPAddress) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address leads to (RFC 4291, 2.5.5.2; RFC 6052)."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped
