"""Which backups stay: the last day's, one a day, one a week, and always the last proven one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from atumctl.backup import uploads_store
from atumctl.backup.index import BackupEntry, Index
from atumctl.backup.manifest import ARCHIVE, PARTS, manifest_name
from atumctl.core import output
from atumctl.core.durable_files import sync_folder
from atumctl.core.site import Site

DAILY = 14
WEEKLY = 8


def kept(entries: Iterable[BackupEntry], now: datetime, daily: int, weekly: int) -> set[str]:
    """Return the stamps of the backups that stay.

    Of a day and of a week (Monday to Sunday, UTC) the newest proven one stays, or the newest
    where none is proven. The last proven and the newest of all stay, however old they are.
    """
    newest_first = sorted(entries, key=lambda entry: entry.stamp, reverse=True)
    stay = {entry.stamp for entry in newest_first if now - _made_at(entry) < timedelta(days=1)}
    stay |= {entry.stamp for entry in newest_first[:1]}
    stay |= {entry.stamp for entry in [e for e in newest_first if e.is_proven][:1]}
    # Proven ones first, so that the first of a day or a week is the one to keep.
    preferred = sorted(newest_first, key=lambda entry: not entry.is_proven)
    days: dict[str, str] = {}
    weeks: dict[str, str] = {}
    for entry in preferred:
        made = _made_at(entry)
        days.setdefault(f"{made:%Y-%m-%d}", entry.stamp)
        weeks.setdefault(f"{made:%G-%V}", entry.stamp)
    for period, count in ((days, daily), (weeks, weekly)):
        stay |= {period[when] for when in sorted(period, reverse=True)[:count]}
    return stay


def superfluous(site: Site, now: datetime | None = None) -> list[BackupEntry]:
    """Return the backups that retention would remove now."""
    entries = Index(site).entries()
    daily = int(site.number("ATUM_OPS_BACKUP_DAILY", DAILY))
    weekly = int(site.number("ATUM_OPS_BACKUP_WEEKLY", WEEKLY))
    stay = kept(entries, now or datetime.now(UTC), daily, weekly)
    return [entry for entry in entries if entry.stamp not in stay]


def remove_superfluous(site: Site) -> list[BackupEntry]:
    """Remove the backups that need not stay, and the uploads that none names, and return them.

    The folder's lock must be held: a backup in the making names what it has stored only at its end.
    """
    gone = superfluous(site)
    for entry in gone:
        remove_set(site.backups, entry.stamp)
    Index(site).forget_missing()
    remove_unnamed(site.backups)
    return gone


def remove_unnamed(folder: Path) -> None:
    """Remove the uploads in a folder of backups that none of them names, and tell how much."""
    removed = uploads_store.remove_unnamed(folder)
    if removed is None:
        output.warn(f"no upload is removed from {folder}: a backup there cannot tell what it needs")
    elif removed:
        output.ok(f"{removed / 1e6:,.1f} MB of uploads that no backup needs are removed")


def remove_set(folder: Path, stamp: str) -> None:
    """Remove a backup's files; the manifest goes first, so that no half backup looks whole."""
    patterns = (*PARTS.values(), ARCHIVE, uploads_store.NAMES)
    for name in (manifest_name(stamp), *(pattern.format(stamp) for pattern in patterns)):
        (folder / name).unlink(missing_ok=True)
        (folder / f"{name}.age").unlink(missing_ok=True)
    sync_folder(folder)


def _made_at(entry: BackupEntry) -> datetime:
    return datetime.strptime(entry.stamp, "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
