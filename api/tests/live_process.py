"""The live service as a real process, and clients of it over real sockets."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import deque
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

import free_ports
from factories import Given, SignedIn
from forked_services import ForkedService, start_service
from scratch_databases import SECRET
from suite.machine_speed import scaled
from waiting import deadline, in_time

START_TIMEOUT_SECONDS = 20


class LiveProcess:
    """The live service on a free port."""

    def __init__(self, database_url: str, data: Path, **settings: str) -> None:
        self.port = free_ports.free_port()
        self._environment = {
            "PATH": os.environ["PATH"],
            "ATUM_DATABASE_URL": database_url,
            "ATUM_SECRET": SECRET,
            "ATUM_DATA": str(data),
            "ATUM_LIVE_PORT": str(self.port),
            "ATUM_URL": "https://desk.example.org",
            "ATUM_LOG_FORMAT": "json",
            **settings,
        }
        self._log = data.with_suffix(".log")
        self._process: ForkedService | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text()

    async def start(self) -> None:
        self._process = await start_service("live", self._environment, self._log)
        async with deadline(START_TIMEOUT_SECONDS):
            while (await self.get("/api/v1/health/ready"))[0] != 200:
                assert self._process.returncode is None, self.log
                await asyncio.sleep(0.05)

    async def get(self, path: str) -> tuple[int, Any]:
        """Ask an HTTP address; status 0 when nothing listens."""
        return await asyncio.to_thread(_get, f"http://127.0.0.1:{self.port}{path}")

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        assert self._process
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await in_time(self._process.wait(), 10)

    def connect(self, **more: Any) -> connect:
        return connect(f"ws://127.0.0.1:{self.port}/ws/", compression=None, **more)


def _get(url: str) -> tuple[int, Any]:
    try:
        with urlopen(url, timeout=scaled(5)) as answer:
            return answer.status, msgspec.json.decode(answer.read())
    except HTTPError as error:
        with error:
            return error.code, msgspec.json.decode(error.read())
    except (URLError, ConnectionError):
        return 0, None


class LiveListener:
    """A connected client that keeps the changes it hears."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.ready: dict[str, Any] = {}
        self._changes: deque[dict[str, Any]] = deque()

    async def frame(self, seconds: float = 5) -> dict[str, Any]:
        async with deadline(seconds):
            return msgspec.json.decode(await self.socket.recv())

    async def change(self, seconds: float = 5, *, of_ticket: bool | None = True) -> dict[str, Any]:
        """Return the next change of a ticket (or of none, or any); other frames are passed over."""
        async with deadline(seconds):
            while True:
                while self._changes:
                    change = self._changes.popleft()
                    if of_ticket is None or (change["ticket"] is not None) == of_ticket:
                        return change
                frame = msgspec.json.decode(await self.socket.recv())
                if frame["type"] == "changes":
                    assert frame["seq"] == frame["changes"][-1]["seq"]
                    self._changes.extend(frame["changes"])

    async def people(self, seconds: float = 5) -> list[dict[str, Any]]:
        """Return who else is on the ticket, as the next presence frame says."""
        while True:
            frame = await self.frame(seconds)
            if frame["type"] == "presence":
                return frame["people"]

    async def changes(self, seconds: float = 1.0) -> list[dict[str, Any]]:
        """Return all changes of tickets heard within so long."""
        heard = []
        try:
            async with deadline(seconds):
                while True:
                    heard.append(await self.change(seconds + 1))
        except TimeoutError:
            return heard

    async def send(self, **frame: Any) -> None:
        await self.socket.send(msgspec.json.encode(frame).decode())

    async def closed(self, seconds: float = 5) -> int | None:
        """Wait for the server to close, and return its code."""
        async with deadline(seconds):
            try:
                while True:
                    await self.socket.recv()
            except ConnectionClosed as error:
                return error.rcvd.code if error.rcvd else None


class Clients:
    """Opens listeners and closes them at the end of the test."""

    def __init__(self, live: LiveProcess, given: Given) -> None:
        self._live = live
        self._given = given
        self._sockets: list[ClientConnection] = []

    async def listen(self, who: SignedIn, last_seq: str | None = None) -> LiveListener:
        """Connect as a person with their cookie and say hello, once all that is past was told."""
        await self.past_is_told()
        name = "atum_staff" if who.actor.audience == "staff" else "atum_contact"
        headers = {"Cookie": f"{name}={who.token}"}
        listener = LiveListener(await self.open(additional_headers=headers))
        await listener.send(type="hello", last_seq=last_seq)
        listener.ready = await listener.frame()
        return listener

    async def past_is_told(self) -> None:
        """Wait until everything committed so far was told.

        Elsewhere on the cluster an older transaction may hold the ledger's end back for a moment.
        """
        async with self._given.database.reading(self._given.system) as transaction:
            newest = await transaction.fetchval("select coalesce(max(id), 0) from changes")
        async with deadline(30):
            while True:
                _, health = await self._live.get("/api/v1/health/ready")
                if int(health["dependencies"]["ledger"]["position"].partition(".")[2]) >= newest:
                    return
                await asyncio.sleep(0.02)

    async def open(self, **more: Any) -> ClientConnection:
        opened = await self._live.connect(**more)
        self._sockets.append(opened)
        return opened

    async def close(self) -> None:
        for opened in self._sockets:
            await opened.close()


async def rename(given: Given, ticket_id: int, subject: str, *, public: bool = False) -> None:
    """Make a change to a ticket, with both kinds of publicity."""
    async with given.database.writing(given.system, "ticket.edit") as work:
        await work.execute("update tickets set subject = $2 where id = $1", ticket_id, subject)
        work.ticket_id, work.public = ticket_id, public


async def write_message(given: Given, ticket_id: int, kind: str, *, public: bool) -> None:
    """Add a reply or a note to a ticket."""
    async with given.database.writing(given.system, f"ticket.{kind}") as work:
        await work.execute(
            """insert into messages (workspace_id, ticket_id, kind, author_id, author_name, from_staff, channel, text)
               select workspace_id, id, $2, requester_id, 'x', true, 'api', 'words' from tickets where id = $1""",
            ticket_id,
            kind,
        )
        await work.execute("update tickets set message_count = message_count + 1 where id = $1", ticket_id)
        work.ticket_id, work.public = ticket_id, public
