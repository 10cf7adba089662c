"""A Redis of a test's own."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from waiting import until

PROGRAM = shutil.which("redis-server")


class RedisServer:
    """A Redis of our own behind a Unix socket."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        assert PROGRAM
        self._process = await asyncio.create_subprocess_exec(
            PROGRAM, "--port", "0", "--unixsocket", str(self.socket), "--save", "", stdout=asyncio.subprocess.DEVNULL
        )
        await until(self.socket.exists)

    async def kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self.socket.unlink(missing_ok=True)
