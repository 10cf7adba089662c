"""Backups of releases that packed the uploads of each into an archive stay as good as they were."""

from __future__ import annotations

import dataclasses
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from desk_with_uploads import asked

from atumctl.backup import backup, restore, retention, uploads_of_backup, uploads_store, verify_backup
from atumctl.backup.index import Index
from atumctl.backup.manifest import ARCHIVED, BackupPart, Manifest, read_manifest, uploads_archive
from atumctl.core.durable_files import file_sha256
from atumctl.core.output import CommandRefused
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.core.uploads import stored_files
from atumctl.upgrade import damage_report

Alter = Callable[[int, bytes], bytes | None]


@pytest.fixture
def earlier(site: Site, postgres: Postgres, made: Manifest) -> Manifest:
    """The desk's backup, as an earlier release wrote it."""
    postgres.query("set session_replication_role = replica; update atum.outbox set state = 'sent'")
    return archived(site, made)


def archived(site: Site, manifest: Manifest, alter: Alter = lambda place, content: content) -> Manifest:
    """Turn a backup into one with an archive of its own, each member as `alter` says."""
    folder = site.backups
    file = folder / uploads_archive(manifest.stamp)
    kept = size = 0
    with tarfile.open(file, "w:gz") as tar:
        for place, path in enumerate(stored_files(folder / "uploads")):
            content = alter(place, path.read_bytes())
            path.unlink()
            if content is not None:
                name = path.name
                entry = tarfile.TarInfo(f"uploads/{name[:2]}/{name[2:4]}/{name}")
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
                kept, size = kept + 1, size + len(content)
    (folder / manifest.parts["uploads"].file).unlink()
    part = BackupPart(file.name, file_sha256(file), file.stat().st_size)
    old = dataclasses.replace(
        manifest,
        format=ARCHIVED,
        parts=manifest.parts | {"uploads": part},
        uploads=dataclasses.replace(manifest.uploads, files=kept, bytes=size),
    )
    (folder / manifest.file).write_text(old.to_json())
    return old


def failures(site: Site, manifest: Manifest) -> tuple[str, ...]:
    return verify_backup.prove(site, site.backups / manifest.file).failures


def test_it_is_proven_and_restored(site: Site, earlier: Manifest) -> None:
    assert read_manifest(site.backups / earlier.file) == earlier
    assert (earlier.bytes, earlier.is_archived) == (earlier.new_bytes, True)
    assert failures(site, earlier) == ()
    before = {path.name for path in stored_files(site.uploads)}
    next(stored_files(site.uploads)).unlink()
    restore.run(asked(earlier.stamp), site)
    assert {path.name for path in stored_files(site.uploads)} == before
    assert all(file_sha256(path) == path.name for path in stored_files(site.uploads))


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (lambda place, content: content if place else None, "is missing from the backup"),
        (lambda place, content: content if place else content[:-1] + b"\x00", "is altered"),
    ],
)
def test_a_member_that_is_missing_or_altered_is_named(site: Site, made: Manifest, alter: Alter, says: str) -> None:
    (failure,) = failures(site, archived(site, made, alter))
    assert failure.startswith("attachments: the file of attachment ")
    assert says in failure


def test_an_archive_that_was_altered_or_is_missing_is_named_and_refused(site: Site, earlier: Manifest) -> None:
    file = site.backups / earlier.parts["uploads"].file
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x40
    file.write_bytes(content)
    assert "was altered: its SHA-256" in failures(site, earlier)[0]
    file.unlink()
    assert failures(site, earlier) == (f"uploads: {file.name} is missing",)
    with pytest.raises(CommandRefused, match=f"{file.name} is missing"):
        restore.run(asked(earlier.stamp), site)


def test_beside_it_backups_store_uploads_once_and_retention_removes_it_whole(site: Site, earlier: Manifest) -> None:
    new = backup.make_backup(site)
    assert new.uploads.new_bytes == new.uploads.bytes, "an archive shares nothing"
    assert uploads_store.remove_unnamed(site.backups) == 0
    assert failures(site, new) == ()
    assert failures(site, earlier) == ()
    retention.remove_set(site.backups, earlier.stamp)
    Index(site).forget_missing()
    assert not list(site.backups.glob("*.tar.gz"))
    assert failures(site, new) == ()


def test_damaged_files_of_the_desk_come_back_from_it(site: Site, earlier: Manifest) -> None:
    since = damage_report.moment_of_files()
    damaged, removed, *_others = list(stored_files(site.uploads))
    damaged.write_bytes(b"something else")
    removed.unlink()
    repaired = damage_report.repair_uploads(site, earlier, since)
    assert sorted(repaired.restored) == sorted([damaged.name, removed.name])


def test_an_installation_that_starts_from_it_finds_nothing_wrong(site: Site, earlier: Manifest, tmp_path: Path) -> None:
    assert uploads_of_backup.why_unusable(earlier, site.backups) == []
    assert uploads_of_backup.why_unusable(earlier, tmp_path) != []
