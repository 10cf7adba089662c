"""`export`: one complete backup as a single archive that can be copied anywhere.

A tar of the backup's files and of the uploads that it needs, as they lie in a folder of backups:
unpacked anywhere, its manifest is what `verify`, `restore` and `install --from-backup` want.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from atumctl.backup import encryption, uploads_of_backup
from atumctl.backup.folder import find_manifest
from atumctl.backup.manifest import Manifest, read_manifest
from atumctl.backup.uploads_archive import BadArchive
from atumctl.backup.uploads_of_backup import require_usable
from atumctl.backup.uploads_store import STORE, BackupStore, relative
from atumctl.core import output
from atumctl.core.durable_files import file_sha256, open_private, sync_folder
from atumctl.core.output import CommandRefused, Failed
from atumctl.core.site import Site

NAME = "atum_desk_backup_{}.tar"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `export`."""
    parser.add_argument("manifest", nargs="?", default="", help="manifest file or stamp (newest)")
    parser.add_argument("--to", type=Path, required=True, help="folder, or the archive's name")
    parser.add_argument("--plain", action="store_true", help="do not encrypt, whatever is set")


def run(args: argparse.Namespace, site: Site) -> int:
    """Write the archive, encrypted where a public key is set; it is there whole or not at all."""
    path = find_manifest(site, args.manifest)
    manifest, folder = read_manifest(path), path.parent
    recipient = "" if args.plain else site.setting("ATUM_OPS_BACKUP_RECIPIENT", "")
    target = _target(args.to, manifest, recipient)
    if args.dry_run:
        output.note(f"write {manifest.bytes / 1e6:,.1f} MB to {target}")
        return 0
    output.step(f"Export of the backup of {manifest.made_at}")
    require_usable(manifest, folder)
    if not recipient:
        output.warn("the archive holds the settings with their secrets, unencrypted")
    try:
        with _written(target, recipient) as archive:
            write_archive(manifest, folder, path, archive)
    except (OSError, BadArchive, subprocess.CalledProcessError) as error:
        raise Failed(f"The archive could not be written: {error}. Nothing is left of it.") from error
    output.ok(f"{target}: {target.stat().st_size / 1e6:,.1f} MB")
    output.result({"manifest": str(path), "archive": str(target), "encrypted": bool(recipient)})
    return 0


def write_archive(manifest: Manifest, folder: Path, path: Path, target: IO[bytes]) -> None:
    """Write a backup as a tar, the manifest last. Raises BadArchive for an upload that is not right."""
    store = BackupStore(folder)
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for part in manifest.parts.values():
            _add(tar, folder / part.file, part.file)
        for name in [] if manifest.is_archived else uploads_of_backup.names(manifest, folder):
            if file_sha256(store.path(name)) != name:
                raise BadArchive(f"the upload {name} in {store.folder} was altered")
            _add(tar, store.path(name), f"{STORE}/{relative(name)}")
        _add(tar, path, path.name)


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    entry = tarfile.TarInfo(name)
    with path.open("rb") as content:
        found = os.fstat(content.fileno())
        entry.size, entry.mtime, entry.mode = found.st_size, int(found.st_mtime), 0o600
        tar.addfile(entry, content)


def _target(to: Path, manifest: Manifest, recipient: str) -> Path:
    target = to.absolute()
    if target.is_dir():
        ending = encryption.ENDING if recipient else ""
        target /= f"{NAME.format(manifest.stamp)}{ending}"
    if target.exists():
        raise CommandRefused(f"{target} is there already.")
    if not target.parent.is_dir():
        raise CommandRefused(f"There is no folder {target.parent}.")
    return target


@contextlib.contextmanager
def _written(target: Path, recipient: str) -> Iterator[IO[bytes]]:
    """Yield what to write to; the file has its name when all of it is written and synced."""
    draft = target.with_name(f".{target.name}.new")
    try:
        with open(draft, "wb", opener=open_private) as file:
            if recipient:
                with _encrypting(recipient, file) as given:
                    yield given
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
        sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def _encrypting(recipient: str, file: IO[bytes]) -> Iterator[IO[bytes]]:
    words = encryption.command(recipient)
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=file) as process:
        assert process.stdin is not None
        try:
            yield process.stdin
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)
