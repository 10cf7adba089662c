"""STARTTLS: offered with a certificate, taken up by real clients, renewed without a restart."""

from __future__ import annotations

import asyncio
import os
import smtplib
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from mail_desk import MAILBOX, MailDesk, letter

from atum_desk.kernel.config.settings import SettingError, Settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.mail.receiving.certificate import Certificate
from free_ports import free_port
from suite.machine_speed import scaled


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a self-signed certificate and its key."""
    certificate, key = folder / "mail.crt", folder / "mail.key"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            f"/CN={name}",
            "-addext",
            f"subjectAltName=DNS:{name}",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@pytest.fixture
async def secure(settings: Settings, database: Database, tmp_path: Path) -> AsyncIterator[MailDesk]:
    """Return a desk whose SMTP port has a certificate for localhost."""
    async with database.connection("atum_desk_worker") as connection:
        row = await connection.fetchrow("select * from mailbox_of($1)", MAILBOX)
    certificate, key = make_certificate(tmp_path, "localhost")
    settings = msgspec.structs.replace(
        settings, smtp_port=free_port(), smtp_certificate=str(certificate), smtp_key=str(key)
    )
    assert row
    mail_desk = MailDesk(settings, database, row["workspace_id"])
    await mail_desk.start()
    yield mail_desk
    await mail_desk.stop()


def send_encrypted(port: int, trusted: str, raw: bytes) -> str:
    """Send a mail over TLS and return the version that was spoken."""
    with smtplib.SMTP("localhost", port, timeout=scaled(10)) as client:
        client.ehlo()
        assert client.has_extn("starttls")
        client.starttls(context=ssl.create_default_context(cafile=trusted))
        client.ehlo()
        assert not client.has_extn("starttls")
        assert not client.has_extn("auth")
        assert isinstance(client.sock, ssl.SSLSocket)
        version = client.sock.version()
        client.sendmail("ann@example.org", [MAILBOX], raw)
    return version or ""


async def test_a_mail_comes_encrypted_and_becomes_a_ticket(secure: MailDesk) -> None:
    raw = letter(subject="Encrypted on its way", text="x" * 300_000).as_bytes()
    version = await asyncio.to_thread(send_encrypted, secure.settings.smtp_port, secure.settings.smtp_certificate, raw)
    assert version in ("TLSv1.2", "TLSv1.3")
    [mail] = await secure.settled(1)
    assert mail["state"] == "ticketed"


async def test_senders_in_clear_are_still_taken(secure: MailDesk) -> None:
    def send() -> None:
        with smtplib.SMTP("localhost", secure.settings.smtp_port, timeout=scaled(10)) as client:
            client.sendmail("ann@example.org", [MAILBOX], letter().as_bytes())

    await asyncio.to_thread(send)
    assert len(await secure.settled(1)) == 1


async def test_what_was_sent_before_the_handshake_is_not_read_as_if_it_were_encrypted(secure: MailDesk) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", secure.settings.smtp_port)
    await reader.readline()
    writer.write(b"EHLO x\r\n")
    while not (await reader.readline()).startswith(b"250 "):
        pass
    writer.write(b"STARTTLS\r\nMAIL FROM:<forged@example.org>\r\n")
    assert (await reader.readline()).startswith(b"220")
    # The server waits for a handshake now; the line in clear is no command of the encrypted dialogue.
    with pytest.raises((TimeoutError, ConnectionError)):
        assert b"250" not in await asyncio.wait_for(reader.readexactly(200), 1)
    writer.transport.abort()
    await asyncio.sleep(0)


async def test_a_renewed_certificate_is_used_by_the_next_connection(secure: MailDesk) -> None:
    port, trusted = secure.settings.smtp_port, secure.settings.smtp_certificate
    old = Path(trusted).parent / "old.crt"
    old.write_bytes(Path(trusted).read_bytes())
    make_certificate(Path(trusted).parent, "localhost")
    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.to_thread(send_encrypted, port, str(old), letter().as_bytes())
    assert await asyncio.to_thread(send_encrypted, port, trusted, letter().as_bytes())


def test_a_certificate_that_cannot_be_read_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="ATUM_SMTP_CERTIFICATE"):
        Certificate(str(tmp_path / "none.crt"), "")
    (tmp_path / "bad.crt").write_text("no certificate")
    with pytest.raises(SettingError, match="ATUM_SMTP_CERTIFICATE"):
        Certificate(str(tmp_path / "bad.crt"), "")


def test_a_renewal_that_is_half_written_leaves_the_old_one(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path, "localhost")
    holder = Certificate(str(certificate), str(key))
    before = holder.context()
    certificate.write_text("half")
    os.utime(certificate, ns=(1, 1))
    assert before is not None
    assert holder.context() is before
