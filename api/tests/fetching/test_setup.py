"""Setting a mailbox up: its servers are guessed and tried, its domain's DNS is checked, a mail goes round."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from dovecot import USER, Dovecot
from fetching_desk import FetchingDesk
from name_server import NameServer

from atum_desk.fetching.dns_check import DnsItem, SignedWith, check_domain
from atum_desk.fetching.guess_servers import guess, read_autoconfig
from atum_desk.fetching.lookups import Lookups
from atum_desk.fetching.providers import BY_DOMAIN, GOOGLE, MICROSOFT, find_provider
from desk import Desk
from free_ports import free_port
from local_rules import LOCAL

FILE = """<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="shop.example">
  <incomingServer type="pop3"><hostname>127.0.0.1</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
  <incomingServer type="imap">
    <hostname>127.0.0.1</hostname><port>{port}</port><socketType>SSL</socketType>
    <username>%EMAILLOCALPART%</username><authentication>OAuth2</authentication><authentication>password-cleartext</authentication>
  </incomingServer>
  <outgoingServer type="smtp">
    <hostname>127.0.0.1</hostname><port>587</port><socketType>STARTTLS</socketType>
    <username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication>
  </outgoingServer>
</emailProvider></clientConfig>
"""


@pytest.fixture
async def name_server() -> AsyncIterator[tuple[NameServer, str]]:
    server = NameServer()
    where = await server.start()
    yield server, where
    server.stop()


@pytest.fixture
def web() -> Iterator[tuple[dict[str, bytes], int]]:
    """A web server; its pages by host and path."""
    pages: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = self.headers["Host"].partition(":")[0]
            page = pages.get(f"{host}{self.path.partition('?')[0]}")
            self.send_response(200 if page is not None else 404)
            self.end_headers()
            self.wfile.write(page or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield pages, server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


async def test_the_domains_own_word_is_found_and_what_answers_stands_first(
    dovecot: Dovecot, name_server: tuple[NameServer, str], web: tuple[dict[str, bytes], int]
) -> None:
    dns, where = name_server
    pages, port = web
    dns.knows("autoconfig.shop.localhost", "A", "127.0.0.1")
    pages["autoconfig.shop.localhost/mail/config-v1.1.xml"] = FILE.format(port=dovecot.tls_port).encode()
    lookups = Lookups(where, LOCAL, http=port, https=free_port())
    found = await guess(lookups, "Help@shop.localhost")
    best = found.incoming[0]
    assert (best.found, best.trouble, best.username) == ("autoconfig", None, "Help")
    assert (best.server.host, best.server.port, best.server.security) == ("127.0.0.1", dovecot.tls_port, "tls")
    assert best.sign_ins == ["oauth2", "password"]
    # The usual names were tried as well and do not answer; the relay does not either.
    assert all(one.trouble for one in found.incoming[1:])
    assert found.outgoing[0].trouble


async def test_dns_names_the_servers(dovecot: Dovecot, name_server: tuple[NameServer, str]) -> None:
    dns, where = name_server
    dns.knows("_imaps._tcp.shop.localhost", "SRV", f"0 1 {dovecot.tls_port} localhost.")
    dns.knows("_imap._tcp.shop.localhost", "SRV", "0 0 0 .")
    dns.knows("_submissions._tcp.shop.localhost", "SRV", "0 1 465 localhost.")
    found = await guess(Lookups(where, LOCAL, http=free_port(), https=free_port()), "help@shop.localhost")
    assert (found.incoming[0].found, found.incoming[0].server.host) == ("dns", "localhost")
    assert found.incoming[0].trouble is None
    assert found.outgoing[0].server.port == 465


async def test_a_provider_is_known_by_its_domain_and_by_its_mail_servers() -> None:
    assert find_provider("gmail.com", []) is GOOGLE
    assert find_provider("shop.example", ["shop-example.mail.protection.outlook.com"]) is MICROSOFT
    assert find_provider("shop.example", ["notgoogle.com"]) is None
    assert all(one.incoming.security == "tls" for one in BY_DOMAIN.values())


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"<html>no such page",
        b"\xff\xfe\x00",
        b"<clientConfig/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><clientConfig><incomingServer type="imap"><hostname>&a;</hostname></incomingServer></clientConfig>',
        FILE.replace("{port}", "99999").encode(),
        FILE.replace("SSL", "plain").replace("{port}", "143").encode(),
        FILE.replace("{port}", "143").encode("utf-16")[:500],
    ],
)
def test_what_is_no_autoconfig_file_names_nothing(page: bytes) -> None:
    assert read_autoconfig(page, "help@shop.example") is None


async def test_a_page_without_end_is_not_read(
    name_server: tuple[NameServer, str], web: tuple[dict[str, bytes], int]
) -> None:
    dns, where = name_server
    pages, port = web
    dns.knows("big.localhost", "A", "127.0.0.1")
    pages["big.localhost/x"], pages["big.localhost/y"] = b"x" * 300_000, b"x" * 200_000
    lookups = Lookups(where, LOCAL, http=port)
    assert await lookups.page("http://big.localhost/x") is None
    assert len(await lookups.page("http://big.localhost/y") or b"") == 200_000
    assert await lookups.page("file:///etc/passwd") is None


RELAY = "relay.shop.example"
KEY = SignedWith("desk", "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1")


async def checked(where: str, relay: str | None = RELAY, key: SignedWith | None = KEY) -> dict[str, DnsItem]:
    found = await check_domain(Lookups(where), "help@shop.example", relay, key)
    assert found.domain == "shop.example"
    return {item.subject: item for item in found.items}


def well(dns: NameServer) -> None:
    """Know everything as it should be."""
    dns.knows(RELAY, "A", "192.0.2.10")
    dns.knows("shop.example", "TXT", "google-site-verification=abc", "v=spf1 mx a:relay.shop.example ~all")
    dns.knows("desk._domainkey.shop.example", "TXT", f"v=DKIM1; k=rsa; p={KEY.public_key}")
    dns.knows("_dmarc.shop.example", "TXT", "v=DMARC1; p=quarantine")
    dns.knows("10.2.0.192.in-addr.arpa", "PTR", f"{RELAY}.")
    dns.knows("shop.example", "MX", "10 mx.shop.example.")
    dns.knows("mx.shop.example", "A", "192.0.2.20")


async def test_a_domain_that_is_set_up_well_is_good(name_server: tuple[NameServer, str]) -> None:
    dns, where = name_server
    well(dns)
    items = await checked(where)
    assert {subject: item.verdict for subject, item in items.items()} == dict.fromkeys(
        ("spf", "dkim", "dmarc", "ptr", "mx"), "good"
    )
    assert all(item.add is None for item in items.values())


async def test_an_empty_domain_is_told_every_record_to_add(name_server: tuple[NameServer, str]) -> None:
    dns, where = name_server
    dns.knows(RELAY, "A", "192.0.2.10")
    items = await checked(where)
    assert {item.verdict for item in items.values()} == {"missing"}
    add = {subject: item.add for subject, item in items.items()}
    assert {s: (a.name, a.type, a.value) for s, a in add.items() if a} == {
        "spf": ("shop.example", "TXT", "v=spf1 mx a:relay.shop.example ~all"),
        "dkim": ("desk._domainkey.shop.example", "TXT", f"v=DKIM1; k=rsa; p={KEY.public_key}"),
        "dmarc": ("_dmarc.shop.example", "TXT", "v=DMARC1; p=none; rua=mailto:help@shop.example"),
        "ptr": ("10.2.0.192.in-addr.arpa", "PTR", "relay.shop.example."),
        "mx": ("shop.example", "MX", "10 mail.shop.example."),
    }


@pytest.mark.parametrize(
    ("record", "verdict", "words", "add"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", "good", "names", None),
        ("v=spf1 a:relay.shop.example/24 -all", "good", "names", None),
        ("v=spf1 include:other.example -all", "good", "names", None),
        ("v=spf1 redirect=other.example", "good", "names", None),
        ("v=spf1 mx -all", "wrong", "192.0.2.10", "v=spf1 mx a:relay.shop.example -all"),
        ("v=spf1 redirect=nothing.example", "wrong", "0 SPF records", None),
        ("v=spf1 -ip4:192.0.2.10 +all", "wrong", "192.0.2.10", "v=spf1 -ip4:192.0.2.10 a:relay.shop.example +all"),
        ("v=spf1 a:relay.shop.example +all", "wrong", "everybody", "v=spf1 a:relay.shop.example ~all"),
        ("v=spf1 ip4:not-a-network -all", "wrong", "no network", None),
        ("v=spf1 exists:%{i}.x.example -all", "unknown", "macros", None),
        ("v=spf1 include:loop.example -all", "wrong", "more than 10", None),
    ],
)
async def test_spf_is_held_against_the_relay(
    name_server: tuple[NameServer, str], record: str, verdict: str, words: str, add: str | None
) -> None:
    dns, where = name_server
    well(dns)
    dns.knows("shop.example", "TXT", record)
    dns.knows("other.example", "TXT", "v=spf1 ip4:192.0.2.10 -all")
    dns.knows("loop.example", "TXT", "v=spf1 include:loop.example -all")
    item = (await checked(where))["spf"]
    assert (item.verdict, item.add.value if item.add else None) == (verdict, add)
    assert words in item.words


async def test_two_spf_records_are_wrong_and_known_providers_are_included(name_server: tuple[NameServer, str]) -> None:
    dns, where = name_server
    dns.knows("shop.example", "TXT", "v=spf1 -all", "v=spf1 mx -all")
    assert (await checked(where))["spf"].verdict == "wrong"
    dns.records.clear()
    dns.knows("smtp.gmail.com", "A", "192.0.2.30")
    items = await checked(where, "smtp.gmail.com", None)
    assert items["spf"].add is not None
    assert items["spf"].add.value == "v=spf1 mx include:_spf.google.com ~all"
    assert (items["ptr"].verdict, items["dkim"].verdict) == ("good", "unknown")
    assert (await checked(where, None))["ptr"].verdict == "unknown"


@pytest.mark.parametrize(
    ("name", "kind", "values", "subject", "verdict"),
    [
        ("desk._domainkey.shop.example", "TXT", ["v=DKIM1; p=AAAA"], "dkim", "wrong"),
        ("desk._domainkey.shop.example", "TXT", ["v=DKIM1; p="], "dkim", "wrong"),
        ("_dmarc.shop.example", "TXT", ["v=DMARC1; p=none"], "dmarc", "weak"),
        ("_dmarc.shop.example", "TXT", ["v=DMARC1; p=maybe"], "dmarc", "wrong"),
        ("_dmarc.shop.example", "TXT", ["v=DMARC1; p=reject", "v=DMARC1; p=none"], "dmarc", "wrong"),
        ("10.2.0.192.in-addr.arpa", "PTR", ["static-10.isp.example."], "ptr", "wrong"),
        ("mx.shop.example", "TXT", ["nothing"], "mx", "wrong"),
    ],
)
async def test_what_is_wrong_is_told(
    name_server: tuple[NameServer, str], name: str, kind: str, values: list[str], subject: str, verdict: str
) -> None:
    dns, where = name_server
    well(dns)
    if subject == "mx":
        del dns.records[name, "A"]
    dns.knows(name, kind, *values)
    item = (await checked(where))[subject]
    assert item.verdict == verdict
    assert item.words


async def test_a_silent_dns_is_neither_yes_nor_no(name_server: tuple[NameServer, str]) -> None:
    dns, where = name_server
    dns.silent = True
    items = await checked(where)
    assert {item.verdict for item in items.values()} == {"unknown"}


async def test_the_page_checks_a_mailboxs_domain(
    desk: Desk, name_server: tuple[NameServer, str], fetching_desk: FetchingDesk
) -> None:
    dns, where = name_server
    dns.knows("atum.localhost", "TXT", "v=spf1 -all")
    desk = Desk(desk.database, msgspec.structs.replace(desk.settings, mail_dns=where), desk.given)
    client = await desk.administrator()
    told = await client.got(f"/mailboxes/{fetching_desk.mailbox_id}/dns", selector="desk", public_key="QUJD")
    assert told["domain"] == "atum.localhost"
    [dkim] = [item for item in told["items"] if item["subject"] == "dkim"]
    assert dkim["add"]["value"] == "v=DKIM1; k=ed25519; p=QUJD"


class LocalRelay:
    """A relay whose mail comes out in Dovecot's folder."""

    def __init__(self, dovecot: Dovecot) -> None:
        self.port = free_port()
        self._dovecot = dovecot
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="relay.localhost", loop=loop), "127.0.0.1", self.port
        )

    async def stop(self) -> None:
        assert self._server
        self._server.close()
        await self._server.wait_closed()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self._dovecot.deliver(envelope.original_content or b"")
        return "250 OK"


async def test_a_mail_to_itself_goes_out_and_comes_back(
    desk: Desk, dovecot: Dovecot, fetching_desk: FetchingDesk
) -> None:
    relay = LocalRelay(dovecot)
    await relay.start()
    client = await desk.administrator()
    place = f"/mailboxes/{fetching_desk.mailbox_id}/self-test"
    assert (await client.get(place)).json()["code"] == "self_test_not_found"
    begun = await client.posted(place)
    assert (begun["stage"], begun["seconds"]) == ("queued", None)
    fetching_desk.worker = msgspec.structs.replace(
        fetching_desk.worker,
        settings=msgspec.structs.replace(fetching_desk.settings, mail_relay=f"smtp://127.0.0.1:{relay.port}"),
    )
    fetching_desk.file()
    await fetching_desk.until("select state = 'sent' from outbox")
    assert (await client.got(place))["stage"] == "sent"
    await fetching_desk.set_up(dovecot.tls_port)
    fetching_desk.start()
    await fetching_desk.until("select count(*) = 1 from mails where state = 'refused'")
    told = await client.got(place)
    assert (told["stage"], "both directions work" in told["words"]) == ("arrived", True)
    earlier = f"/mailboxes/{fetching_desk.mailbox_id}/trip"
    assert await client.got(earlier) == told, "the address of the release before"
    # It opened no ticket, and the balance counts it.
    assert await desk.value("select count(*) from tickets") == 0
    assert await desk.value("select reason from mails") == "Our own mail came back"
    assert await desk.value("select envelope_to from mails") == [USER]
    await relay.stop()
    assert (await client.posted(earlier))["stage"] == "queued"
