"""What the network says of a domain: its DNS records and the small files at its addresses, bounded."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

import dns.asyncresolver
import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
import dns.reversename
import httpx

from atum_desk.kernel.name_servers import DnsAway, resolver_for

ANSWER_SECONDS = 5.0
PAGE_SECONDS = 5.0
LARGEST_PAGE_BYTES = 256 * 1024
MOST_REDIRECTS = 3


class Lookups:
    """Asks at the system's resolver or at one server; `http` and `https` are the ports of web pages."""

    def __init__(self, where: str = "system", *, http: int = 80, https: int = 443) -> None:
        """Take "system", "off" or an IP address with or without a port."""
        self._resolver = resolver_for(dns.asyncresolver.Resolver, where, ANSWER_SECONDS)
        self._ports = {"http": http, "https": https}

    async def records(self, name: str, kind: str) -> list[Any]:
        """Return the records of a kind, none when there are none. Raises DnsAway."""
        if self._resolver is None:
            raise DnsAway("DNS is not asked here (ATUM_MAIL_DNS).")
        try:
            return list(await self._resolver.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            return []
        except (dns.resolver.NoNameservers, dns.exception.Timeout, OSError) as error:
            raise DnsAway(f"DNS does not answer for {name}.") from error
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
        return [
            one.target.to_text(omit_final_dot=True) for one in await self.records(reverse, "PTR")
        ]

    async def exchanges(self, domain: str) -> list[str]:
        """Return the mail servers of a domain, the preferred first. Raises DnsAway."""
        found = sorted(await self.records(domain, "MX"), key=lambda one: one.preference)
        return [one.exchange.to_text(omit_final_dot=True).lower() for one in found]

    async def page(self, url: str) -> bytes | None:
        """Return a small file of the web, None when it is not there. Raises DnsAway."""
        for _ in range(MOST_REDIRECTS):
            answer = await self._get(url)
            if answer is None or isinstance(answer, bytes):
                return answer
            url = urljoin(url, answer)
        return None

    async def _get(self, url: str) -> bytes | str | None:
        """Return the file, or where it is said to be now."""
        parts = urlsplit(url)
        if parts.scheme not in self._ports or not parts.hostname:
            return None
        addresses = await self.addresses(parts.hostname)
        if not addresses:
            return None
        host = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
        place = f"{parts.scheme}://{host}:{parts.port or self._ports[parts.scheme]}{parts.path}"
        try:
            async with httpx.AsyncClient(timeout=PAGE_SECONDS, trust_env=False) as web:
                request = web.build_request(
                    "GET", f"{place}?{parts.query}", headers={"Host": parts.hostname},
                    extensions={"sni_hostname": parts.hostname},
                )  # fmt: skip
                answer = await web.send(request, stream=True)
                if answer.is_redirect:
                    return answer.headers.get("location", "")
                return await _bounded(answer) if answer.status_code == 200 else None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            return None


async def _bounded(answer: httpx.Response) -> bytes | None:
    body = b""
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > LARGEST_PAGE_BYTES:
            return None
    return body
