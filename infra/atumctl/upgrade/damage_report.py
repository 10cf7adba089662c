"""The damage that a release left before it was taken back: files are restored, altered rows reported.

The store is content-addressed: a file whose content is not what its name says is damaged, and the
proven backup has the right one. Rows are not put back, for nobody but people can tell a mistake
from their work; the ledger knows every one that was altered, and each change can be undone.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from atumctl.backup import uploads_of_backup
from atumctl.backup.manifest import Manifest, read_manifest
from atumctl.backup.uploads_archive import BadArchive
from atumctl.core import output
from atumctl.core.durable_files import file_sha256, write_durably
from atumctl.core.journal import Inverse
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.core.uploads import stored_files, stored_path

# Rows that were there before, altered or deleted since; what came since is nobody's loss.
ALTERED = """
select c.id, c.at, c.command, c.via, coalesce(c.actor_id::text, ''),
       string_agg(distinct r.table_name, ' '), count(*) filter (where r.operation = 'U'),
       count(*) filter (where r.operation = 'D')
  from atum.changes c join atum.row_changes r on r.change_id = c.id and r.operation in ('U', 'D')
 where c.id > {mark} and not exists (
       select from atum.row_changes i where i.table_name = r.table_name and i.row_id = r.row_id
          and i.operation = 'I' and i.change_id > {mark})
 group by c.id order by c.id limit 10000"""
LAST_CHANGE = "select coalesce(max(id), 0) from atum.changes"
# Linux's clock of the last tick, by which it dates files: up to a tick behind `time.time()`, so a
# moment read there can be later than the date of a file that is written after it.
CLOCK_REALTIME_COARSE = 5
FIELDS = ("change", "at", "command", "via", "actor", "tables", "rows_altered", "rows_deleted")
UNDO = "POST /api/v1/changes/{}/undo"


@dataclass
class RepairedUploads:
    """The files of the store that came back and those that could not."""

    restored: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def moment_of_files() -> float:
    """Return now, in seconds, by the clock that dates files; every later write is not before it."""
    return time.clock_gettime(CLOCK_REALTIME_COARSE)


def altered_since(uploads: Path, since: float) -> Iterator[Path]:
    """Yield the files written or altered since a `moment_of_files`; no program can hide that."""
    for path in stored_files(uploads):
        if path.stat().st_ctime >= since:
            yield path


def is_damaged(path: Path) -> bool:
    """Say whether a file's content is not what its name says."""
    try:
        return file_sha256(path) != path.name
    except FileNotFoundError:
        return False


def repair_uploads(site: Site, manifest: Manifest, since: float) -> RepairedUploads:
    """Put back from a backup what was damaged or removed since a moment."""
    damaged = {path.name for path in altered_since(site.uploads, since) if is_damaged(path)}
    there = {path.name for path in stored_files(site.uploads)}
    repaired = RepairedUploads()
    for name, content in uploads_of_backup.contents(
        manifest, site.backups, lambda one: one in damaged or one not in there
    ):
        _put(site, name, content)
        repaired.restored.append(name)
    repaired.lost = sorted(damaged - set(repaired.restored))
    return repaired


def inverse_of_uploads(manifest: Manifest, since: float, mark: int) -> Inverse:
    """Return what a journal says before a release may write."""
    return {"kind": "repair", "manifest": manifest.file, "since": since, "mark": mark}


def repair(site: Site, inverse: Inverse) -> None:
    """Repair the store and tell of the rows; the inverse of letting a new release write."""
    manifest = read_manifest(site.backups / inverse["manifest"])
    try:
        repaired = repair_uploads(site, manifest, inverse["since"])
    except BadArchive as error:
        raise OSError(str(error)) from None
    rows = altered_rows(Postgres(site), inverse["mark"])
    report = site.journal / f"report_upgrade_{manifest.stamp}.json"
    document = {"uploads_restored": repaired.restored, "uploads_lost": repaired.lost, "changes_since_the_switch": rows}
    write_durably(report, json.dumps(document, indent=1, ensure_ascii=False).encode())
    _tell(repaired, rows, report)


def last_change(postgres: Postgres) -> int:
    """Return the ledger's last change."""
    return int(postgres.value(LAST_CHANGE))


def altered_rows(postgres: Postgres, mark: int) -> list[dict[str, str]]:
    """Return the changes after a mark that altered rows from before it, each with its undo."""
    rows = postgres.query(ALTERED.format(mark=int(mark)))
    return [dict(zip(FIELDS, row, strict=True)) | {"undo": UNDO.format(row[0])} for row in rows]


def _put(site: Site, name: str, content: bytes) -> None:
    path = stored_path(site.uploads, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    owner = site.uploads.stat()
    write_durably(path, content)
    for one in (path, path.parent, path.parent.parent):
        os.chown(one, owner.st_uid, owner.st_gid)


def _tell(repaired: RepairedUploads, rows: list[dict[str, str]], report: Path) -> None:
    if repaired.restored:
        output.ok(f"{len(repaired.restored)} damaged uploads came back from the backup")
    if repaired.lost:
        output.warn(f"{len(repaired.lost)} damaged uploads came after the backup and stay damaged")
    if rows:
        output.warn(f"{len(rows)} changes since the switch altered rows from before it")
    output.note(f"all of it, with the undo of each change: {report}")
