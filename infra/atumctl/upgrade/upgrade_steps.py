"""The steps of an upgrade that alter something, each with its inverse."""

from __future__ import annotations

import time
from pathlib import Path

from atumctl.backup import restored_database
from atumctl.backup.manifest import Manifest
from atumctl.core import desk_database, output
from atumctl.core.output import Failed
from atumctl.core.postgres import Postgres
from atumctl.core.releases import needed_schema
from atumctl.core.shell import ShellError
from atumctl.core.site import Site
from atumctl.rehearsal import rehearse
from atumctl.rehearsal.copy_of_site import CopyOfSite
from atumctl.steps.changes import Changes
from atumctl.upgrade import damage_report

# What a migration locks, requests wait for; so it gives up soon and tries again.
LOCK_TIMEOUT_MS = 2000
TRIES = 10
PAUSE_SECONDS = 2.0


def rehearse_on_copy(changes: Changes, manifest: Manifest, old: Path, new: Path) -> rehearse.RehearsalResult:
    """Rehearse on a copy of the backup and leave nothing of it. Raises Refused."""
    site = changes.site
    inverse = rehearse.begin(site)
    found: list[rehearse.RehearsalResult] = []
    changes.act(
        f"rehearsal in the database {inverse['database']}",
        inverse,
        lambda: found.append(rehearse.rehearse(site, manifest, old, new)),
    )
    rehearse.end(site, inverse)
    return found[0]


def migrate(changes: Changes, new: Path) -> float:
    """Bring the real schema to a release that was rehearsed; return the seconds it took."""
    site = changes.site
    postgres = Postgres(site)
    began = time.monotonic()
    if desk_database.schema_of(postgres) >= needed_schema(new):
        output.ok(f"the schema is at {desk_database.schema_of(postgres)} already")
        return 0.0
    known = restored_database.role_passwords(postgres)
    inverse = {"kind": "restore_role_passwords", "found": known}

    def run() -> None:
        try:
            _migrate_patiently(site, postgres, new)
        finally:
            restored_database.restore_role_passwords(postgres, known)

    changes.act(f"schema {needed_schema(new)}", inverse, run)
    return round(time.monotonic() - began, 1)


def open_to_writing(changes: Changes, manifest: Manifest, since: float) -> None:
    """Write down what the new release may damage, and how that is repaired."""
    mark = damage_report.last_change(Postgres(changes.site))
    inverse = damage_report.inverse_of_uploads(manifest, since, mark)
    changes.act("uploads and rows are compared from here on", inverse, lambda: None)


def _migrate_patiently(site: Site, postgres: Postgres, new: Path) -> None:
    site_copy = CopyOfSite(site, postgres.database)
    site_copy.prepare()
    try:
        for left in reversed(range(TRIES)):
            try:
                site_copy.migrate(new, lock_timeout_ms=LOCK_TIMEOUT_MS)
                return
            except ShellError as error:
                if "lock timeout" not in str(error) or not left:
                    there = desk_database.schema_of(postgres)
                    raise Failed(f"the migration fails, at schema {there}: {error}") from None
                output.note("another session holds a lock the migration needs; trying again")
                time.sleep(PAUSE_SECONDS)
    finally:
        site_copy.remove()
