"""Alters a tree into the release that a test wants."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Alter = Callable[[Path], object]
MakeRelease = Callable[..., Path]


def replace(path: str, old: str, new: str) -> Callable[[Path], None]:
    """Return an alteration of a tree's file; it fails when there is nothing to alter."""

    def alter(api: Path) -> None:
        file = api / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))

    return alter


def newest(api: Path) -> str:
    """The highest revision of a tree."""
    return max(path.name.partition("_")[0] for path in (api / "migrations/versions").glob("*.sql"))


def add_migration(api: Path, sql: str) -> str:
    """Add a migration after the newest one; return its revision."""
    before = newest(api)
    revision = f"{int(before) + 1:04d}"
    versions = api / "migrations/versions"
    (versions / f"{revision}_next.sql").write_text(sql)
    last = next(versions.glob(f"{before}_*.py")).read_text()
    text = last.replace(f'revision = "{before}"', f'revision = "{revision}"')
    lines = [f'down_revision = "{before}"' if line.startswith("down_revision") else line for line in text.splitlines()]
    (versions / f"{revision}_next.py").write_text("\n".join(lines) + "\n")
    return revision
