"""The three processes of the product on free ports, and a mail relay beside them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from aiosmtpd.controller import Controller

from forked_services import ForkedService, start_service
from free_ports import free_port
from scratch_databases import SECRET
from suite.machine_speed import scaled
from waiting import deadline, in_time

API = Path(__file__).parents[2]
START_TIMEOUT_SECONDS = 30
PROCESSES = ("api", "live", "worker")


class RecordingRelay:
    """A real SMTP server that keeps what it is given, after a pause if told so."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.pause_seconds = 0.0
        self.begun = 0
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.begun += 1
        await asyncio.sleep(self.pause_seconds)
        mail = message_from_bytes(envelope.content, policy=modern)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def mail_to(self, address: str, timeout_seconds: float = 20) -> EmailMessage:
        """Return the newest mail to an address, waiting for one."""
        async with deadline(timeout_seconds):
            while True:
                for mail in reversed(self.mails):
                    if address in str(mail["To"]):
                        return mail
                await asyncio.sleep(0.05)


class DeskProcesses:
    """`api`, `live` and `worker` as they run in production, on a database of their own."""

    def __init__(self, database_url: str, data: Path, relay: RecordingRelay | None, **settings: str) -> None:
        self.api_port, self.live_port, self.smtp_port = free_port(), free_port(), free_port()
        self.address = f"http://localhost:{self.api_port}"
        self.data = data
        self.database_url = database_url
        self._log = data.with_suffix(".log")
        self._running: dict[str, ForkedService] = {}
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(API),
            "ATUM_DATABASE_URL": database_url,
            "ATUM_SECRET": SECRET,
            "ATUM_DATA": str(data),
            "ATUM_API_PORT": str(self.api_port),
            "ATUM_LIVE_PORT": str(self.live_port),
            "ATUM_SMTP_PORT": str(self.smtp_port),
            "ATUM_MAIL_RELAY": f"smtp://127.0.0.1:{relay.port}" if relay else "",
            "ATUM_UNDO_SEND_SECONDS": "1",
            "ATUM_LOG_FORMAT": "json",
            **settings,
        }

    async def start(self) -> None:
        await asyncio.gather(*(self.start_process(name) for name in PROCESSES))

    async def start_process(self, name: str) -> None:
        """Start one process and wait until it answers."""
        self._running[name] = await start_service(name, self._environment, self._log)
        port = {"api": self.api_port, "live": self.live_port, "worker": self.smtp_port}[name]
        async with deadline(START_TIMEOUT_SECONDS):
            while not await asyncio.to_thread(_answers, name, port):
                if self._running[name].returncode is not None:
                    raise AssertionError(self._log.read_text()[-3000:])
                await asyncio.sleep(0.05)

    async def kill(self, name: str) -> None:
        """Kill one process as a power cut would."""
        process = self._running[name]
        process.send_signal(signal.SIGKILL)
        await process.wait()

    async def ask_to_stop(self, name: str) -> int:
        """Ask one process to end, as a service manager does, and return its exit code."""
        process = self._running[name]
        process.send_signal(signal.SIGTERM)
        return await in_time(process.wait(), 20)

    def is_dead(self, name: str) -> bool:
        return self._running[name].returncode is not None

    async def stop(self) -> None:
        for process in self._running.values():
            if process.returncode is None:
                process.terminate()
        for process in self._running.values():
            await in_time(process.wait(), 15)

    @property
    def log(self) -> str:
        return self._log.read_text()


def _answers(name: str, port: int) -> bool:
    try:
        if name == "worker":
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                return connection.recv(3) == b"220"
        with urlopen(f"http://127.0.0.1:{port}/api/v1/health/live", timeout=scaled(2)) as answer:
            return bool(answer.status == 200)
    except (OSError, URLError):
        return False
