"""Disk space: every folder that is written to is mounted and writable, with space and inodes left.

Data, uploads and backups may each lie on a disk of their own. What is mounted is read from the
view of process 1, for the watch itself runs in a sandbox in which most of the machine is read-only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from atumctl.backup.copies import wanted
from atumctl.backup.destinations import REMOTE
from atumctl.core.mounts import Mount, mount_of, read_mounts, read_wanted_mounts
from atumctl.core.shell import ShellError
from atumctl.probes.measurement import Measurement, Probe
from atumctl.probes.triggers import Trigger, TriggerFinding, scarce

MB = 1_000_000
DISK = Trigger(
    "health.disk",
    "less than this is free where data is; it warns at three times that",
    "degraded",
    "ATUM_OPS_DISK_FREE_MB",
    1000,
    "MB",
)
INODES = Trigger(
    "health.inodes",
    "less than this share of inodes is free; it warns at three times that",
    "degraded",
    "ATUM_OPS_INODES_FREE_PERCENT",
    3,
    "%",
)
MOUNTS = Trigger("health.mounts", "a disk that we write to is not mounted, or takes no writes", "degraded")
# Where a disk was mounted for longer than this without, its folder is taken for what is wanted.
MISSED_SECONDS = 86_400.0
NOT_THERE = "{} is not there"


def _room(measurement: Measurement) -> Iterator[TriggerFinding]:
    places = [place for place in _places(measurement) if not _trouble(place)]
    found = {place: os.statvfs(place) for place in _one_of_each(places)}
    free = {place: one.f_bavail * one.f_frsize / MB for place, one in found.items()}
    said = "\n".join(f"{place}: {mb:,.0f} MB free" for place, mb in free.items())
    least = min(free.values())
    yield measurement.found(DISK, scarce(least, DISK.threshold(measurement.site) or 0), round(least), said)
    # Some file systems make inodes as they need them and count none.
    shares = {p: 100 * one.f_favail / one.f_files for p, one in found.items() if one.f_files}
    if not shares:
        yield measurement.not_here(INODES, "these file systems have no fixed number of inodes")
        return
    said = "\n".join(f"{place}: {share:.1f} % of inodes free" for place, share in shares.items())
    fewest = min(shares.values())
    limit = INODES.threshold(measurement.site) or 0
    yield measurement.found(INODES, scarce(fewest, limit), round(fewest, 1), said)


def _mounts(measurement: Measurement) -> Iterator[TriggerFinding]:
    """Look at each place's mount: what the machine's settings name, and what was there before."""
    mounts = read_mounts()
    places = _places(measurement)
    now = {str(place): mount_of(place, mounts) for place in places}
    wrong = [words for place in places if (words := _trouble(place))]
    # A machine may have a root that nobody writes to; it is looked at for its space alone.
    written = {place: one for place, one in now.items() if place != str(measurement.site.root)}
    wrong += [f"{place}: {one} takes no writes" for place, one in written.items() if one.read_only]
    named = read_wanted_mounts(measurement.site.root)
    there = {mount.point for mount in mounts}
    for point in sorted(named - there):
        if users := [str(place) for place in places if place.is_relative_to(point)]:
            wrong.append(f"{point} is in /etc/fstab and not mounted; {', '.join(users)} need it")
    wrong += [words for point, words in _missed(measurement, now).items() if point not in named]
    said = "\n".join(wrong) or "\n".join(f"{place}: {one}" for place, one in now.items())
    yield measurement.found(MOUNTS, "fires" if wrong else "ok", len(wrong), said)


def _missed(measurement: Measurement, now: dict[str, Mount]) -> dict[Path, str]:
    """Return, in words, the disks that an earlier run saw and that are gone; for a day each."""
    before: dict[str, dict[str, float | str]] = measurement.memory.get("mounts", {})
    remember: dict[str, dict[str, float | str]] = {}
    missed: dict[Path, str] = {}
    moment = measurement.now.timestamp()
    for place, mount in now.items():
        known = before.get(place, {})
        point, since = Path(str(known.get("point", mount.point))), float(known.get("gone", moment))
        gone = point != mount.point and point.is_relative_to(mount.point)
        if gone and moment - since < MISSED_SECONDS:
            missed[point] = f"{point} was a disk of its own in an earlier run and is not mounted"
            remember[place] = {"point": str(point), "gone": since}
        else:
            remember[place] = {"point": str(mount.point)}
    measurement.remember["mounts"] = remember
    return missed


def _places(measurement: Measurement) -> list[Path]:
    """Return every folder that we, PostgreSQL and the backups write to, where it is there.

    A second place of backups is in it also when it is missing.
    """
    site = measurement.site
    folders = [site.data, site.uploads, site.backups, site.quarantine, site.requests, site.watch]
    folders += [site.journal, site.prefix]
    if measurement.is_server:
        folders += [site.root / "var/lib/postgresql", *_of_postgres(measurement)]
        folders += [site.kept_folder, site.root]
    second = [Path(one) for one in wanted(site) if not REMOTE.match(one)]
    present = [place for place in folders if _trouble(place) != NOT_THERE.format(place)]
    return list(dict.fromkeys([*second, *present]))


def _of_postgres(measurement: Measurement) -> list[Path]:
    """Return PostgreSQL's own folders, of which the log and tablespaces may lie elsewhere."""
    sql = """select json_build_array(current_setting('data_directory'),
               current_setting('data_directory') || '/pg_wal')::jsonb ||
             coalesce((select jsonb_agg(pg_tablespace_location(oid)) from pg_tablespace
                        where pg_tablespace_location(oid) <> ''), '[]')"""
    try:
        return [Path(one).resolve() for one in measurement.database.ask(sql)]
    except (ShellError, OSError):
        return []  # health.database says so


def _trouble(place: Path) -> str:
    """Return why a folder cannot be used at all: it is missing, or its disk gives errors."""
    try:
        place.stat()
    except FileNotFoundError:
        return NOT_THERE.format(place)
    except OSError as error:
        return f"{place}: {error.strerror}"
    return ""


def _one_of_each(places: list[Path]) -> list[Path]:
    """Return one folder of each file system."""
    devices: dict[int, Path] = {}
    for place in places:
        devices.setdefault(place.stat().st_dev, place)
    return list(devices.values())


PROBES = (Probe((DISK, INODES), _room), Probe((MOUNTS,), _mounts))
