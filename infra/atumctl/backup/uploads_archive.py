"""The archive of a desk's uploads that backups of earlier releases have, and how a store is filled.

A tar.gz of files, each named by its SHA-256; now all backups share a store (`uploads_store.py`).
"""

from __future__ import annotations

import hashlib
import os
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from atumctl.core.output import AtumctlError
from atumctl.core.uploads import NAME, PIECE, stored_path


class BadArchive(AtumctlError):
    """An archive cannot be read, or contains something that no backup has."""


@dataclass
class Packed:
    """What was written into a store."""

    names: set[str] = field(default_factory=set)
    bytes: int = 0


def check(archive: Path) -> Iterator[tuple[str, int, bool]]:
    """Yield each file's name, size and whether its content is what its name says.

    Raises BadArchive where the archive ends early or cannot be read on.
    """
    for entry, content in _members(archive):
        name = entry.name.rpartition("/")[2]
        yield name, entry.size, sha256_of(content) == name


def contents(archive: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Yield the wanted files of an archive by name; raises BadArchive as `unpack` does."""
    for entry, content in _members(archive):
        name = entry.name.rpartition("/")[2]
        if wanted(name):
            held = content.read()
            if hashlib.sha256(held).hexdigest() != name:
                raise BadArchive(f"the file {name} in {archive.name} was altered")
            yield name, held


def unpack(archive: Path, uploads: Path, owner: tuple[int, int] | None = None) -> Packed:
    """Write an archive's files into an empty store, durably; `owner` is the (uid, gid) they get.

    Raises BadArchive for a file whose content is not what its name says.
    """
    members = (
        (entry.name.rpartition("/")[2], _checked(archive, entry, content)) for entry, content in _members(archive)
    )
    return fill_store(members, uploads, owner)


def fill_store(files: Iterable[tuple[str, Iterator[bytes]]], uploads: Path, owner: tuple[int, int] | None) -> Packed:
    """Write files, given by name and pieces of content, into an empty store, durably."""
    packed = Packed()
    uploads.mkdir(mode=0o755)
    for name, content in files:
        path = stored_path(uploads, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            packed.bytes += sum(map(file.write, content))
        packed.names.add(name)
    _finish(uploads, owner)
    return packed


def sha256_of(content: IO[bytes]) -> str:
    """Return the SHA-256 in hex of what is left to read."""
    digest = hashlib.sha256()
    while piece := content.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _members(archive: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """Yield the files of an archive in one pass; a name that is not ours never becomes a path."""
    try:
        with tarfile.open(archive, "r|gz") as tar:
            for entry in tar:
                if entry.isdir():
                    continue
                content = tar.extractfile(entry) if entry.isreg() else None
                name = entry.name.rpartition("/")[2]
                if content is None or not NAME.match(name):
                    raise BadArchive(f"{archive.name} holds {entry.name!r}, which is no upload")
                yield entry, content
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise BadArchive(f"{archive.name} cannot be read on: {error}") from None


def _checked(archive: Path, entry: tarfile.TarInfo, content: IO[bytes]) -> Iterator[bytes]:
    name, digest = entry.name.rpartition("/")[2], hashlib.sha256()
    while piece := content.read(PIECE):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != name:
        raise BadArchive(f"the file {name} in {archive.name} was altered")


def _finish(uploads: Path, owner: tuple[int, int] | None) -> None:
    """Give the files to their owner and make all of it survive a power cut at once."""
    if owner:
        for folder, folders, files in os.walk(uploads):
            for name in (".", *folders, *files):
                os.chown(Path(folder, name), *owner, follow_symlinks=False)
    os.sync()
