"""The content-addressed store: a file's name is its SHA-256, so equal files are kept once.

A file is written before the row that names it commits; a crash in between leaves a file that no
row names, which the sweep removes (`jobs.py`), and never a row without its file.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

from obstore.exceptions import AlreadyExistsError, NotFoundError
from obstore.store import LocalStore

from atum_desk.files.models import StoredFile
from atum_desk.files.partial_files import DRAFTS, Draft
from atum_desk.files.problems import FileMissing

# What is in memory of a download at a time.
STREAM_BYTES = 64 * 1024
# Hashed before a thread would have started.
SMALL_BYTES = 256 * 1024
_NAME = re.compile(r"^[0-9a-f]{64}$")


class FileStore:
    """Files under one folder; safe for concurrent use by several processes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._store = LocalStore(str(folder))

    async def put(self, content: bytes) -> StoredFile:
        """Keep content durably and return its name; keeping it twice costs a hash."""
        sha256 = await name_of(content)
        await self.put_named(sha256, content)
        return StoredFile(sha256=sha256, size=len(content))

    async def put_named(self, sha256: str, content: bytes) -> None:
        """Keep content whose name was computed already."""
        path = _path_of(sha256)
        try:
            await self._store.put_async(path, content, mode="create")
        except AlreadyExistsError:
            # Young again, so that no sweep takes it before a row names it.
            await asyncio.to_thread(os.utime, self.folder / path)
            return
        await asyncio.to_thread(_sync, self.folder / path)

    async def adopt(self, draft: Draft) -> None:
        """Take a finished draft into the store under its name, durably."""
        await asyncio.to_thread(_adopt, draft.path, self.folder / _path_of(draft.sha256))

    async def get(self, sha256: str) -> bytes:
        """Return a file's content. Raises FileMissing when the store has lost it."""
        try:
            result = await self._store.get_async(_path_of(sha256))
            return bytes(await result.bytes_async())
        except (NotFoundError, FileNotFoundError):
            raise FileMissing(sha256=sha256) from None

    async def stream(self, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Return the bytes of a file from `start` up to `end`, in pieces.

        Raises FileMissing at once, not while the answer is on its way.
        """
        if start == end:
            return _nothing()
        try:
            found = await self._store.get_async(_path_of(sha256), options={"range": (start, end)})
        except (NotFoundError, FileNotFoundError):
            raise FileMissing(sha256=sha256) from None
        return _pieces(found.stream(min_chunk_size=STREAM_BYTES))

    def list_old(self, age_seconds: float) -> Iterator[str]:
        """Yield the names of files that were written at least so long ago; runs in a thread."""
        before = time.time() - age_seconds
        for path in _files_under(self.folder):
            with suppress(FileNotFoundError):
                if _NAME.match(path.name) and path.stat().st_mtime < before:
                    yield path.name

    def is_old(self, sha256: str, age_seconds: float) -> bool:
        """Tell whether a file was written, or stored again, at least so long ago."""
        with suppress(FileNotFoundError):
            written_at = (self.folder / _path_of(sha256)).stat().st_mtime
            return written_at < time.time() - age_seconds
        return False

    def remove(self, sha256: str) -> None:
        """Remove a file that nothing names; whoever calls holds the lock on its name."""
        (self.folder / _path_of(sha256)).unlink(missing_ok=True)

    def remove_drafts(self, age_seconds: float) -> int:
        """Remove what uploads and writes that were cut off have left; return how many files."""
        before, removed = time.time() - age_seconds, 0
        for path in _files_under(self.folder):
            with suppress(FileNotFoundError):
                if not _NAME.match(path.name) and path.stat().st_mtime < before:
                    path.unlink()
                    removed += 1
        return removed


async def name_of(content: bytes) -> str:
    """Return the name under which content is kept; what takes long to hash is hashed in a thread."""
    if len(content) <= SMALL_BYTES:
        return hashlib.sha256(content).hexdigest()
    return await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())


async def _nothing() -> AsyncIterator[bytes]:
    pieces: tuple[bytes, ...] = ()
    for piece in pieces:
        yield piece


async def _pieces(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for piece in stream:
        yield bytes(piece)


def _path_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _files_under(folder: Path) -> Iterator[Path]:
    """Yield every file of the store: only in folders that are its own, so that nobody else's are touched."""
    own = (DRAFTS, *(f"{number:02x}" for number in range(256)))
    for name in own:
        for found, _folders, files in os.walk(folder / name):
            yield from (Path(found, file) for file in files)


def _adopt(draft: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if target.stat().st_size == draft.stat().st_size:
            os.utime(target)
            return
    draft.rename(target)
    _sync(target)


def _sync(path: Path) -> None:
    """Make a new file and its folder entries survive a power cut."""
    for target in (path, path.parent, path.parent.parent):
        descriptor = os.open(target, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
