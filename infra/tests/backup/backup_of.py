"""What several tests of backups need."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from atumctl.site import Site

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
