"""A DNS server on loopback that knows what a test tells it."""

from __future__ import annotations

import asyncio
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class NameServer(asyncio.DatagramProtocol):
    """Answers over UDP; `records` are by (name, type), `silent` answers nothing."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.silent = False
        self.asked: list[tuple[str, str]] = []
        self._transport: Any = None

    async def start(self) -> str:
        """Listen; return where."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        return f"127.0.0.1:{self._transport.get_extra_info('sockname')[1]}"

    def stop(self) -> None:
        self._transport.close()

    def knows(self, name: str, kind: str, *values: str) -> None:
        """Know records; texts are quoted here."""
        told = [f'"{value}"' for value in values] if kind == "TXT" else list(values)
        self.records[name, kind] = told

    def datagram_received(self, data: bytes, peer: Any) -> None:
        if self.silent:
            return
        question = dns.message.from_wire(data)
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        [asked] = question.question
        name, kind = asked.name.to_text(omit_final_dot=True).lower(), asked.rdtype.name
        self.asked.append((name, kind))
        if values := self.records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *values))
        elif not any(known == name for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(answer.to_wire(), peer)
