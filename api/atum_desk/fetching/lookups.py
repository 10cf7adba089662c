"""What the network says of a domain: its DNS records and the small files at its addresses, bounded."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
import dns.reversename

from atum_desk.fetching.dns_notices import DnsOff, DnsSilent
from atum_desk.kernel.config.name_servers import DnsAway, resolver_for
from atum_desk.kernel.outgoing import web
from atum_desk.kernel.outgoing.rules import PUBLIC_ONLY, OutgoingRules
from atum_desk.kernel.outgoing.web import WebLimits

ANSWER_SECONDS = 5.0
PAGE_LIMITS = WebLimits(seconds=5.0, answer_bytes=256 * 1024, redirects=3, http=True)


class Lookups:
    """Asks at the system's resolver or at one server; `rules` say where connections may lead.

    `http` and `https` are the ports of web pages.
    """

    def __init__(
        self, where: str = "system", rules: OutgoingRules = PUBLIC_ONLY, *, http: int = 80, https: int = 443
    ) -> None:
        """Take "system", "off" or an IP address with or without a port."""
        self.rules = rules
        self._resolver = resolver_for(dns.asyncresolver.Resolver, where, ANSWER_SECONDS)
        self._ports = {"http": http, "https": https}

    async def records(self, name: str, kind: str) -> list[Any]:
        """Return the records of a kind, none when there are none. Raises DnsAway."""
        if self._resolver is None:
            raise DnsAway(DnsOff())
        try:
            return list(await self._resolver.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            return []
        except (dns.resolver.NoNameservers, dns.exception.Timeout, OSError) as error:
            raise DnsAway(DnsSilent(name)) from error
        except (dns.exception.DNSException, UnicodeError):
            # No name that could be asked for.
            return []

    async def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name, each put together. Raises DnsAway."""
        found = await self.records(name, "TXT")
        return [b"".join(one.strings).decode("utf-8", "replace") for one in found]

    async def addresses(self, name: str) -> list[str]:
        """Return the IP addresses of a name. Raises DnsAway."""
        try:
            return [str(ip_address(name))]
        except ValueError:
            pass
        return [one.address for kind in ("A", "AAAA") for one in await self.records(name, kind)]

    async def names(self, address: str) -> list[str]:
        """Return the names of an IP address (PTR). Raises DnsAway."""
        reverse = dns.reversename.from_address(address).to_text()
        return [one.target.to_text(omit_final_dot=True) for one in await self.records(reverse, "PTR")]

    async def exchanges(self, domain: str) -> list[str]:
        """Return the mail servers of a domain, the preferred first. Raises DnsAway."""
        found = sorted(await self.records(domain, "MX"), key=lambda one: one.preference)
        return [one.exchange.to_text(omit_final_dot=True).lower() for one in found]

    async def page(self, url: str) -> bytes | None:
        """Return a small file of the web, None when it is not there. Raises DnsAway."""
        parts = urlsplit(url)
        if parts.scheme not in self._ports or parts.port is not None:
            return None
        usual = {"http": 80, "https": 443}[parts.scheme]
        if self._ports[parts.scheme] != usual:
            url = parts._replace(netloc=f"{parts.netloc}:{self._ports[parts.scheme]}").geturl()
        try:
            answer = await web.request("GET", url, self.rules, PAGE_LIMITS, resolve=self.addresses)
        except OSError:
            return None
        return answer.body if answer.status == 200 else None
