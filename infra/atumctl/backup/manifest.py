"""A backup's manifest: its parts, their checksums, and what must be in them."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from atumctl.backup.database_contents import DatabaseContents
from atumctl.core.durable_files import file_sha256
from atumctl.core.output import CommandRefused

# Up to 1 the uploads were a tar.gz in each backup; since 2 a list of what all backups share.
ARCHIVED, FORMAT = 1, 2
STAMP = re.compile(r"^manifest_(\d{8}_\d{6})\.json$")
# The parts of a backup and their names; those of the rollback plan, but for the uploads.
PARTS = {"dump": "atum_desk_{}.dump", "uploads": "uploads_{}.sha256", "env": "env_{}"}
ARCHIVE = "uploads_{}.tar.gz"
SEAL = "manifest_sha256"


class BadManifest(CommandRefused):
    """A manifest cannot be read or is not what was written."""


@dataclass(frozen=True)
class BackupPart:
    """One file of a backup."""

    file: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Uploads:
    """The uploads of a backup, of which `new_bytes` were in no backup before.

    `missing` names files that were lost or damaged already.
    """

    files: int
    bytes: int
    missing: tuple[str, ...] = ()
    new_bytes: int = 0

    @property
    def old_bytes(self) -> int:
        """Return the bytes that an earlier backup had stored already."""
        return self.bytes - self.new_bytes


@dataclass(frozen=True)
class Manifest:
    """A backup; `contents` was read in the snapshot the dump was made of, at `made_at`.

    `database_bytes` is the size the database had: what a restore needs on disk.
    """

    stamp: str
    made_at: str
    took_seconds: float
    version: str
    postgres: str
    database_bytes: int
    contents: DatabaseContents
    uploads: Uploads
    parts: dict[str, BackupPart]
    format: int = FORMAT

    @property
    def is_archived(self) -> bool:
        """Say whether the uploads are an archive of this backup's own."""
        return self.format == ARCHIVED

    @property
    def file(self) -> str:
        """Return the manifest's own file name."""
        return manifest_name(self.stamp)

    @property
    def bytes(self) -> int:
        """Return the size of all parts, uploads included: what a copy of it takes."""
        shared = 0 if self.is_archived else self.uploads.bytes
        return sum(part.bytes for part in self.parts.values()) + shared

    @property
    def new_bytes(self) -> int:
        """Return what the folder of backups grew by when it was made."""
        return self.bytes if self.is_archived else self.bytes - self.uploads.old_bytes

    def to_json(self) -> str:
        """Return the text of the manifest, with the seal over the rest of it."""
        document: dict[str, Any] = asdict(self)
        return json.dumps(document | {SEAL: _seal(document)}, indent=1) + "\n"


def manifest_name(stamp: str) -> str:
    """Return the file name of a manifest."""
    return f"manifest_{stamp}.json"


def uploads_list(stamp: str) -> str:
    """Return the file name of the list of a backup's uploads."""
    return PARTS["uploads"].format(stamp)


def uploads_archive(stamp: str) -> str:
    """Return the file name of the archive that a backup of an earlier release had instead."""
    return ARCHIVE.format(stamp)


def read_manifest(path: Path) -> Manifest:
    """Return a manifest. Raises BadManifest when it is missing, torn or altered."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        seal = document.pop(SEAL)
    except FileNotFoundError:
        raise BadManifest(f"There is no manifest {path}.") from None
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise BadManifest(f"The manifest {path.name} cannot be read: {error}.") from None
    if _seal(document) != seal:
        raise BadManifest(f"The manifest {path.name} was altered: its own checksum does not fit.")
    if document["format"] not in (ARCHIVED, FORMAT):
        raise BadManifest(f"The manifest {path.name} is of a later version of this tool.")
    contents, uploads = document.pop("contents"), document.pop("uploads")
    parts = {name: BackupPart(**part) for name, part in document.pop("parts").items()}
    missing = tuple(uploads.pop("missing"))
    return Manifest(
        **document, contents=DatabaseContents(**contents), uploads=Uploads(**uploads, missing=missing), parts=parts
    )


def wrong_parts(manifest: Manifest, folder: Path) -> dict[str, str]:
    """Return the parts that are not as the manifest says, each with what is wrong with it."""
    found = {name: wrong_with(part, folder / part.file) for name, part in manifest.parts.items()}
    return {name: words for name, words in found.items() if words}


def wrong_with(part: BackupPart, path: Path) -> str:
    """Return what is wrong with a part's file; nothing when it is whole."""
    try:
        size = path.stat().st_size
        if size < part.bytes:
            return f"{part.file} is truncated: {size:,} of {part.bytes:,} bytes"
        if size > part.bytes:
            return f"{part.file} has grown: {size:,} bytes, it had {part.bytes:,}"
        if file_sha256(path) != part.sha256:
            return f"{part.file} was altered: its SHA-256 is not the manifest's"
    except FileNotFoundError:
        return f"{part.file} is missing"
    except OSError as error:
        return f"{part.file} cannot be read: {error.strerror}"
    return ""


def _seal(document: dict[str, Any]) -> str:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
