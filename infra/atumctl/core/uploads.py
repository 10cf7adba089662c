"""A desk's uploads: content-addressed files, each named by its own SHA-256."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

NAME = re.compile(r"^[0-9a-f]{64}$")
# So many bytes of a file are read at a time.
PIECE = 1 << 20
NAMED_FILES = "select distinct sha256 from atum.attachments"


def stored_files(uploads: Path) -> Iterator[Path]:
    """Yield the files of the store in order; what is being written has another name still."""
    for folder, folders, files in os.walk(uploads):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(files) if NAME.match(name))


def stored_path(uploads: Path, name: str) -> Path:
    """Return where a store has the file of a SHA-256, or would have it."""
    return uploads / name[:2] / name[2:4] / name
