"""Reads what the watch and the backups left behind. Each file may be missing or broken: that is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from atum_desk.operations.models import FAMILIES, Backup, Finding, FindingState, Point, Release, Service, Verdict

LARGEST_FILE_BYTES = 4_000_000
READ_OF_HISTORY_BYTES = 4_000_000
MOST_FINDINGS = 200
MOST_BACKUPS = 60
MOST_RELEASES = 10
HISTORY = timedelta(hours=6)
POINTS = 72
OLD_AFTER = timedelta(minutes=5)
# How atumctl begins its words on what this kind of installation has not.
NOT_HERE = "not here"
VERDICTS: dict[str, Verdict] = {
    "healthy": "healthy",
    "degraded": "degraded",
    "roll back": "roll_back",
    "roll_back": "roll_back",
}
T = TypeVar("T")


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What the watch found last."""

    verdict: Verdict = "unknown"
    measured_at: datetime | None = None
    findings: list[Finding] = []
    services: list[Service] = []
    releases: list[Release] = []
    recovery_seconds: float | None = None
    notes: list[str] = []


class Unreadable(Exception):
    """A file is there and cannot be used; the message is a sentence for the page."""


def read_watch(data: Path, now: datetime) -> Watch:
    """Return what `data/watch` tells."""
    path = data / "watch" / "state.json"
    try:
        state = _document(path)
    except Unreadable as problem:
        return Watch(notes=[str(problem)])
    if state is None:
        return Watch(notes=["Nothing has been measured on this machine yet."])
    notes: list[str] = []
    findings = [
        one
        for one in _each(state.get("findings"), Finding, MOST_FINDINGS, "measurements", notes)
        if one.family in FAMILIES
    ]
    measured_at = _moment(state.get("at"))
    if measured_at is None or now - measured_at > OLD_AFTER:
        notes.append("The watch has been silent for more than five minutes; what it says is old.")
    points = read_points(data, now)
    return Watch(
        verdict=VERDICTS.get(str(state.get("verdict")), "unknown"),
        measured_at=measured_at,
        findings=[_completed(one, points.get(one.trigger, [])) for one in findings],
        services=_each(state.get("services"), Service, 30, "services", notes),
        releases=_each(state.get("releases"), Release, MOST_RELEASES, "releases", notes),
        recovery_seconds=_number(state.get("recovery_seconds")),
        notes=notes,
    )


def _completed(finding: Finding, points: list[Point]) -> Finding:
    absent = finding.state == "unknown" and finding.evidence.startswith(NOT_HERE)
    state: FindingState = "off" if absent else finding.state
    return msgspec.structs.replace(finding, state=state, points=points)


def read_points(data: Path, now: datetime) -> dict[str, list[Point]]:
    """Return the last hours of each trigger's values, thinned out to what a small line can show."""
    points: dict[str, list[Point]] = {}
    for line in _last_lines(data / "watch" / "history.jsonl"):
        try:
            row = msgspec.json.decode(line)
            at = msgspec.convert(row["at"], datetime)
            values = row["values"].items()
        except (msgspec.MsgspecError, TypeError, KeyError, AttributeError):
            # A line that was being written; the others stand.
            continue
        if at.tzinfo is None or now - at > HISTORY:
            continue
        for trigger, value in values:
            if isinstance(value, int | float):
                points.setdefault(trigger, []).append(Point(at, float(value)))
    return {trigger: _thinned(all_of_it) for trigger, all_of_it in points.items()}


def read_backups(data: Path) -> tuple[list[Backup], list[str]]:
    """Return the backups that the index names, the newest first, and what is wrong with it."""
    try:
        index = _document(data / "backups" / "index.json")
    except Unreadable as problem:
        return [], [str(problem)]
    if index is None:
        return [], []
    notes: list[str] = []
    backups = _each(index.get("backups"), Backup, MOST_BACKUPS, "backups", notes)
    sizes = index.get("new_bytes")
    if isinstance(sizes, dict):
        # Beside the rows: the tool of the release before takes no row that has more than it knows.
        backups = [_with_new_bytes(one, sizes.get(one.stamp)) for one in backups]
    return sorted(backups, key=lambda one: one.stamp, reverse=True), notes


def _with_new_bytes(backup: Backup, size: object) -> Backup:
    return msgspec.structs.replace(backup, new_bytes=size) if isinstance(size, int) else backup


def _document(path: Path) -> dict[str, Any] | None:
    """Return a JSON object, None when there is no file. Raises Unreadable."""
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise Unreadable(f"{path} is too large to be what it should be.")
        found = msgspec.json.decode(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from error
    except msgspec.MsgspecError as error:
        raise Unreadable(f"{path} is broken: {error}.") from error
    if not isinstance(found, dict):
        raise Unreadable(f"{path} is broken: it holds no object.")
    return found


def _each(rows: Any, kind: type[T], most: int, name: str, notes: list[str]) -> list[T]:
    """Return the rows that are what they should be; the others are counted in a note."""
    if not isinstance(rows, list):
        return []
    read: list[T] = []
    broken = 0
    for row in rows[:most]:
        try:
            read.append(msgspec.convert(row, kind))
        except msgspec.MsgspecError:
            broken += 1
    if broken:
        notes.append(f"{broken} of {len(rows)} {name} could not be read.")
    return read


def _last_lines(path: Path) -> list[bytes]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - READ_OF_HISTORY_BYTES))
            lines = file.read().split(b"\n")
    except OSError:
        return []
    # The first line of a part may have lost its beginning.
    return lines if size <= READ_OF_HISTORY_BYTES else lines[1:]


def _thinned(points: list[Point]) -> list[Point]:
    """Return at most so many points, of each group the one farthest from the usual: peaks matter."""
    usual = sum(point.value for point in points) / len(points)
    size = -(-len(points) // POINTS)
    return [
        max(points[start : start + size], key=lambda point: abs(point.value - usual))
        for start in range(0, len(points), size)
    ]


def _moment(given: Any) -> datetime | None:
    try:
        moment = msgspec.convert(given, datetime)
    except msgspec.MsgspecError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(given: Any) -> float | None:
    return float(given) if isinstance(given, int | float) else None
