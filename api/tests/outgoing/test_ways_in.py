"""Every way on which the product connects out, against every way around the rules."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest
from traps import TrapServer, names

from atum_desk.fetching import oauth
from atum_desk.fetching.connection import ImapConnection
from atum_desk.fetching.error_texts import ConnectionBroken
from atum_desk.fetching.guess_servers import reach_relay
from atum_desk.fetching.lookups import Lookups
from atum_desk.fetching.models import MailServer
from atum_desk.fetching.probe import reach
from atum_desk.kernel.jobs.handlers import JobFailed
from atum_desk.kernel.outgoing.dialler import dial
from atum_desk.kernel.outgoing.rules import PUBLIC_ONLY, OutgoingRules, parse_allow_list
from atum_desk.kernel.outgoing.web import WebBody, WebFailed
from atum_desk.notifications.pushes import hand_over
from atum_desk.outbox.relays.connections import RelaySessions
from atum_desk.outbox.relays.mailbox_relay import try_relay
from atum_desk.outbox.relays.smtp import EnvelopedMail, Relay, parse_relay
from desk import Desk

REFUSAL = "leads to this machine or a private network"
LETTER = EnvelopedMail("a@example.org", ("b@example.org",), b"Subject: x\r\n\r\nx\r\n")
HOSTS = [
    "127.0.0.1",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "[::1]",
    "::1",
    "[::ffff:127.0.0.1]",
    "::ffff:7f00:1",
    "fe80::1%1",
    "inner.example",
    "inner.example.",
    "mixed.example",
    "metadata.example",
    "10.0.0.5",
    "169.254.169.254",
    "[fd00:ec2::254]",
]
NAMES = {
    "localhost": [["127.0.0.1"]],
    "localhost.": [["127.0.0.1"]],
    "LOCALHOST": [["127.0.0.1"]],
    "inner.example": [["10.1.2.3"]],
    "inner.example.": [["10.1.2.3"]],
    "::1": [["::1"]],
    "mixed.example": [["93.184.215.14", "127.0.0.1"]],
    "metadata.example": [["169.254.169.254"]],
    "::ffff:127.0.0.1": [["::ffff:127.0.0.1"]],
    "::ffff:7f00:1": [["::ffff:127.0.0.1"]],
    "fe80::1%1": [["fe80::1%1"]],
    "fd00:ec2::254": [["fd00:ec2::254"]],
    "[::1]": [["::1"]],
    "[::ffff:127.0.0.1]": [["::ffff:127.0.0.1"]],
    "[fd00:ec2::254]": [["fd00:ec2::254"]],
}


async def by_relay(host: str, port: int) -> str:
    outcome = await RelaySessions().hand_over(Relay(host, port), LETTER)
    assert outcome.kind == "deferred"
    return outcome.words or ""


async def by_relay_test(host: str, port: int) -> str:
    told = await try_relay(Relay(host, port, "tls"))
    return told.steps[-1].words


async def by_relay_guess(host: str, port: int) -> str:
    return str(await reach_relay(MailServer(host, port, "starttls"), PUBLIC_ONLY) or "")


async def by_imap(host: str, port: int) -> str:
    return str(await reach(MailServer(host, port, "tls"), PUBLIC_ONLY) or "")


async def by_token_address(host: str, port: int) -> str:
    place = f"[{host.strip('[]')}]" if ":" in host else host
    client = oauth.OAuthClient(token_url=f"https://{place}:{port}/", client_id="x", secret="s3cret", rules=PUBLIC_ONLY)
    with pytest.raises(ConnectionBroken) as told:
        await oauth.refresh(client, "refresh", None)
    return str(told.value)


async def by_push(host: str, port: int) -> str:
    place = f"[{host.strip('[]')}]" if ":" in host else host
    with pytest.raises((JobFailed, WebFailed)) as told:
        await hand_over(f"https://{place}:{port}/send/x", WebBody(b"x", {}), PUBLIC_ONLY)
    return str(told.value)


WAYS: list[Callable[[str, int], Awaitable[str]]] = [
    *(by_relay, by_relay_test, by_relay_guess, by_imap, by_token_address, by_push)
]


@pytest.fixture
async def trap() -> AsyncIterator[tuple[TrapServer, int]]:
    made = TrapServer()
    port = await made.start()
    yield made, port
    await made.stop()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("host", HOSTS)
async def test_no_way_reaches_what_is_not_public_under_any_name(
    host: str, way: Any, trap: tuple[TrapServer, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with names(monkeypatch, NAMES):
        words = await way(host, trap[1])
    assert trap[0].visits == 0
    assert "secret-banner" not in words
    # A web address has neither a zone nor octal numbers.
    unlike_a_web_address = "%" in host or host.startswith("0177")
    assert REFUSAL in words or (unlike_a_web_address and "no address that can be asked" in words)


@pytest.mark.parametrize("way", WAYS)
async def test_open_and_closed_ports_are_told_alike_and_as_fast(way: Any, trap: tuple[TrapServer, int]) -> None:
    told, took = set(), []
    for port in (trap[1], 1, 993):
        began = time.perf_counter()
        told.add(await way("127.0.0.1", port))
        took.append(time.perf_counter() - began)
    assert len(told) == 1
    # Nothing is sent, so nothing is waited for.
    assert max(took) < 2


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("port", [22, 80, 3306, 6379, 11211])
async def test_a_public_host_is_not_reached_on_a_port_of_other_services(
    way: Any, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with names(monkeypatch, {"mail.example": [["93.184.215.14"]]}):
        assert f"Port {port} may not be used" in await way("mail.example", port)


async def test_a_name_that_changes_its_address_is_connected_to_as_it_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good, bad = TrapServer(), TrapServer()
    port = await good.start("127.0.0.2")
    bad._server = await asyncio.start_server(bad._greet, "127.0.0.3", port)
    rules = OutgoingRules(parse_allow_list("127.0.0.2:*"))
    with names(monkeypatch, {"rebind.example": [["127.0.0.2"], ["127.0.0.3"]]}) as asked:
        sock = await dial("rebind.example", port, "smtp", rules, 5)
        assert sock.getpeername()[0] == "127.0.0.2"
        sock.close()
        assert asked == ["rebind.example"]
        # The next connection is checked anew.
        with pytest.raises(OSError, match="private network"):
            await dial("rebind.example", port, "smtp", rules, 5)
    await good.stop()
    await bad.stop()
    assert bad.visits == 0


async def test_the_operators_relay_is_reached_and_a_workspaces_is_not(desk: Desk) -> None:
    trap = TrapServer()
    port = await trap.start()
    desk = Desk(
        desk.database,
        msgspec.structs.replace(desk.settings, outgoing_allow="", mail_relay=f"smtp://127.0.0.1:{port}"),
        desk.given,
    )
    relay = parse_relay(desk.settings.mail_relay)
    assert relay is not None
    await try_relay(relay)
    assert trap.visits == 1
    client = await desk.administrator()
    [box] = await desk.rows("select id from mailboxes limit 1")
    told = (await client.post(f"/mailboxes/{box['id']}/sending/test", json={"host": "127.0.0.1", "port": port})).json()
    assert told["ok"] is False
    assert REFUSAL in told["steps"][-1]["words"]
    fetched = {"host": "127.0.0.1", "port": port, "username": "x", "password": "y", "security": "none"}
    told = (await client.post("/mailboxes/receiving-tests", json=fetched)).json()
    assert REFUSAL in told["steps"][-1]["words"]
    assert trap.visits == 1
    await trap.stop()


async def test_what_speaks_another_protocol_is_not_quoted(trap: tuple[TrapServer, int]) -> None:
    rules = OutgoingRules(parse_allow_list("127.0.0.1:*"))
    connection = ImapConnection(MailServer("127.0.0.1", trap[1], "none"), rules)
    steps: list[str] = []
    with pytest.raises(ConnectionBroken) as told:
        await asyncio.to_thread(connection.connect, lambda _step, words: steps.append(str(words)))
    assert "does not speak IMAP" in str(told.value)
    assert "secret-banner" not in f"{told.value} {steps}"
    assert trap[0].visits == 1


async def test_a_relay_that_speaks_another_protocol_is_not_quoted() -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-secret-banner-7\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    rules = OutgoingRules(parse_allow_list("127.0.0.1:*"))
    relay = Relay("127.0.0.1", port, rules=rules)
    outcome = await RelaySessions().hand_over(relay, LETTER)
    told = await try_relay(relay)
    server.close()
    assert outcome.kind == "deferred"
    assert "secret-banner" not in f"{outcome.words} {told.steps}"
    assert not told.ok


async def test_lookups_ask_no_inner_web_server(trap: tuple[TrapServer, int]) -> None:
    lookups = Lookups("off", http=trap[1], https=trap[1])
    for url in (
        "http://127.0.0.1/x",
        "https://127.0.0.1/x",
        "http://[::ffff:127.0.0.1]/x",
        f"http://127.0.0.1:{trap[1]}/",
    ):
        assert await lookups.page(url) is None
    assert trap[0].visits == 0
