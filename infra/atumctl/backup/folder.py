"""The folder of backups: who may work in it, and which backup is meant."""

from __future__ import annotations

import contextlib
import fcntl
import grp
import os
from collections.abc import Iterator
from pathlib import Path

from atumctl.backup.index import Index
from atumctl.backup.manifest import manifest_name
from atumctl.core.output import CommandRefused
from atumctl.core.site import Site


@contextlib.contextmanager
def locked(site: Site) -> Iterator[None]:
    """Keep other backups, proofs and restores away. Raises Refused when one runs."""
    with (site.backups / ".lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CommandRefused(f"A backup, proof or restore is running (process {file.read().strip()}).") from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def prepare_folder(site: Site) -> None:
    """Make the folder of backups: on a server root's, where the application may only read."""
    if not site.backups.is_dir():
        site.backups.mkdir(mode=0o750, parents=True)
        site.backups.chmod(0o750)  # whatever the umask of who runs it
        if site.kind == "server":
            with contextlib.suppress(KeyError):
                os.chown(site.backups, 0, grp.getgrnam(site.user).gr_gid)


def find_manifest(site: Site, wanted: str = "") -> Path:
    """Return a manifest by path or stamp; the newest when nothing is wanted."""
    if not wanted:
        return site.backups / Index(site).newest().manifest
    for path in (Path(wanted).absolute(), site.backups / wanted, site.backups / manifest_name(wanted)):
        if path.is_file():
            return path
    raise CommandRefused(f"There is no manifest {wanted}; the backups are in {site.backups}.")
