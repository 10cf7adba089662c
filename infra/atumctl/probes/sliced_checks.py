"""Checks that take too long for one run: a slice in each, all of it within a day.

What a slice found wrong stays found, and is looked at again in every run, until it is right.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from atumctl.probes.measurement import Measurement
from atumctl.probes.triggers import Trigger, TriggerFinding

# The whole in a quarter of a day leaves room for runs that are missed.
WHOLE_SECONDS = 6 * 3600.0
OVERDUE = timedelta(days=1)
MAX_PAUSE_SECONDS = 3600.0
SLICE_MB = ("ATUM_OPS_SLICE_MB", 4.0)
SHOWN = 10


@dataclass(frozen=True)
class Piece:
    """Something to check: its place in the order, its size, and its name for people."""

    place: list[Any]
    bytes: int
    name: str


@dataclass(frozen=True)
class SlicedCheck:
    """What is checked in slices. `after` returns pieces beyond a place in order, none at the end."""

    trigger: Trigger
    total_bytes: Callable[[Measurement], int]
    after: Callable[[Measurement, list[Any]], list[Piece]]
    check: Callable[[Measurement, list[Piece]], dict[str, str]]
    piece_of: Callable[[Measurement, str], Piece | None]
    remark: str = ""


def measure(subject: SlicedCheck, measurement: Measurement) -> Iterator[TriggerFinding]:
    """Check a slice as deep as this run goes, and tell what is known of the whole."""
    name = subject.trigger.name
    state = dict(measurement.memory.get("rolling", {}).get(name, {}))
    if measurement.depth == "glance":
        state["faults"] = _still_wrong(subject, measurement, state)
    else:
        state = _advanced(subject, measurement, state)
        measurement.remember.setdefault("rolling", {})[name] = state
    yield _finding(subject, measurement, state)


def _advanced(subject: SlicedCheck, measurement: Measurement, state: dict[str, Any]) -> dict[str, Any]:
    now = measurement.now.isoformat(timespec="seconds")
    whole = measurement.depth == "whole"
    faults = _still_wrong(subject, measurement, state)
    place, began = (state.get("place", []), state.get("began_at", now)) if not whole else ([], now)
    budget = float("inf") if whole else _budget(subject, measurement, state)
    checked = 0 if whole else int(state.get("checked", 0))
    whole_at = state.get("whole_at")
    while budget > 0:
        pieces = _affordable(subject.after(measurement, place), budget)
        if not pieces:
            whole_at, place, began, checked = now, [], now, 0
            break
        faults |= subject.check(measurement, pieces)
        place = pieces[-1].place
        checked += len(pieces)
        budget -= sum(piece.bytes for piece in pieces)
    return {
        "place": place,
        "began_at": began,
        "whole_at": whole_at,
        "checked": checked,
        "faults": faults,
        "ran": time.time(),
    }


def _budget(subject: SlicedCheck, measurement: Measurement, state: dict[str, Any]) -> float:
    """Return how many bytes this run checks: its share of the whole, and at least a little."""
    pause = min(max(time.time() - state.get("ran", time.time()), 0), MAX_PAUSE_SECONDS)
    share = subject.total_bytes(measurement) * pause / WHOLE_SECONDS
    return max(share, measurement.site.number(*SLICE_MB) * 1e6)


def _affordable(pieces: list[Piece], budget: float) -> list[Piece]:
    """Return the first pieces up to the budget, and at least one."""
    taken: list[Piece] = []
    for piece in pieces:
        if taken and budget < piece.bytes:
            break
        taken.append(piece)
        budget -= piece.bytes
    return taken


def _still_wrong(subject: SlicedCheck, measurement: Measurement, state: dict[str, Any]) -> dict[str, str]:
    known = dict(state.get("faults", {}))
    pieces = [piece for name in list(known)[:SHOWN] if (piece := subject.piece_of(measurement, name))]
    unseen = dict(list(known.items())[SHOWN:])
    return (subject.check(measurement, pieces) if pieces else {}) | unseen


def _finding(subject: SlicedCheck, measurement: Measurement, state: dict[str, Any]) -> TriggerFinding:
    faults: dict[str, str] = state.get("faults", {})
    whole_at = state.get("whole_at")
    told = f"last checked whole at {whole_at}" if whole_at else "not yet checked whole"
    if state.get("checked"):
        told += f"; {state['checked']} checked of the round that began at {state['began_at']}"
    if subject.remark:
        told += f"; {subject.remark}"
    if faults:
        lines = [f"{name}: {words}" for name, words in list(faults.items())[:SHOWN]]
        return measurement.found(subject.trigger, "fires", len(faults), "\n".join([*lines, told]))
    if "ran" not in state:
        words = "nothing checked yet: the watch does so in slices, doctor --whole at once"
        return measurement.found(subject.trigger, "unknown", evidence=words)
    oldest = datetime.fromisoformat(whole_at or state["began_at"])
    overdue = measurement.now - oldest > OVERDUE
    return measurement.found(subject.trigger, "warn" if overdue else "ok", 0, told)
