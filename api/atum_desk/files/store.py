"""The content-addressed store: a file's name is its SHA-256, so equal files are kept once.

A file is written before the row that names it commits; a crash in between leaves a file that no
row names, which is harmless, and never a row without its file.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

from obstore.exceptions import AlreadyExistsError, NotFoundError
from obstore.store import LocalStore

from atum_desk.files.models import StoredFile
from atum_desk.files.problems import FileMissing


class FileStore:
    """Files under one folder; safe for concurrent use by several processes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._store = LocalStore(str(folder))

    async def put(self, content: bytes) -> StoredFile:
        """Keep content durably and return its name; keeping it twice costs a hash."""
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
        path = _path_of(sha256)
        try:
            await self._store.put_async(path, content, mode="create")
        except AlreadyExistsError:
            return StoredFile(sha256=sha256, size=len(content))
        await asyncio.to_thread(_sync, self._folder / path)
        return StoredFile(sha256=sha256, size=len(content))

    async def get(self, sha256: str) -> bytes:
        """Return a file's content. Raises FileMissing when the store has lost it."""
        try:
            result = await self._store.get_async(_path_of(sha256))
            return bytes(await result.bytes_async())
        except (NotFoundError, FileNotFoundError):
            raise FileMissing(sha256=sha256) from None


def _path_of(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _sync(path: Path) -> None:
    """Make a new file and its folder entries survive a power cut."""
    for target in (path, path.parent, path.parent.parent):
        descriptor = os.open(target, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
