"""Handing one mail to real SMTP servers: encryption, passwords, and what each answer means."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

import free_ports
from atum_desk.outbox.relays.connections import RelaySessions
from atum_desk.outbox.relays.smtp import LOOPBACK, EnvelopedMail, Relay, SendOutcome
from local_rules import LOCAL

CONTENT = b"From: a@example.org\r\nSubject: x\r\n\r\n.leading dot\r\n"


async def hand_over(relay: Relay, sender: str, recipients: list[str], content: bytes) -> SendOutcome:
    """Hand one mail over on a connection of its own."""
    sessions = RelaySessions()
    try:
        return await sessions.hand_over(relay, EnvelopedMail(sender, tuple(recipients), content))
    finally:
        await sessions.close()


class TakingRelay:
    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.sessions: list[Session] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append(envelope)
        self.sessions.append(session)
        return "250 OK"


@asynccontextmanager
async def serving(taker: TakingRelay, **options: Any) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(taker, hostname="relay.localhost", loop=loop, **options), "127.0.0.1", 0
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on this machine")
    subprocess.run(
        [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=relay.localhost",
            "-keyout",
            str(tmp_path / "key"),
            "-out",
            str(tmp_path / "certificate"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    return context


def check_password(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
) -> AuthResult:
    right = (given.login, given.password) == (b"desk", b"secret")
    return AuthResult(success=right, handled=False)


async def test_what_arrives_is_what_was_given() -> None:
    taker = TakingRelay()
    async with serving(taker) as port:
        relay = Relay(host="127.0.0.1", rules=LOCAL, port=port)
        outcome = await hand_over(relay, "a@example.org", ["b@example.org"], CONTENT)
    assert (outcome.kind, outcome.words) == ("sent", None)
    assert taker.taken[0].original_content == CONTENT
    assert (taker.taken[0].mail_from, taker.taken[0].rcpt_tos) == ("a@example.org", ["b@example.org"])


async def test_offered_encryption_is_used_whoever_vouches_for_it(tls: ssl.SSLContext) -> None:
    taker = TakingRelay()
    async with serving(taker, tls_context=tls) as port:
        relay = Relay(host="127.0.0.1", rules=LOCAL, port=port)
        outcome = await hand_over(relay, "a@example.org", ["b@example.org"], CONTENT)
    assert outcome.kind == "sent"
    assert taker.sessions[0].ssl is not None


async def test_a_password_goes_only_to_a_relay_whose_certificate_is_good(tls: ssl.SSLContext) -> None:
    taker = TakingRelay()
    async with serving(taker, tls_context=tls, authenticator=check_password) as port:
        relay = Relay(host="127.0.0.1", rules=LOCAL, port=port, user="desk", password="secret")
        outcome = await hand_over(relay, "a@example.org", ["b@example.org"], CONTENT)
    assert outcome.kind == "deferred"
    assert "certificate" in (outcome.words or "").lower()
    assert taker.taken == []


async def test_a_password_is_not_sent_in_clear_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    taker = TakingRelay()
    options = {"authenticator": check_password, "auth_require_tls": False}
    async with serving(taker, **options) as port:
        relay = Relay(host="127.0.0.1", rules=LOCAL, port=port, user="desk", password="secret")
        assert (await hand_over(relay, "a@example.org", ["b@example.org"], CONTENT)).kind == "sent"
        wrong = Relay(host="127.0.0.1", rules=LOCAL, port=port, user="desk", password="wrong")
        outcome = await hand_over(wrong, "a@example.org", ["b@example.org"], CONTENT)
        assert outcome.kind == "deferred"
        assert "sign-in" in (outcome.words or "")
        assert "wrong" not in (outcome.words or "")
        monkeypatch.setattr("atum_desk.outbox.relays.smtp.LOOPBACK", LOOPBACK[:1])
        outcome = await hand_over(relay, "a@example.org", ["b@example.org"], CONTENT)
    assert outcome.kind == "deferred"
    assert "no encryption" in (outcome.words or "")
    assert len(taker.taken) == 1


def scripted(*answers: bytes | None) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]:
    """Answer each line in turn; None hangs up. The data counts as one line when it ends."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number, answer in enumerate(answers):
            if answer is None:
                break
            writer.write(answer + b"\r\n")
            if number + 1 < len(answers):
                await (reader.readuntil(b"\r\n.\r\n") if answer.startswith(b"354") else reader.readline())
        writer.close()

    return talk


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ((None,), "deferred"),
        ((b"421 4.3.2 busy",), "deferred"),
        ((b"554 5.7.1 not you",), "deferred"),
        ((b"220 hi", None), "deferred"),
        ((b"220 hi", b"250 hi", None), "deferred"),
        ((b"220 hi", b"250 hi", b"451 4.1.8 sender unknown, later"), "deferred"),
        ((b"220 hi", b"250 hi", b"550 5.1.8 sender unknown"), "rejected"),
        ((b"220 hi", b"250 hi", b"250 ok", None), "deferred"),
        ((b"220 hi", b"250 hi", b"250 ok", b"450 4.2.0 greylisted"), "deferred"),
        ((b"220 hi", b"250 hi", b"250 ok", b"550 5.1.1 nobody"), "rejected"),
        ((b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"451 4.3.0 no data now"), "deferred"),
        ((b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go", b"452 4.3.1 full"), "deferred"),
        ((b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go", b"554 5.6.0 spam"), "rejected"),
        ((b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go", None), "unknown"),
        ((b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go", b"250 2.0.0 taken"), "sent"),
    ],
)
async def test_each_answer_of_a_relay_has_one_meaning(answers: tuple[bytes | None, ...], kind: str) -> None:
    server = await asyncio.start_server(scripted(*answers), "127.0.0.1", 0)
    try:
        relay = Relay(host="127.0.0.1", rules=LOCAL, port=server.sockets[0].getsockname()[1])
        outcome = await hand_over(relay, "a@example.org", ["b@example.org"], CONTENT)
    finally:
        server.close()
        await server.wait_closed()
    assert outcome.kind == kind
    assert outcome.words or kind == "sent"


async def test_nobody_listening_is_a_reason_to_try_later() -> None:
    relay = Relay(host="127.0.0.1", rules=LOCAL, port=free_ports.free_port())
    outcome = await hand_over(relay, "a@b.c", ["d@e.f"], CONTENT)
    assert outcome.kind == "deferred"
    assert "cannot be reached" in (outcome.words or "")
