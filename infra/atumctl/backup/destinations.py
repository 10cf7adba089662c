"""Destinations of backups: a folder, such as a mounted disk, and another machine.

Both keep what a folder of backups keeps: the parts of each backup, and once for all of them the
uploads. What is copied is read back and compared; a file has its name only when all of it is there.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from atumctl.backup.uploads_store import KEPT, STORE
from atumctl.core.durable_files import file_sha256, sha256_if_readable, sync_folder
from atumctl.core.output import CommandRefused, Failed
from atumctl.core.shell import run

REMOTE = re.compile(r"^(rsync://|[A-Za-z0-9_.@-]+:)")
SSH = "ssh -o BatchMode=yes -o ConnectTimeout=20"
LOCK = ".lock"
MAX_SECONDS = 6 * 3600.0
NOT_KNOWN: Mapping[str, str] = MappingProxyType({})
# What `rsync --list-only` says of a file: its rights, size, date, time and path.
LISTED = re.compile(rf"^-\S+ +([\d.,]+) \S+ \S+ ({STORE}/.+)$")


class Destination(Protocol):
    """A second place; paths are relative to its folder, as they are to the folder of backups."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep others from removing there meanwhile what is not named yet."""

    def uploads(self) -> dict[str, int]:
        """Return the uploads that are there, by path, with their size in bytes."""

    def differing(self, folder: Path, paths: list[str]) -> list[str]:
        """Return the files that are not there as they are in a folder here, compared by content."""

    def take(self, folder: Path, paths: list[str], digests: Mapping[str, str] = NOT_KNOWN) -> None:
        """Copy files of a folder here and compare them. Raises Failed for one that arrived altered.

        `digests` is the SHA-256 of those whose content is known already, by path.
        """


def destination_at(to: str) -> Destination:
    """Return the place that a setting names. Raises Failed where it is not there."""
    return RemoteDestination(to) if REMOTE.match(to) else FolderDestination(Path(to))


class FolderDestination:
    """A folder that must exist, so that an unmounted disk is noticed."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise Failed(f"there is no folder {path}; is the disk mounted?")
        self.path = path

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others from it. Raises Failed while another copies to it."""
        with (self.path / LOCK).open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Failed(f"another backup is being copied to {self.path}") from None
            yield

    def uploads(self) -> dict[str, int]:
        """Return the uploads that are there, by path, with their size in bytes."""
        return {
            str(found.relative_to(self.path)): found.stat().st_size
            for found in (self.path / STORE).glob("??/*")
            if KEPT.match(found.name)
        }

    def differing(self, folder: Path, paths: list[str]) -> list[str]:
        """Return the files that are not there as they are in a folder here, compared by content."""
        return [path for path in paths if sha256_if_readable(self.path / path) != file_sha256(folder / path)]

    def take(self, folder: Path, paths: list[str], digests: Mapping[str, str] = NOT_KNOWN) -> None:
        """Copy files of a folder here and compare them. Raises Failed for one that arrived altered."""
        folders = set()
        for path in paths:
            target = self.path / path
            draft = target.with_name(f".{target.name}.new")
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(folder / path, draft)
            draft.chmod(0o600)
            with draft.open("rb") as copied:
                os.fsync(copied.fileno())
            if file_sha256(draft) != (digests.get(path) or file_sha256(folder / path)):
                raise Failed(f"{path} was altered by the copy")
            draft.replace(target)
            folders |= {target.parent, *target.parent.relative_to(self.path).parents}
        for one in folders:
            sync_folder(self.path / one)


class RemoteDestination:
    """Another machine, reached by rsync, which gives a file its name only when all of it is there."""

    def __init__(self, to: str) -> None:
        if not shutil.which("rsync"):
            raise CommandRefused("rsync is not on this machine; install it (apt install rsync).")
        self._target = to if to.endswith("/") else f"{to}/"
        self._shell = [] if to.startswith("rsync://") else ["--rsh", SSH]

    def alone(self) -> AbstractContextManager[None]:
        """Return at once: nobody here removes anything there."""
        return nullcontext()

    def uploads(self) -> dict[str, int]:
        """Return the uploads that are there, by path, with their size in bytes."""
        only = ["--recursive", f"--include=/{STORE}/***", "--exclude=*"]
        said = self._rsync("--list-only", *only, "--", self._target)
        found = filter(None, map(LISTED.match, said.splitlines()))
        return {one[2]: int(re.sub(r"\D", "", one[1])) for one in found}

    def differing(self, folder: Path, paths: list[str]) -> list[str]:
        """Return the files that are not there as they are in a folder here, compared by content."""
        said = self._send(folder, paths, "--checksum", "--dry-run", "--out-format=%n")
        return sorted(set(said.splitlines()) & set(paths))

    def take(self, folder: Path, paths: list[str], digests: Mapping[str, str] = NOT_KNOWN) -> None:
        """Copy files of a folder here and compare them. Raises Failed for one that arrived altered."""
        # What was interrupted is gone on with the next time; it never has a file's own name.
        self._send(folder, paths, "--times", "--ignore-times", "--chmod=D700,F600", "--partial-dir=.partial")
        if wrong := self.differing(folder, paths):
            raise Failed(f"altered by the copy: {', '.join(wrong[:5])}")

    def _send(self, folder: Path, paths: Iterable[str], *options: str) -> str:
        return self._rsync(*options, "--files-from=-", "--", f"{folder}/", self._target, given=paths)

    def _rsync(self, *words: str, given: Iterable[str] = ()) -> str:
        listed = "".join(f"{path}\n" for path in given)
        return run(["rsync", *self._shell, *words], input=listed, timeout=MAX_SECONDS).stdout
