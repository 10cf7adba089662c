"""The worker on a mail port that the service manager holds: nobody is refused while it restarts."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from atum_desk.kernel.processes import passed_sockets as passing
from atum_desk.kernel.processes.passed_sockets import passed_sockets
from atum_desk.mail.receiving.connection_limits import MAX_CONNECTIONS_OF_RELAY as RELAYS_LIMIT
from atum_desk.mail.receiving.listener import PASSED_AS
from free_ports import free_port
from scratch_databases import SECRET
from suite.machine_speed import scaled
from waiting import in_time, until

API = Path(__file__).parents[2]
# What systemd does: the sockets stand at 3 and after, and LISTEN_PID is the program's own.
# Copies first, at free numbers: one that is moved must not end another that still has to move.
HAND_OVER = """
import fcntl, os, sys
names, *given = sys.argv[1].split(",")
copies = [fcntl.fcntl(int(one), fcntl.F_DUPFD_CLOEXEC, 3 + len(given)) for one in given]
for one in given:
    os.close(int(one))
for number, copy in enumerate(copies, 3):
    os.dup2(copy, number)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(given)), LISTEN_FDNAMES=names)
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
SHOW_PASSED = "import os; print([os.fstat(number).st_ino for number in (3, 4, 5)])"
MAILBOX = "support@atum.localhost"
PAUSE_SECONDS = 0.1
# Below what one relay may hold open.
MOST_AT_ONCE = 60


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    opened: list[socket.socket] = []
    yield opened
    for one in opened:
        one.close()


@pytest.fixture
def port(sockets: list[socket.socket]) -> int:
    """A port that listens, as long as the test lasts."""
    sockets.append(socket.create_server(("127.0.0.1", free_port()), backlog=512))
    number: int = sockets[0].getsockname()[1]
    return number


@asynccontextmanager
async def worker(
    database_url: str, data: Path, port: int, passed: list[socket.socket], name: str = PASSED_AS, **settings: str
) -> AsyncIterator[subprocess.Popen[bytes]]:
    """Run a worker that was given sockets; it is ended by SIGTERM unless it has ended."""
    environment = {
        "PATH": os.environ["PATH"],
        "ATUM_DATABASE_URL": database_url,
        "ATUM_SECRET": SECRET,
        "ATUM_DATA": str(data),
        "ATUM_SMTP_PORT": str(port),
        **settings,
    }
    command = [sys.executable, "-m", "atum_desk.entry.worker"]
    descriptors = [one.fileno() for one in passed]
    if passed:
        words = ",".join([":".join([name] * len(passed)), *map(str, descriptors)])
        command = [sys.executable, "-c", HAND_OVER, words, *command[1:]]
    with (data / "worker.log").open("ab") as log:
        process = await asyncio.to_thread(
            subprocess.Popen, command, env=environment, cwd=API, stdout=log, stderr=log, pass_fds=descriptors
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(process.wait, scaled(30))
        print((data / "worker.log").read_text()[-3000:])
    assert code == 0


async def greeting(port: int, host: str = "127.0.0.1") -> bytes:
    """Return a port's first line; one that is refused or silent fails the test."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        return await in_time(reader.readline(), 60)
    finally:
        writer.close()


class SmtpSender:
    """A relay with a mail every tenth of a second, each on a connection of its own."""

    def __init__(self, port: int) -> None:
        self.taken: list[str] = []
        self.failed: list[str] = []
        self._port = port
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Send until `stop`, then return when all are taken."""
        loop = asyncio.get_running_loop()
        # Threads of its own: those that wait must not keep the test's own from their turn.
        with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
            sent: list[asyncio.Future[None]] = []
            while not self._stopping.is_set():
                sent.append(loop.run_in_executor(threads, self._send, f"Mail {len(sent)}"))
                await asyncio.sleep(PAUSE_SECONDS)
            await asyncio.gather(*sent)

    def stop(self) -> None:
        self._stopping.set()

    def _send(self, subject: str) -> None:
        text = f"From: a@example.org\r\nTo: {MAILBOX}\r\nSubject: {subject}\r\n\r\nHello.\r\n"
        try:
            with smtplib.SMTP("127.0.0.1", self._port, timeout=scaled(60)) as server:
                server.sendmail("a@example.org", MAILBOX, text)
        except (OSError, smtplib.SMTPException) as error:
            self.failed.append(f"{type(error).__name__}: {error}")
        else:
            self.taken.append(subject)


@pytest.mark.slow("a worker starts twice")
async def test_while_the_worker_restarts_nobody_is_refused_and_each_mail_is_kept_once(
    database_url: str, tmp_path: Path, sockets: list[socket.socket], port: int
) -> None:
    sender = SmtpSender(port)
    async with worker(database_url, tmp_path, port, sockets):
        assert (await greeting(port)).startswith(b"220 ")
        sending = asyncio.create_task(sender.run())
        await until(lambda: len(sender.taken) >= 5, 30)
    # Nobody accepts now, and who connects waits.
    before = len(sender.taken)
    async with worker(database_url, tmp_path, port, sockets):
        await until(lambda: len(sender.taken) >= before + 10, 60)
        sender.stop()
        await in_time(sending, 60)
    assert sender.failed == []
    owner = await asyncpg.connect(database_url)
    try:
        rows = await owner.fetch("select convert_from(raw, 'utf8') as raw from atum.mail_sources")
    finally:
        await owner.close()
    kept = sorted(row["raw"].partition("Subject: ")[2].partition("\r\n")[0] for row in rows)
    assert kept == sorted(sender.taken)


@pytest.mark.slow("a worker starts")
async def test_every_passed_socket_is_served_and_none_of_another_name(
    database_url: str, tmp_path: Path, sockets: list[socket.socket], port: int
) -> None:
    sockets.append(socket.create_server(("::1", port), family=socket.AF_INET6))
    lmtp = str(tmp_path / "lmtp")
    sockets.append(socket.socket(socket.AF_UNIX))
    sockets[-1].bind(lmtp)
    sockets[-1].listen()
    async with worker(database_url, tmp_path, port, sockets, ATUM_LMTP_SOCKET=lmtp):
        assert (await greeting(port)).startswith(b"220 ")
        assert (await greeting(port, "::1")).startswith(b"220 ")
        reader, writer = await asyncio.open_unix_connection(lmtp)
        assert (await in_time(reader.readline(), 30)).startswith(b"220 ")
        writer.close()
    assert Path(lmtp).exists(), "it is the service manager's"

    own = free_port()
    async with worker(database_url, tmp_path, own, sockets[:1], name="another"):
        await until(lambda: _answers(own), 60)


@pytest.mark.parametrize("numbers", [(18, 19, 20), (20, 21, 22), (22, 20, 21), (5, 4, 3)])
def test_each_socket_is_handed_over_in_its_place_whatever_its_number(
    sockets: list[socket.socket], numbers: tuple[int, ...]
) -> None:
    """The stand-in for systemd once lost one whose number it had used itself."""
    sockets += [socket.socket() for _ in numbers]
    # Numbers below a hundred are the test runner's own, so a child gives the sockets these.
    given = [fcntl.fcntl(one, fcntl.F_DUPFD, 100) for one in sockets]
    moves = f"import os\nfor one, number in zip({given}, {numbers}): os.dup2(one, number)\n"
    words = ",".join(["a:b:c", *map(str, numbers)])
    try:
        shown = subprocess.run(
            [sys.executable, "-c", moves + HAND_OVER, words, "-c", SHOW_PASSED],
            pass_fds=given,
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        for one in given:
            os.close(one)
    assert shown.stdout.strip() == str([os.fstat(one.fileno()).st_ino for one in sockets])


@pytest.mark.slow("a worker starts")
async def test_whoever_is_sent_away_hears_why_from_the_worker_as_it_runs(
    database_url: str, tmp_path: Path, sockets: list[socket.socket], port: int
) -> None:
    """The worker's event loop is uvloop, whose connections are of its own kind."""
    async with worker(database_url, tmp_path, port, sockets):
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(RELAYS_LIMIT)]
        for reader, _writer in held:
            assert (await in_time(reader.readline(), 60)).startswith(b"220 ")
        assert (await greeting(port)).startswith(b"421 4.7.0")
    for reader, writer in held:
        assert (await in_time(reader.readline(), 20)).startswith(b"421 4.3.2")
        writer.close()


@pytest.mark.slow("a worker starts")
async def test_without_a_passed_socket_the_worker_listens_itself(database_url: str, tmp_path: Path) -> None:
    own = free_port()
    async with worker(database_url, tmp_path, own, []):
        await until(lambda: _answers(own), 60)
    assert not _answers(own)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as one:
            one.settimeout(scaled(20))
            return one.recv(4) == b"220 "
    except ConnectionRefusedError:
        return False


@pytest.fixture
def descriptors(monkeypatch: pytest.MonkeyPatch, sockets: list[socket.socket]) -> list[int]:
    """Two descriptors in a row, as if they were the first ones of the process."""
    first = 900
    for number in range(2):
        sockets.append(socket.create_server(("127.0.0.1", 0)))
        os.dup2(sockets[-1].fileno(), first + number, inheritable=True)
    monkeypatch.setattr(passing, "FIRST_DESCRIPTOR", first)
    return [first, first + 1]


def test_sockets_are_taken_by_name_and_no_child_inherits_them(descriptors: list[int]) -> None:
    environment = {
        "LISTEN_PID": str(os.getpid()),
        "LISTEN_FDS": "2",
        "LISTEN_FDNAMES": f"other:{PASSED_AS}",
        "KEPT": "1",
    }
    [taken] = passed_sockets(PASSED_AS, environment)
    assert taken.fileno() == descriptors[1]
    assert not any(map(os.get_inheritable, descriptors))
    assert environment == {"KEPT": "1"}
    taken.close()
    os.close(descriptors[0])


@pytest.mark.parametrize("given", [{"LISTEN_PID": "1"}, {"LISTEN_PID": ""}, {"LISTEN_FDS": ""}, {"LISTEN_FDS": "x"}])
def test_what_is_not_for_this_process_is_left_alone(descriptors: list[int], given: dict[str, str]) -> None:
    environment = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": PASSED_AS, **given}
    assert passed_sockets(PASSED_AS, environment) == []
    assert os.get_inheritable(descriptors[0])
    for one in descriptors:
        os.close(one)


def test_a_passed_socket_that_does_not_listen_is_an_error(
    monkeypatch: pytest.MonkeyPatch, sockets: list[socket.socket]
) -> None:
    sockets.append(socket.socket())
    monkeypatch.setattr(passing, "FIRST_DESCRIPTOR", os.dup(sockets[0].fileno()))
    environment = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": PASSED_AS}
    with pytest.raises(OSError, match="does not listen"):
        passed_sockets(PASSED_AS, environment)
