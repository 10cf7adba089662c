"""A DNS server on loopback that answers from a table, and signed mail that its table vouches for."""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import dkim
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

Records = dict[tuple[str, str], list[str]]


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        wire, socket = self.request
        server: Names = self.server.names  # type: ignore[attr-defined]
        question = dns.message.from_wire(wire)
        asked = question.question[0]
        name, kind = str(asked.name).rstrip(".").lower(), asked.rdtype.name
        server.asked.append((name, kind))
        if server.silent:
            return
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        if records := server.records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *records))
        elif not any(known == name for known, _ in server.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        socket.sendto(answer.to_wire(), self.client_address)


class Names:
    """The server: `records` by name and kind, what was `asked`, and whether it stays `silent`."""

    def __init__(self) -> None:
        self.records: Records = {}
        self.asked: list[tuple[str, str]] = []
        self.silent = False
        self._server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), _Handler)
        self._server.names = self  # type: ignore[attr-defined]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[Names]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def text(self, name: str, value: str) -> None:
        """Publish a TXT record, in pieces as long ones are."""
        pieces = [value[at : at + 200] for at in range(0, len(value), 200)]
        self.records.setdefault((name, "TXT"), []).append(" ".join(f'"{one}"' for one in pieces))


class Signer:
    """A domain's DKIM key."""

    def __init__(self, domain: str, names: Names) -> None:
        self.domain = domain
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        names.text(f"desk._domainkey.{domain}", f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}")

    def sign(self, message: EmailMessage | bytes, **options: object) -> bytes:
        """Return a mail with the domain's signature on top."""
        raw = message if isinstance(message, bytes) else message.as_bytes()
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        return dkim.sign(raw, b"desk", self.domain.encode(), pem, **options) + raw
