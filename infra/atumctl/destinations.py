"""The second place of a backup: a mounted folder or another machine, encrypted to a public key.

What leaves the machine is encrypted (age) where `ATUM_OPS_BACKUP_RECIPIENT` names a public key:
the settings in a backup hold secrets. What stays beside the database it came from does not need
it, and can be proven every day because it is not.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from atumctl import output, retention
from atumctl.index import Copied, Entry, Index, now
from atumctl.manifest import STAMP, Manifest, file_sha256, manifest_name, sync_folder
from atumctl.output import Failed, Refused
from atumctl.shell import ShellError, run
from atumctl.site import Site

REMOTE = re.compile(r"^(rsync://|[A-Za-z0-9_.@-]+:)")
SSH = "ssh -o BatchMode=yes -o ConnectTimeout=20"
LONGEST_SECONDS = 6 * 3600.0
PUBLIC_KEY = re.compile(r"^(age1|ssh-ed25519 |ssh-rsa )")


def wanted(site: Site, to: str = "") -> list[str]:
    """Return where backups are copied: `to`, else what the settings say, separated by spaces."""
    return [to] if to else site.setting("ATUM_OPS_BACKUP_TO", "").split()


def copy_to_all(site: Site, manifest: Manifest, to: str = "") -> list[dict[str, object]]:
    """Copy a backup to every destination. Raises Failed, after trying all, if one did not get it."""
    copies = [_copy(site, manifest, one) for one in wanted(site, to)]
    if failed := [copied for copied in copies if copied.error]:
        words = "; ".join(f"{copied.to}: {copied.error}" for copied in failed)
        raise Failed(f"The backup {manifest.stamp} is made, but its copy is not: {words}")
    return [asdict(copied) for copied in copies]


def decrypt_set(folder: Path, manifest: Manifest, identity: Path, target: Path) -> None:
    """Decrypt a copied backup's parts into a folder, with the private key that opens them."""
    _require("age")
    for part in manifest.parts.values():
        sealed = folder / f"{part.file}.age"
        if not sealed.exists():
            raise Refused(f"{sealed} is missing.")
        words = ["age", "--decrypt", "--identity", str(identity), "--output"]
        run([*words, target / part.file, sealed], timeout=LONGEST_SECONDS)


def _copy(site: Site, manifest: Manifest, to: str) -> Copied:
    recipient = site.setting("ATUM_OPS_BACKUP_RECIPIENT", "")
    if not recipient:
        output.warn(f"{to} gets the settings with their secrets unencrypted; see docs")
    try:
        with tempfile.TemporaryDirectory(dir=site.backups, prefix=".copying-") as work:
            files = _files(site, manifest, recipient, Path(work))
            if REMOTE.match(to):
                _send(files, to)
            else:
                _lay(files, Path(to), site)
        error = ""
        output.ok(f"copied to {to}")
    except (OSError, ShellError, Failed, Refused) as failure:
        error = str(failure)
        output.fail(f"{to}: {error}")
    copied = Copied(to, now(), bool(recipient), error)
    Index(site).record_copy(manifest.stamp, copied)
    return copied


def _files(site: Site, manifest: Manifest, recipient: str, work: Path) -> list[Path]:
    """Return the files to copy, encrypted where there is a key; the manifest is the last one."""
    parts = [site.backups / part.file for part in manifest.parts.values()]
    if recipient:
        _require("age")
        option = "--recipient" if PUBLIC_KEY.match(recipient) else "--recipients-file"
        sealed = [work / f"{part.name}.age" for part in parts]
        for part, target in zip(parts, sealed, strict=True):
            words = ["age", "--encrypt", option, recipient, "--output"]
            run([*words, target, part], timeout=LONGEST_SECONDS)
        parts = sealed
    return [*parts, site.backups / manifest.file]


def _lay(files: list[Path], folder: Path, site: Site) -> None:
    """Copy into a folder that must exist: a disk that is not mounted must not be mistaken."""
    if not folder.is_dir():
        raise Failed(f"there is no folder {folder}; is the disk mounted?")
    for file in files:
        draft = folder / f".{file.name}.new"
        shutil.copyfile(file, draft)
        draft.chmod(0o600)
        with draft.open("rb") as copied:
            os.fsync(copied.fileno())
        if file_sha256(draft) != file_sha256(file):
            raise Failed(f"{file.name} arrived altered")
        draft.replace(folder / file.name)
    sync_folder(folder)
    _remove_old(folder, site)


def _send(files: list[Path], to: str) -> None:
    """Send with rsync, which gives a file its name only when all of it has arrived."""
    _require("rsync")
    shell = [] if to.startswith("rsync://") else ["--rsh", SSH]
    options = ["--times", "--chmod=F600", *shell]
    target = to if to.endswith("/") else f"{to}/"
    run(["rsync", *options, "--", *files, target], timeout=LONGEST_SECONDS)
    if differing := _differing(files, target):
        raise Failed(f"arrived altered: {', '.join(differing)}")


def _differing(files: list[Path], target: str) -> list[str]:
    """Return the files that are not there as they are here, compared by checksum."""
    shell = [] if target.startswith("rsync://") else ["--rsh", SSH]
    look = ["rsync", "--checksum", "--dry-run", "--out-format=%n", *shell, "--"]
    return run([*look, *files, target], timeout=LONGEST_SECONDS).stdout.split()


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


def _stranger(stamp: str) -> Entry:
    return Entry(stamp, "", 0, "", "", 0, manifest_name(stamp))


def _require(program: str) -> None:
    if not shutil.which(program):
        raise Refused(f"{program} is not on this machine; install it (apt install {program}).")
