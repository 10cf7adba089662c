"""The parts of `./atum test` that are not pytest's (checks, web tests): one JSON file each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suite.allowed_skips import Skip


@dataclass(frozen=True)
class SuitePart:
    """What one part says: its tests, seconds, failures, flaky tests (name, failure) and skips."""

    name: str
    tests: int
    seconds: float
    failed: list[tuple[str, str]] = field(default_factory=list)
    flaky: list[tuple[str, str]] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)


def read_parts(folder: Path | None) -> list[SuitePart]:
    """Return the parts told in a folder, by their files' names; none without a folder."""
    if folder is None or not folder.is_dir():
        return []
    return [_part(json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]


def _part(told: dict[str, Any]) -> SuitePart:
    return SuitePart(
        told["name"],
        told.get("tests", 0),
        told["seconds"],
        [(one["test"], one["text"]) for one in told.get("failed", [])],
        [(one["test"], one["text"]) for one in told.get("flaky", [])],
        [Skip(one["test"], one["reason"], one["kind"]) for one in told.get("skips", [])],
    )
