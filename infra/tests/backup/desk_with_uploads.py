"""What several tests of backups need."""

from __future__ import annotations

import argparse
import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from atumctl.backup import destinations
from atumctl.core.site import Site

TREE = Path(__file__).resolve().parents[3]


def lay_code(site: Site) -> None:
    """Give a desk this release's code."""
    site.api.mkdir(parents=True)
    for name in ("atum_desk", "migrations"):
        (site.api / name).symlink_to(TREE / "api" / name)


def asked(manifest: str | None, **flags: Any) -> argparse.Namespace:
    """Return what the command line of `restore` gives."""
    usual = {"identity": None, "send_waiting_mail": False, "back": False, "dry_run": False}
    return argparse.Namespace(manifest=manifest, yes=True, **(usual | flags))


def upload(site: Site, content: bytes) -> Path:
    """Put a file where the application would and return its path."""
    name = hashlib.sha256(content).hexdigest()
    path = site.uploads / name[:2] / name[2:4] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def set_recipient(site: Site, public: str) -> None:
    """Have copies and exports encrypted to a public key."""
    with site.env_file.open("a") as file:
        file.write(f"ATUM_OPS_BACKUP_RECIPIENT={public}\n")


def encrypt_to_new_key(site: Site, folder: Path) -> Path:
    """Have copies and exports encrypted to a new key, and return the file of its private half."""
    key = folder / "key"
    subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True, text=True)
    set_recipient(site, public.stdout.strip())
    return key


def noting_copies(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by what is copied into a folder, or sent to another machine."""
    copied: list[str] = []
    for kind in (destinations.FolderDestination, destinations.RemoteDestination):
        monkeypatch.setattr(kind, "take", _noted(kind.take, copied))
    return copied


def _noted(take: Callable[..., None], copied: list[str]) -> Callable[..., None]:
    def noting(destination: object, folder: Path, paths: list[str], *known: object) -> None:
        copied.extend(paths)
        take(destination, folder, paths, *known)

    return noting
