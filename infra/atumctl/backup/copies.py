"""Copies a backup to the second places of the settings, encrypted to a public key where one is named.

What leaves the machine is encrypted (age) where `ATUM_OPS_BACKUP_RECIPIENT` names a public key:
the settings in a backup hold secrets. What stays beside the database it came from does not need
it, and can be proven every day because it is not.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from atumctl.backup import copied_uploads, encryption, retention, uploads_store
from atumctl.backup.destinations import Destination, FolderDestination, destination_at
from atumctl.backup.index import BackupEntry, Index, IndexedCopy, now
from atumctl.backup.manifest import STAMP, Manifest, manifest_name
from atumctl.backup.uploads_archive import BadArchive
from atumctl.core import output
from atumctl.core.output import CommandRefused, Failed
from atumctl.core.shell import ShellError
from atumctl.core.site import Site


def wanted(site: Site, to: str = "") -> list[str]:
    """Return where backups are copied: `to`, else what the settings say, separated by spaces."""
    return [to] if to else site.setting("ATUM_OPS_BACKUP_TO", "").split()


def copy_to_all(site: Site, manifest: Manifest, to: str = "") -> list[dict[str, object]]:
    """Copy a backup to every destination. Raises Failed, after trying all, if one did not get it."""
    copies = [_copy(site, manifest, one) for one in wanted(site, to)]
    if failed := [copied for copied in copies if copied.error]:
        words = "; ".join(f"{copied.to}: {copied.error}" for copied in failed)
        raise Failed(f"The backup {manifest.stamp} was made but not copied: {words}")
    return [asdict(copied) for copied in copies]


def _copy(site: Site, manifest: Manifest, to: str) -> IndexedCopy:
    recipient = site.setting("ATUM_OPS_BACKUP_RECIPIENT", "")
    if not recipient:
        output.warn(f"{to} receives the settings with their secrets unencrypted; see docs/operations/backup.md")
    try:
        destination = destination_at(to)
        with destination.alone():
            if recipient:
                _copy_encrypted(site, manifest, destination, recipient)
            else:
                _copy_plain(site, manifest, destination)
            if isinstance(destination, FolderDestination):
                _remove_old(destination.path, site)
        error = ""
        output.ok(f"copied to {to}")
    except (OSError, ShellError, Failed, CommandRefused, BadArchive) as failure:
        error = str(failure)
        output.fail(f"{to}: {error}")
    copied = IndexedCopy(to, now(), bool(recipient), error)
    Index(site).record_copy(manifest.stamp, copied)
    return copied


def _copy_plain(site: Site, manifest: Manifest, destination: Destination) -> None:
    """Copy uploads, then parts; the manifest comes last, and with it the backup exists there."""
    copied_uploads.copy_uploads(site.backups, manifest, destination)
    destination.take(site.backups, [part.file for part in manifest.parts.values()])
    destination.take(site.backups, [manifest.file])


def _copy_encrypted(site: Site, manifest: Manifest, destination: Destination, recipient: str) -> None:
    """Copy everything but the manifest encrypted, and which uploads there belong to the backup."""
    with tempfile.TemporaryDirectory(dir=site.backups, prefix=".copying-") as folder:
        work = Path(folder)
        paths = copied_uploads.copy_encrypted(site.backups, manifest, destination, recipient, work)
        sealed = [f"{part.file}{encryption.ENDING}" for part in manifest.parts.values()]
        for part, name in zip(manifest.parts.values(), sealed, strict=True):
            encryption.encrypt(recipient, site.backups / part.file, work / name)
        names = uploads_store.NAMES.format(manifest.stamp)
        (work / names).write_text("".join(f"{path}\n" for path in sorted(paths)))
        destination.take(work, [*sealed, names])
    destination.take(site.backups, [manifest.file])


def _remove_old(folder: Path, site: Site) -> None:
    """Let a folder keep as many days and weeks as we do; of what we proved, the last stays."""
    known = {entry.stamp: entry for entry in Index(site).entries()}
    stamps = [found[1] for path in folder.iterdir() if (found := STAMP.match(path.name))]
    entries = [known.get(stamp) or _stranger(stamp) for stamp in stamps]
    daily = int(site.number("ATUM_OPS_BACKUP_DAILY", retention.DAILY))
    weekly = int(site.number("ATUM_OPS_BACKUP_WEEKLY", retention.WEEKLY))
    stay = retention.kept(entries, datetime.now(UTC), daily, weekly)
    for stamp in set(stamps) - stay:
        retention.remove_set(folder, stamp)
    retention.remove_unnamed(folder)


def _stranger(stamp: str) -> BackupEntry:
    return BackupEntry(stamp, "", 0, "", "", 0, manifest_name(stamp))
