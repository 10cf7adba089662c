"""The uploads of one backup, whichever form it has: files that all backups share, or an archive.

Backups of earlier releases have an archive of their own; they stay as good as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from atumctl.backup import uploads_archive, uploads_store
from atumctl.backup.manifest import Manifest, wrong_parts
from atumctl.backup.uploads_archive import BadArchive, Packed
from atumctl.backup.uploads_store import BackupStore
from atumctl.core.output import CommandRefused


def names(manifest: Manifest, folder: Path) -> list[str]:
    """Return the SHA-256 of each upload of a backup that is no archive. Raises BadArchive."""
    return uploads_store.read_list(_part(manifest, folder))


def check(manifest: Manifest, folder: Path) -> Iterator[tuple[str, int | None, bool]]:
    """Yield each upload's name, size and whether its content is what its name says.

    One that is missing has no size. Every byte is read. Raises BadArchive where the archive or the
    list cannot be read on.
    """
    if manifest.is_archived:
        yield from uploads_archive.check(_part(manifest, folder))
    else:
        yield from uploads_store.check(folder, names(manifest, folder))


def contents(manifest: Manifest, folder: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Yield the wanted uploads by name. Raises BadArchive for one that is not what it must be."""
    if manifest.is_archived:
        yield from uploads_archive.contents(_part(manifest, folder), wanted)
        return
    for name in filter(wanted, names(manifest, folder)):
        yield name, b"".join(uploads_store.pieces(folder, name))


def unpack(manifest: Manifest, folder: Path, uploads: Path, owner: tuple[int, int] | None = None) -> Packed:
    """Write a backup's uploads into an empty store of a desk, durably, each hashed on its way.

    `owner` is the (uid, gid) they get. Raises BadArchive as `contents` does.
    """
    if manifest.is_archived:
        return uploads_archive.unpack(_part(manifest, folder), uploads, owner)
    found = names(manifest, folder)
    return uploads_archive.fill_store(((name, uploads_store.pieces(folder, name)) for name in found), uploads, owner)


def why_unusable(manifest: Manifest, folder: Path) -> list[str]:
    """Return in words what keeps a backup from being used, without reading any upload."""
    wrong = wrong_parts(manifest, folder)
    words = list(wrong.values())
    if "uploads" not in wrong and not manifest.is_archived:
        try:
            words += _missing(manifest, folder)
        except BadArchive as error:
            words.append(str(error))
    return words


def require_usable(manifest: Manifest, folder: Path) -> None:
    """Raise Refused, with what is wrong, unless all of a backup is there."""
    if wrong := why_unusable(manifest, folder):
        raise CommandRefused(f"The backup cannot be used: {'; '.join(wrong)}.")


def _missing(manifest: Manifest, folder: Path) -> Iterator[str]:
    store = BackupStore(folder)
    sizes = list(map(store.size, names(manifest, folder)))
    if missing := sizes.count(None):
        yield f"{missing:,} of {len(sizes):,} uploads are missing from {store.folder}"
    elif sum(filter(None, sizes)) != manifest.uploads.bytes:
        yield f"uploads in {store.folder} are truncated; verify names them"


def _part(manifest: Manifest, folder: Path) -> Path:
    return folder / manifest.parts["uploads"].file
