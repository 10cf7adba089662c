"""Where a request comes from, believing proxies only where they are trusted."""

from __future__ import annotations

from ipaddress import ip_address

from atum_desk.kernel.config.settings import Settings


def client_address(peer: str, forwarded_for: str, settings: Settings) -> str:
    """Return a client's address from its connection's and the X-Forwarded-For header."""
    if not settings.trusted_networks or not _is_trusted(peer, settings):
        return peer or "127.0.0.1"
    for hop in reversed(forwarded_for.split(",")):
        if hop.strip() and not _is_trusted(hop.strip(), settings):
            return hop.strip() if _is_address(hop.strip()) else peer
    return peer


def _is_trusted(address: str, settings: Settings) -> bool:
    return _is_address(address) and any(ip_address(address) in network for network in settings.trusted_networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
