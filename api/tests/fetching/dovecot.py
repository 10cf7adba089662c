"""A real Dovecot on loopback with folders of our own, and a proxy that spoils connections to it."""

from __future__ import annotations

import asyncio
import datetime
import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from free_ports import free_port
from suite.machine_speed import scaled

USER, PASSWORD = "support@atum.localhost", "correct horse & battery"
PROGRAM = shutil.which("dovecot") or next((str(p) for p in (Path("/usr/sbin/dovecot"),) if p.exists()), None)
# Dovecot gives no mail to root.
NOBODY = 65534
_numbers = itertools.count(1)


def missing() -> str | None:
    """Return why Dovecot cannot be tested with here, or None when it can."""
    if PROGRAM is None:
        return "Dovecot is not installed (Debian: apt install dovecot-imapd)"
    told = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=False)
    if not told.stdout.startswith("2.3"):
        return f"its configuration here is for Dovecot 2.3, not {told.stdout.strip()}"
    if os.geteuid() != 0:
        return "Dovecot keeps its login apart from its mail, which takes root"
    return None


class Dovecot:
    """One IMAP server with one user; mails are put into its Maildir as a delivery agent does."""

    def __init__(self, *, extra: str = "", capabilities: str = "") -> None:
        self.root = Path(tempfile.mkdtemp(prefix="atum-dovecot-"))
        self.root.chmod(0o755)
        self.port, self.tls_port = free_port(), free_port()
        self.certificate = self.root / "certificate.pem"
        self._process: subprocess.Popen[bytes] | None = None
        self.folder()
        _write_certificate(self.certificate, self.root / "key.pem")
        (self.root / "users").write_text(f"{USER}:{{plain}}{PASSWORD}\n")
        given = f"imap_capability = {capabilities}\n" if capabilities else ""
        (self.root / "dovecot.conf").write_text(
            CONFIGURATION.format(root=self.root, port=self.port, tls_port=self.tls_port, extra=extra + given)
        )

    def start(self) -> None:
        assert PROGRAM is not None
        command = [PROGRAM, "-F", "-c", str(self.root / "dovecot.conf")]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + scaled(20)
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as one:
                one.settimeout(5)
                if one.recv(4) == b"* OK":
                    return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError((self.root / "log").read_text()[-2000:])

    def stop(self) -> None:
        """End it and everything it started."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(scaled(15))
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def folder(self, name: str = "INBOX") -> Path:
        """Return a folder's Maildir, made where it is missing."""
        home = self.root / "mail" / USER
        path = home if name == "INBOX" else home / f".{name}"
        for part in ("new", "cur", "tmp"):
            (path / part).mkdir(parents=True, exist_ok=True)
            os.chown(path / part, NOBODY, NOBODY)
        for owned in (self.root / "mail", home, path):
            os.chown(owned, NOBODY, NOBODY)
        return path

    def deliver(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder; a server that runs sees them at once."""
        path = self.folder(folder)
        for raw in mails:
            name = f"{int(time.time())}.N{next(_numbers):08}.localhost"
            (path / "tmp" / name).write_bytes(raw)
            os.chown(path / "tmp" / name, NOBODY, NOBODY)
            (path / "tmp" / name).rename(path / "new" / name)

    def held(self, folder: str = "INBOX") -> list[Path]:
        """Return the files of a folder's mails."""
        path = self.folder(folder)
        return sorted([*(path / "new").iterdir(), *(path / "cur").iterdir()])

    def forget_numbers(self) -> None:
        """Lose what the mails were numbered by: UIDVALIDITY is another afterwards."""
        self.stop()
        for found in self.folder().glob("dovecot*"):
            found.unlink()
        # Dovecot takes the time in seconds for a fresh one.
        time.sleep(1.1)
        self.start()

    def seen(self, folder: str = "INBOX") -> int:
        """Return how many mails are marked as read."""
        return sum("S" in one.name.partition(":2,")[2] for one in self.held(folder))


CONFIGURATION = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{root}/certificate.pem
ssl_key = <{root}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 1 secs
mail_location = maildir:{root}/mail/%u
mailbox_idle_check_interval = 1s
passdb {{
  driver = passwd-file
  args = scheme=plain username_format=%u {root}/users
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={root}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
{extra}
"""


def _write_certificate(certificate: Path, key_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class Spoiler:
    """What a proxy does to one connection: ends it, slows it or changes a byte, after so many bytes."""

    def __init__(self, *, cut_after: int | None = None, garble_at: int | None = None, delay: float = 0) -> None:
        self.cut_after = cut_after
        self.garble_at = garble_at
        self.delay = delay


class FaultProxy:
    """Stands before a port; `plan` says what happens to each connection, by its number."""

    def __init__(self, target: int, plan: Callable[[int], Spoiler]) -> None:
        self.port = free_port()
        self.connections = 0
        self.spoiled = 0
        self._target = target
        self._plan = plan
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> FaultProxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        self.connections += 1
        spoiler = self._plan(self.connections)
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        up = asyncio.create_task(_copy(reader, there_writer))
        try:
            await self._copy_spoiled(there_reader, writer, spoiler)
        except OSError:
            pass
        finally:
            up.cancel()
            writer.transport.abort()
            there_writer.transport.abort()
            self._open.discard(task)

    async def _copy_spoiled(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, spoiler: Spoiler) -> None:
        passed = 0
        while block := await reader.read(4096):
            if spoiler.delay:
                await asyncio.sleep(spoiler.delay)
            garble = spoiler.garble_at
            if garble is not None and passed <= garble < passed + len(block):
                at = garble - passed
                block = block[:at] + bytes([block[at] ^ random.randint(1, 255)]) + block[at + 1 :]
                self.spoiled += 1
            if spoiler.cut_after is not None and passed + len(block) > spoiler.cut_after:
                self.spoiled += 1
                writer.write(block[: spoiler.cut_after - passed])
                with suppress(OSError):
                    await writer.drain()
                return
            writer.write(block)
            await writer.drain()
            passed += len(block)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while block := await reader.read(65536):
            writer.write(block)
            await writer.drain()


def mail(number: int, *, text: str = "It is on fire.", size: int = 0, **headers: str) -> bytes:
    """Return a plain mail of its own, as a server hands it out; `size` fills it up."""
    message = EmailMessage()
    message["Return-Path"] = f"<ann{number}@example.org>"
    message["Delivered-To"] = USER
    message["From"], message["To"] = f"Ann <ann{number}@example.org>", USER
    message["Subject"] = f"Printer {number}"
    message["Date"] = "Sun, 15 Mar 2020 10:00:00 +0000"
    message["Message-ID"] = f"<fetched{number}@example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(f"{text}\n" + ("x" * 70 + "\n") * (size // 71))
    return message.as_bytes().replace(b"\n", b"\r\n")
