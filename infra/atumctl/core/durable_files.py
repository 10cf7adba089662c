"""Writes files that survive a power cut, and computes their SHA-256."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def file_sha256(path: Path) -> str:
    """Return a file's SHA-256 in hex."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def write_durably(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file whole or not at all, so that it survives a power cut."""
    draft = path.with_name(f".{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a folder's entries survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_private(path: str, flags: int) -> int:
    """Open a file that nobody else may read, whatever the umask; an `opener` of `open`."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def sha256_if_readable(path: Path) -> str:
    """Return a file's SHA-256 in hex; empty where it cannot be read."""
    try:
        return file_sha256(path)
    except OSError:
        return ""
