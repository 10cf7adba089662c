"""The uploads of all backups in a folder: each stands there once, named by its SHA-256 (ADR 0024).

A file gets its name only when all of it is written, hashed and synced: whatever has a name is whole,
after a crash at any moment too. Nothing is linked with the desk's own store, which the application
may write to.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from atumctl.backup.manifest import STAMP, BadManifest, manifest_name, read_manifest, uploads_archive, uploads_list
from atumctl.backup.uploads_archive import BadArchive
from atumctl.core.durable_files import file_sha256, open_private, sync_folder
from atumctl.core.uploads import PIECE

STORE = "uploads"
# What a second place with encryption keeps instead of the list, which is encrypted there.
NAMES = "uploads_{}.names"
ENTRY = re.compile(r"^(?:([0-9a-f]{64})  )?uploads/([0-9a-f]{2}/[0-9a-f]{64}(?:\.age)?)$")
KEPT = re.compile(r"^[0-9a-f]{64}(\.age|\.damaged)?$")
DAMAGED = ".damaged"
# So much is written before it is waited for, so that the disk works meanwhile.
PENDING_BYTES = 64 << 20
PENDING_FILES = 1000
SYNCS_AT_ONCE = 16


class BackupStore:
    """The store of one folder of backups. Whoever adds or removes holds the folder's lock."""

    def __init__(self, backups: Path) -> None:
        self.folder = backups / STORE
        self._pending: list[tuple[Path, Path]] = []
        self._pending_bytes = 0
        self._folders: set[Path] = set()

    def path(self, name: str) -> Path:
        """Return where the file of a SHA-256 is, or would be."""
        return self.folder / relative(name)

    def size(self, name: str) -> int | None:
        """Return a file's size in bytes; None where it is not there."""
        try:
            return self.path(name).stat().st_size
        except FileNotFoundError:
            return None

    def add(self, source: Path, drafts: Path) -> bool:
        """Copy a file whose name is its SHA-256; False when its content is not what its name says.

        It is in the store when `finish` has returned. `drafts` is a folder of the same file system.
        """
        draft = drafts / source.name
        digest = hashlib.sha256()
        with source.open("rb") as content, open(draft, "wb", opener=open_private) as file:
            while piece := content.read(PIECE):
                digest.update(piece)
                file.write(piece)
        if digest.hexdigest() != source.name:
            draft.unlink()
            return False
        self._pending_bytes += draft.stat().st_size
        self._pending.append((draft, self.path(source.name)))
        if self._pending_bytes > PENDING_BYTES or len(self._pending) >= PENDING_FILES:
            self._give_names()
        return True

    def finish(self) -> None:
        """Give what was added its names, such that they survive a power cut."""
        self._give_names()
        _sync_all(self._folders)
        self._folders.clear()

    def _give_names(self) -> None:
        """Make drafts survive a power cut, and name them only then."""
        _sync_all(draft for draft, _target in self._pending)
        for draft, target in self._pending:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.rename(target)
            target.with_name(f"{target.name}{DAMAGED}").unlink(missing_ok=True)
            self._folders |= {target.parent, self.folder, self.folder.parent}
        self._pending, self._pending_bytes = [], 0

    def set_aside(self, name: str) -> None:
        """Take the name from a damaged file, so that the next backup stores a right one."""
        path = self.path(name)
        path.replace(path.with_name(f"{name}{DAMAGED}"))
        sync_folder(path.parent)


def _sync_all(paths: Iterable[Path]) -> None:
    """Make files and folders survive a power cut; a disk takes many at once as fast as a few."""
    with ThreadPoolExecutor(SYNCS_AT_ONCE) as threads:
        for _done in threads.map(sync_folder, paths):
            pass


def relative(name: str) -> str:
    """Return a stored file's path in its store."""
    return f"{name[:2]}/{name}"


def write_list(names: Iterable[str]) -> bytes:
    """Return the list of a backup's uploads, such that `sha256sum --check` takes it."""
    return "".join(f"{name}  {STORE}/{relative(name)}\n" for name in sorted(names)).encode()


def read_list(path: Path) -> list[str]:
    """Return the SHA-256 of each upload of a backup. Raises BadArchive for what is no such list."""
    return [name for name, _path in _entries(path)]


def remove_unnamed(folder: Path) -> int | None:
    """Remove what no backup in a folder names; return its bytes.

    None, and nothing is removed, where a backup cannot tell what it needs.
    """
    named = named_paths(folder)
    if named is None:
        return None
    removed = 0
    for path in _files(folder / STORE):
        if f"{path.parent.name}/{path.name.removesuffix(DAMAGED)}" not in named:
            removed += path.stat().st_size
            path.unlink()
    return removed


def named_paths(folder: Path) -> set[str] | None:
    """Return the paths in the store that backups in a folder name; None where one cannot tell."""
    found: set[str] = set()
    stamps = {match[1] for path in folder.glob("*.json") if (match := STAMP.match(path.name))}
    for stamp in stamps:
        if not _has_archive(folder, stamp):
            paths = _paths_of(folder, stamp)
            if paths is None:
                return None
            found |= paths
    return found


def check(folder: Path, names: Iterable[str]) -> Iterator[tuple[str, int | None, bool]]:
    """Yield name, size and whether the content is what the name says; a missing file has no size."""
    store = BackupStore(folder)
    for name in names:
        size = store.size(name)
        try:
            yield name, size, size is not None and file_sha256(store.path(name)) == name
        except OSError:  # a disk that cannot read it any more
            yield name, size, False


def pieces(folder: Path, name: str) -> Iterator[bytes]:
    """Yield a file's content. Raises BadArchive at its end when it is not what its name says."""
    path, digest = BackupStore(folder).path(name), hashlib.sha256()
    try:
        with path.open("rb") as content:
            while piece := content.read(PIECE):
                digest.update(piece)
                yield piece
    except OSError as error:
        raise BadArchive(f"the file {name} cannot be read from {path.parent}: {error.strerror}") from None
    if digest.hexdigest() != name:
        raise BadArchive(f"the file {name} in {path.parent.parent} was altered")


def _paths_of(folder: Path, stamp: str) -> set[str] | None:
    """Return the paths that a backup's list names, if it is the one its manifest tells of."""
    try:
        manifest = read_manifest(folder / manifest_name(stamp))
        listed = folder / uploads_list(stamp)
        if listed.exists():
            fits = file_sha256(listed) == manifest.parts["uploads"].sha256
        else:
            listed, fits = folder / NAMES.format(stamp), True
        paths = {path for _name, path in _entries(listed)}
    except (BadManifest, BadArchive, OSError):
        return None
    return paths if fits and len(paths) == manifest.uploads.files else None


def _entries(path: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        raise BadArchive(f"{path.name} is missing") from None
    except (OSError, ValueError) as error:
        raise BadArchive(f"{path.name} cannot be read: {error}") from None
    for line in lines:
        found = ENTRY.match(line)
        if not found:
            raise BadArchive(f"{path.name} holds {line[:80]!r}, which is no upload")
        yield found[1] or "", found[2]


def _has_archive(folder: Path, stamp: str) -> bool:
    archive = uploads_archive(stamp)
    return any((folder / f"{archive}{ending}").exists() for ending in ("", ".age"))


def _files(store: Path) -> Iterator[Path]:
    """Yield what is ours in a store: nothing else that somebody has put there."""
    for folder, _folders, files in os.walk(store):
        yield from (Path(folder, name) for name in files if KEPT.match(name))
