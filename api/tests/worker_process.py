"""The real worker as a process of its own, killed and started again."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from atum_desk.kernel.config.settings import Settings
from forked_services import ForkedService, start_service
from waiting import deadline

API = Path(__file__).resolve().parents[1]
START_SECONDS = 30


class WorkerProcess:
    """A worker with some settings of a test; `environment` says what else it should find there."""

    def __init__(self, settings: Settings, database_url: str, **environment: str) -> None:
        self.port = settings.smtp_port
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(API),
            "ATUM_DATABASE_URL": database_url,
            "ATUM_SECRET": settings.secret,
            "ATUM_DATA": str(settings.data),
            "ATUM_SMTP_PORT": str(settings.smtp_port),
            "ATUM_MAIL_RELAY": settings.mail_relay,
            "ATUM_MAIL_DNS": settings.mail_dns,
            "ATUM_OUTGOING_ALLOW": settings.outgoing_allow,
            "ATUM_LOG_LEVEL": "error",
            **environment,
        }
        self._process: ForkedService | None = None

    async def start(self) -> None:
        """Start it, and wait until it takes mail."""
        self._process = await start_service("worker", self._environment)
        async with deadline(START_SECONDS):
            while not await self._answers():  # noqa: ASYNC110
                await asyncio.sleep(0.03)

    def kill(self) -> None:
        """End it without a word."""
        if self._process:
            self._process.kill()
            self._process.wait_blocking()

    def peak_bytes(self) -> int:
        """Return the most memory the process held at once."""
        assert self._process
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        [line] = [one for one in status.splitlines() if one.startswith("VmHWM")]
        return int(line.split()[1]) * 1024

    async def _answers(self) -> bool:
        if not self.port:
            return True
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True
