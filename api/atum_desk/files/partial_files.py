"""Files on their way in: written piece by piece beside the store, and never in memory whole."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from atum_desk.files.content_types import HEAD_BYTES
from atum_desk.kernel.problems import TooLarge

DRAFTS = ".incoming"
ENDING = ".part"
# A hop to a thread costs more than a small write: pieces are gathered up to this many bytes.
WRITE_BYTES = 64 * 1024


class Draft:
    """A file that is being received: `head` is its beginning, `sha256` is set by `finish`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.head = b""
        self.sha256 = ""
        self._digest = hashlib.sha256()
        self._waiting = bytearray()
        # A thread may still write when whoever sent this has gone: its descriptor stays ours till then.
        self._writing = threading.Lock()
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)

    async def write(self, piece: bytes) -> None:
        """Add bytes; they reach the disk in larger pieces."""
        self.size += len(piece)
        if len(self.head) < HEAD_BYTES:
            self.head += piece[: HEAD_BYTES - len(self.head)]
        self._waiting += piece
        if len(self._waiting) >= WRITE_BYTES:
            await asyncio.to_thread(self._flush)

    async def finish(self) -> None:
        """Make the content survive a power cut and compute its name."""
        await asyncio.to_thread(self._seal)
        self.sha256 = self._digest.hexdigest()

    def discard(self) -> None:
        """Close the file and remove it, if it was not taken into the store."""
        with self._writing:
            self._close()
            self.path.unlink(missing_ok=True)

    def _flush(self) -> None:
        piece, self._waiting = self._waiting, bytearray()
        with self._writing:
            if self._descriptor >= 0:
                self._digest.update(piece)
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]

    def _seal(self) -> None:
        self._flush()
        with self._writing:
            if self._descriptor >= 0:
                os.fsync(self._descriptor)
                self._close()

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@asynccontextmanager
async def received(store: Path, pieces: AsyncIterator[bytes], limit_bytes: int) -> AsyncIterator[Draft]:
    """Write pieces into a draft beside the store and yield it complete; afterwards it is gone.

    Raises TooLarge as soon as more than `limit_bytes` came.
    """
    folder = store / DRAFTS
    folder.mkdir(exist_ok=True)
    draft = Draft(folder / f"{secrets.token_hex(16)}{ENDING}")
    try:
        async for piece in pieces:
            if draft.size + len(piece) > limit_bytes:
                raise TooLarge(limit_bytes=limit_bytes)
            await draft.write(piece)
        await draft.finish()
        yield draft
    finally:
        draft.discard()
