"""Copies the uploads of a backup to a second place: sends what is missing, compares what is there.

New files are read back and compared. Of those that are there already a seventh is compared each day,
so that a week finds every damaged one; it is sent again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from atumctl.backup import encryption, uploads_store
from atumctl.backup.destinations import Destination
from atumctl.backup.manifest import Manifest
from atumctl.backup.uploads_store import BackupStore, relative
from atumctl.core.durable_files import file_sha256
from atumctl.core.output import Failed

DAYS = 7
# So much is encrypted at a time: the room that it needs beside the backups.
BATCH_BYTES = 256 << 20
MAX_NAMED = 3


def copy_uploads(backups: Path, manifest: Manifest, destination: Destination) -> None:
    """Have a place hold all uploads of a backup. Raises Failed where one is not right here."""
    sizes = _sizes(backups, manifest)
    there = destination.uploads()
    paths = {f"{uploads_store.STORE}/{relative(name)}": name for name in sizes}
    send = [path for path, name in paths.items() if there.get(path) != sizes[name]]
    _require_right(backups, [paths[path] for path in send])
    if send:
        destination.take(backups, send, paths)
    look = [path for path, name in paths.items() if there.get(path) == sizes[name] and _is_due(name)]
    if look and (wrong := destination.differing(backups, look)):
        _require_right(backups, [paths[path] for path in wrong])
        destination.take(backups, wrong, paths)


def copy_encrypted(
    backups: Path, manifest: Manifest, destination: Destination, recipient: str, work: Path
) -> list[str]:
    """Have a place hold all uploads of a backup encrypted, and return their paths there.

    What is there already cannot be compared without the private key: `verify --identity` does.
    """
    env, store = backups / manifest.parts["env"].file, BackupStore(backups)
    sizes = _sizes(backups, manifest)
    paths = {path: name for name, path in encryption.encrypted_paths(env, sizes).items()}
    there = destination.uploads()
    # Encryption adds to a file, so one that is no larger was never written by us.
    send = [path for path, name in paths.items() if there.get(path, 0) <= sizes[name]]
    _require_right(backups, [paths[path] for path in send])
    for batch in _batches([(path, sizes[paths[path]]) for path in send]):
        for path in batch:
            encryption.encrypt(recipient, store.path(paths[path]), work / path)
        destination.take(work, batch)
        shutil.rmtree(work / uploads_store.STORE)
    return list(paths)


def _sizes(backups: Path, manifest: Manifest) -> dict[str, int]:
    store = BackupStore(backups)
    names = uploads_store.read_list(backups / manifest.parts["uploads"].file)
    found = {name: store.size(name) for name in names}
    if missing := [name for name, size in found.items() if size is None]:
        raise Failed(f"{len(missing)} uploads of the backup are missing on this machine: {_some(missing)}")
    return {name: size for name, size in found.items() if size is not None}


def _require_right(backups: Path, names: list[str]) -> None:
    """Raise Failed for a file that is damaged here: it must not replace a right one there."""
    store = BackupStore(backups)
    if wrong := [name for name in names if file_sha256(store.path(name)) != name]:
        raise Failed(f"{len(wrong)} uploads of the backup are damaged on this machine: {_some(wrong)}")


def _batches(sized: list[tuple[str, int]]) -> Iterator[list[str]]:
    batch: list[str] = []
    filled = 0
    for path, size in sized:
        if batch and filled + size > BATCH_BYTES:
            yield batch
            batch, filled = [], 0
        batch.append(path)
        filled += size
    if batch:
        yield batch


def _is_due(name: str) -> bool:
    """Say whether a file is among those compared today."""
    return int(name[:8], 16) % DAYS == datetime.now(UTC).toordinal() % DAYS


def _some(names: list[str]) -> str:
    return ", ".join(names[:MAX_NAMED]) + (", ..." if len(names) > MAX_NAMED else "")
