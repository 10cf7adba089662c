"""The files that the watch writes: the last state, its history, and what the next run must know."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from atumctl.core.durable_files import write_durably
from atumctl.core.site import Site

STATE = "state.json"
HISTORY = "history.jsonl"
MEMORY = "memory.json"
# Two days of a run each minute; the ring is cut when a quarter more has gathered.
KEPT_LINES = 2880
SLACK_LINES = 720
READABLE = 0o644  # the desk shows them; no secret is in them
PRIVATE = 0o600


def read_memory(site: Site) -> dict[str, Any]:
    """Return what the last watch run remembered; nothing when it cannot be read."""
    return _read(site.watch / MEMORY)


def read_state(site: Site) -> dict[str, Any]:
    """Return the state that the last watch run wrote; nothing when there is none."""
    return _read(site.watch / STATE)


def write_memory(site: Site, memory: dict[str, Any]) -> None:
    """Keep what the next run must know."""
    write_durably(site.watch / MEMORY, _encoded(memory), PRIVATE)


def write_state(site: Site, state: dict[str, Any]) -> None:
    """Keep the state for the desk and for people."""
    write_durably(site.watch / STATE, _encoded(state), READABLE)


def add_to_history(site: Site, line: dict[str, Any]) -> None:
    """Add a run to the history, and cut its oldest part off when it has grown."""
    path = site.watch / HISTORY
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    with path.open("a", encoding="utf-8") as file:
        os.fchmod(file.fileno(), READABLE)
        file.write(f"{text}\n")
    lines = path.read_bytes().splitlines(keepends=True)
    if len(lines) > KEPT_LINES + SLACK_LINES:
        write_durably(path, b"".join(lines[-KEPT_LINES:]), READABLE)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _encoded(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
