"""Whether a domain's SPF record lets an address send for it (RFC 7208), as far as a setup check needs it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from atum_desk.fetching.dns_notices import NoNetwork, SpfCount, SpfTooLong
from atum_desk.fetching.lookups import Lookups
from atum_desk.kernel.notices import NoticeError

MOST_LOOKUPS = 10


class SpfBroken(NoticeError):
    """No receiver can make sense of the record; the notice says why."""


class SpfUnclear(Exception):
    """The record holds what only a real mail decides (macros)."""


class Spf:
    """One domain's SPF; `lookups_used` counts against the limit of ten (RFC 7208, 4.6.4)."""

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups
        self.lookups_used = 0

    async def records(self, domain: str) -> list[str]:
        """Return the SPF records of a domain; there should be one. Raises DnsAway."""
        return [
            text
            for text in await self._lookups.texts(domain)
            if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")
        ]

    async def allows(self, domain: str, address: str) -> bool:
        """Tell whether an address may send for a domain.

        Raises SpfBroken, SpfUnclear and DnsAway.
        """
        records = await self.records(domain)
        if len(records) != 1:
            raise SpfBroken(SpfCount(domain, len(records)))
        terms = records[0].split()[1:]
        for term in terms:
            if "%" in term:
                raise SpfUnclear
            sign = term[0] if term[0] in "+-~?" else "+"
            if await self._matches(term.lstrip("+-~?").lower(), domain, ip_address(address)):
                return sign == "+"
        for term in terms:
            if term.lower().startswith("redirect="):
                self._count()
                return await self.allows(term[9:], address)
        return False

    async def _matches(self, term: str, domain: str, ip: IPv4Address | IPv6Address) -> bool:
        name, _, value = term.partition(":")
        if name == "all":
            return True
        if name in ("ip4", "ip6"):
            try:
                return ip in ip_network(value, strict=False)
            except ValueError:
                raise SpfBroken(NoNetwork(term)) from None
        if name == "include":
            self._count()
            return await self.allows(value, str(ip))
        name, _, length = term.partition("/")
        kind, _, host = name.partition(":")
        if kind not in ("a", "mx"):
            return False
        self._count()
        hosts = [host or domain]
        if kind == "mx":
            hosts = (await self._lookups.exchanges(host or domain))[:MOST_LOOKUPS]
        return any([await self._is_of(one, ip, length) for one in hosts])

    async def _is_of(self, host: str, ip: IPv4Address | IPv6Address, length: str) -> bool:
        bits = length.partition("//")[0]
        for address in await self._lookups.addresses(host):
            found = ip_address(address)
            if found.version == ip.version:
                network = f"{address}/{bits}" if bits.isdigit() and found.version == 4 else address
                if ip in ip_network(network, strict=False):
                    return True
        return False

    def _count(self) -> None:
        self.lookups_used += 1
        if self.lookups_used > MOST_LOOKUPS:
            raise SpfBroken(SpfTooLong(MOST_LOOKUPS))
