"""Guesses the servers of a mail address and tries which of them answer.

In this order: known providers, the domain's own word (Mozilla's autoconfig), DNS (RFC 6186), and
the names most servers have. What answers stands first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar
from xml.etree import ElementTree

import msgspec

from atum_desk.fetching.lookups import Lookups
from atum_desk.fetching.models import MailServer, Security, SignIn
from atum_desk.fetching.notices import ProviderHint
from atum_desk.fetching.probe import REACH_SECONDS, reach
from atum_desk.fetching.providers import OAuthProvider, Provider, find_provider
from atum_desk.kernel.config.name_servers import DnsAway
from atum_desk.kernel.notices import NoticeRef, Sayable
from atum_desk.kernel.outgoing.rules import OutgoingRules
from atum_desk.outbox.public import relay_trouble

T = TypeVar("T")
Attempt = Callable[[MailServer, OutgoingRules], Awaitable[Sayable | None]]
Found = Literal["known", "autoconfig", "dns", "usual"]
RANK: dict[Found, int] = {"known": 0, "autoconfig": 1, "dns": 2, "usual": 3}
MOST_TRIED = 8
# RFC 6186 and RFC 8314: a record for encrypted connections first.
SERVICES: tuple[tuple[str, Security, bool], ...] = (
    ("_imaps._tcp", "tls", True),
    ("_imap._tcp", "starttls", True),
    ("_submissions._tcp", "tls", False),
    ("_submission._tcp", "starttls", False),
)
USUAL_INCOMING: tuple[tuple[str, int, Security], ...] = (
    ("imap.", 993, "tls"),
    ("mail.", 993, "tls"),
    ("", 993, "tls"),
    ("imap.", 143, "starttls"),
    ("mail.", 143, "starttls"),
)
USUAL_OUTGOING: tuple[tuple[str, int, Security], ...] = (
    ("smtp.", 465, "tls"),
    ("mail.", 465, "tls"),
    ("smtp.", 587, "starttls"),
    ("mail.", 587, "starttls"),
)


class GuessedServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server that may be right, how one signs in there, and why it does not answer (null: it does)."""

    server: MailServer
    username: str
    sign_ins: list[SignIn]
    found: Found
    trouble: str | None = None
    trouble_notice: NoticeRef | None = None


class Guess(msgspec.Struct, kw_only=True):
    """What was found for an address, the best first; `hint` says what its provider wants done first."""

    address: str
    provider: str | None
    hint: str | None
    hint_notice: NoticeRef | None = None
    oauth: OAuthProvider | None
    incoming: list[GuessedServer]
    outgoing: list[GuessedServer]


class _Servers(msgspec.Struct):
    incoming: list[GuessedServer] = []
    outgoing: list[GuessedServer] = []

    def add(self, more: _Servers) -> None:
        self.incoming += more.incoming
        self.outgoing += more.outgoing


async def guess(lookups: Lookups, address: str) -> Guess:
    """Return the servers of an address, those that answer first."""
    domain = address.rpartition("@")[2].lower()
    exchanges = await _quietly(lookups.exchanges(domain)) or []
    provider = find_provider(domain, exchanges)
    servers = _of_provider(provider, address) if provider else _Servers()
    if provider is None:
        told, listed = await asyncio.gather(_autoconfig(lookups, address, domain), _services(lookups, address, domain))
        servers.add(told)
        servers.add(listed)
        servers.add(_usual(address, domain))
    incoming, outgoing = await asyncio.gather(
        _tried(servers.incoming, lookups.rules, reach), _tried(servers.outgoing, lookups.rules, reach_relay)
    )
    hint = ProviderHint(provider.hint) if provider and provider.hint else None
    return Guess(
        address=address,
        provider=provider.name if provider else None,
        hint=hint.text if hint else None,
        hint_notice=hint.ref if hint else None,
        oauth=provider.oauth if provider else None,
        incoming=incoming,
        outgoing=outgoing,
    )


async def reach_relay(server: MailServer, rules: OutgoingRules) -> Sayable | None:
    """Return why a mail relay cannot be reached and encrypted, None when it can."""
    return await relay_trouble(server.host, server.port, server.security, rules, REACH_SECONDS)


async def _tried(servers: list[GuessedServer], rules: OutgoingRules, try_one: Attempt) -> list[GuessedServer]:
    """Try the first few at once; each server stands once, where it was found first."""
    once = list({one.server: one for one in reversed(servers)}.values())
    once.sort(key=lambda one: RANK[one.found])
    tried = once[:MOST_TRIED]
    troubles = await asyncio.gather(*(try_one(one.server, rules) for one in tried))
    told = [
        msgspec.structs.replace(one, trouble=trouble.text, trouble_notice=trouble.ref) if trouble else one
        for one, trouble in zip(tried, troubles, strict=True)
    ]
    return sorted(told, key=lambda one: (one.trouble is not None, RANK[one.found]))


def _of_provider(provider: Provider, address: str) -> _Servers:
    def made(server: MailServer) -> GuessedServer:
        return GuessedServer(server=server, username=address, sign_ins=list(provider.sign_ins), found="known")

    return _Servers([made(provider.incoming)], [made(provider.outgoing)])


async def _services(lookups: Lookups, address: str, domain: str) -> _Servers:
    servers = _Servers()
    for name, security, comes_in in SERVICES:
        records = await _quietly(lookups.records(f"{name}.{domain}", "SRV")) or []
        for record in sorted(records, key=lambda one: (one.priority, -one.weight))[:2]:
            host = record.target.to_text(omit_final_dot=True)
            # A lone dot says that there is none (RFC 6186, 3.4).
            if host not in ("", "."):
                one = _found(MailServer(host, record.port, security), address, "dns")
                (servers.incoming if comes_in else servers.outgoing).append(one)
    return servers


async def _autoconfig(lookups: Lookups, address: str, domain: str) -> _Servers:
    for url in (
        f"https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={address}",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
        f"http://autoconfig.{domain}/mail/config-v1.1.xml",
    ):
        page = await _quietly(lookups.page(url))
        if page and (servers := read_autoconfig(page, address)):
            return servers
    return _Servers()


def read_autoconfig(page: bytes, address: str) -> _Servers | None:
    """Return the servers that an autoconfig file names, None when it is none.

    Form: https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat
    """
    # What defines entities could grow without end, and no such file needs any.
    if b"<!" in page.replace(b"<!--", b""):
        return None
    try:
        root = ElementTree.fromstring(page)
    except (ElementTree.ParseError, ValueError, LookupError):
        return None
    servers = _Servers(
        [
            one
            for node in root.iter("incomingServer")
            if node.get("type") == "imap"
            for one in _server_of(node, address)
        ],
        [
            one
            for node in root.iter("outgoingServer")
            if node.get("type") == "smtp"
            for one in _server_of(node, address)
        ],
    )
    return servers if servers.incoming else None


def _server_of(node: ElementTree.Element, address: str) -> list[GuessedServer]:
    host, port = _filled(node, "hostname", address), _filled(node, "port", address)
    kinds: dict[str, Security] = {"SSL": "tls", "STARTTLS": "starttls"}
    security = kinds.get(_filled(node, "socketType", address))
    if not host or not port.isdigit() or not 0 < int(port) < 65536 or security is None:
        return []
    ways = [(each.text or "").strip() for each in node.iter("authentication")]
    sign_ins: list[SignIn] = ["oauth2"] if "OAuth2" in ways else []
    if not ways or any(way.startswith("password") for way in ways):
        sign_ins.append("password")
    username = _filled(node, "username", address) or address
    return [
        GuessedServer(
            server=MailServer(host[:255], int(port), security),
            username=username[:320],
            sign_ins=sign_ins or ["password"],
            found="autoconfig",
        )
    ]


def _filled(node: ElementTree.Element, name: str, address: str) -> str:
    local, _, domain = address.rpartition("@")
    text = (node.findtext(name) or "").strip()
    for place, value in (("%EMAILADDRESS%", address), ("%EMAILLOCALPART%", local), ("%EMAILDOMAIN%", domain)):
        text = text.replace(place, value)
    return text


def _usual(address: str, domain: str) -> _Servers:
    def made(names: tuple[tuple[str, int, Security], ...]) -> list[GuessedServer]:
        return [
            _found(MailServer(f"{name}{domain}", port, security), address, "usual") for name, port, security in names
        ]

    return _Servers(made(USUAL_INCOMING), made(USUAL_OUTGOING))


def _found(server: MailServer, address: str, found: Found) -> GuessedServer:
    return GuessedServer(server=server, username=address, sign_ins=["password"], found=found)


async def _quietly(asking: Awaitable[T]) -> T | None:
    """Return what a lookup found, None while DNS is away: a guess does without."""
    try:
        return await asking
    except DnsAway:
        return None
