"""Asks DNS about senders, in a thread: answers are remembered, and silence ends the asking for a while."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import dns.exception
import dns.resolver

from atum_desk.kernel.config.name_servers import DnsAway, resolver_for
from atum_desk.kernel.notices import Foreign

ANSWER_SECONDS = 4.0
REMEMBERED_ANSWERS = 20_000
# Filing goes on without DNS: nobody waits for a network that is not there.
SILENT_QUESTIONS = 3
SILENCE_SECONDS = 60.0


class Resolver:
    """Looks names up at the system's resolver or at one server; safe to use from several threads."""

    def __init__(self, where: str = "system") -> None:
        """Take "system", "off" or an IP address with or without a port."""
        self._resolver = resolver_for(dns.resolver.Resolver, where, ANSWER_SECONDS)
        if self._resolver:
            self._resolver.cache = dns.resolver.LRUCache(REMEMBERED_ANSWERS)
        self._silent = 0
        self._silent_until = 0.0

    def is_silent(self) -> bool:
        """Tell whether nobody is asked just now, so that looking a name up takes no time."""
        return self._resolver is None or time.monotonic() < self._silent_until

    def texts(self, name: str) -> list[bytes]:
        """Return the TXT records of a name, each put together. Raises DnsAway."""
        return [b"".join(one.strings) for one in self.records(name, "TXT")]

    def records(self, name: str, kind: str) -> list[Any]:
        """Return the records of a kind, none when there are none. Raises DnsAway."""
        if self._resolver is None or self.is_silent():
            raise DnsAway(Foreign("DNS is not asked"))
        try:
            answer = list(self._resolver.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            answer = []
        except dns.resolver.NoNameservers as error:
            raise DnsAway(Foreign(str(error))) from error
        except (dns.exception.Timeout, OSError) as error:
            self._count_silence()
            raise DnsAway(Foreign(str(error))) from error
        except dns.exception.DNSException:
            # No name that could be asked for.
            return []
        self._silent = 0
        return answer

    def _count_silence(self) -> None:
        self._silent += 1
        if self._silent >= SILENT_QUESTIONS:
            self._silent, self._silent_until = 0, time.monotonic() + SILENCE_SECONDS


@cache
def resolver_at(where: str) -> Resolver:
    """Return the process's resolver for a setting."""
    return Resolver(where)
