"""Uploads are stored once for all backups: a backup costs what is new, and none loses what it needs."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from desk_with_uploads import asked, upload

from atumctl.backup import backup, restore, retention, uploads_of_backup, uploads_store, verify_backup
from atumctl.backup.folder import find_manifest, locked
from atumctl.backup.index import Index
from atumctl.backup.manifest import Manifest, manifest_name
from atumctl.backup.uploads_store import BackupStore
from atumctl.core.durable_files import file_sha256
from atumctl.core.output import CommandRefused
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.core.uploads import stored_files

# What a row of the index has in the release before.
ROW = {"stamp", "made_at", "bytes", "version", "schema", "tickets", "manifest", "proof", "copies"}


def stored(site: Site) -> dict[str, tuple[int, int]]:
    """Return the files that backups share, each with inode and time of its last change."""
    found = stored_files(site.backups / "uploads")
    return {path.name: (path.stat().st_ino, path.stat().st_ctime_ns) for path in found}


def named_upload(postgres: Postgres, site: Site) -> Path:
    name = postgres.value("select min(sha256) from atum.attachments")
    return site.uploads / name[:2] / name[2:4] / name


def prove(site: Site, stamp: str = "") -> tuple[str, ...]:
    return verify_backup.prove(site, find_manifest(site, stamp)).failures


def keep_one(site: Site) -> None:
    """Have retention keep the newest backup alone."""
    with site.env_file.open("a") as file:
        file.write("ATUM_OPS_BACKUP_DAILY=1\nATUM_OPS_BACKUP_WEEKLY=1\n")


def damage(path: Path) -> None:
    """Alter a file's content and not its size."""
    path.write_bytes(bytes(byte ^ 0xFF for byte in path.read_bytes()))


def test_a_second_backup_stores_nothing_again_and_reads_no_upload(
    site: Site, made: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored(site)
    assert before.keys() == {path.name for path in stored_files(site.uploads)}

    def read(*_: object) -> bool:
        raise AssertionError("an upload that is stored already was read")

    monkeypatch.setattr(BackupStore, "add", read)
    second = backup.make_backup(site)
    assert stored(site) == before, "not even written anew"
    assert second.uploads.new_bytes == 0
    assert second.uploads.files == made.uploads.files
    own = sum(part.bytes for part in second.parts.values())
    assert (second.new_bytes, second.bytes) == (own, own + made.uploads.bytes)
    assert prove(site) == ()
    assert prove(site, made.stamp) == ()


def test_a_new_upload_is_the_only_one_that_is_stored(site: Site, made: Manifest) -> None:
    before = stored(site)
    new = upload(site, b"uploaded since")
    second = backup.make_backup(site)
    assert stored(site).keys() - before.keys() == {new.name}
    assert second.uploads.new_bytes == len(b"uploaded since")
    assert new.name not in uploads_of_backup.names(made, site.backups)
    entry = Index(site).find(second.stamp)
    assert entry is not None
    assert (entry.new_bytes, entry.bytes) == (second.new_bytes, second.bytes)


def test_the_index_has_rows_that_the_release_before_reads(site: Site, made: Manifest) -> None:
    Index(site).forget_missing()
    document = json.loads((site.backups / "index.json").read_text())
    assert [set(row) for row in document["backups"]] == [ROW]
    assert document["new_bytes"] == {made.stamp: made.new_bytes}


@pytest.mark.parametrize("seed", range(3))
def test_a_backup_killed_while_it_stores_leaves_only_whole_files_and_the_next_goes_on(
    site: Site, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    for number in range(12):
        upload(site, chance.randbytes(1000 + number))
    monkeypatch.setattr(uploads_store, "PENDING_FILES", 5)
    left = chance.randrange(1, 15)
    with monkeypatch.context() as patched:
        _kill_at_rename(patched, left)
        with pytest.raises(SystemExit):
            backup.make_backup(site)
    assert len(stored(site)) == left, "some are there already"
    assert all(file_sha256(path) == path.name for path in stored_files(site.backups / "uploads"))
    assert Index(site).entries() == []
    kept = stored(site)
    manifest = backup.make_backup(site)
    assert kept.items() <= stored(site).items(), "what was stored whole is not stored again"
    assert prove(site, manifest.stamp) == ()
    assert not list(site.backups.glob(".making*"))


def _kill_at_rename(monkeypatch: pytest.MonkeyPatch, left: int) -> None:
    """End the process, as SIGKILL does, at the rename after so many; nothing cleans up."""
    rename, calls = Path.rename, []

    def killed(path: Path, target: Path) -> Path:
        calls.append(path)
        if len(calls) > left:
            raise SystemExit("killed")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", killed)
    monkeypatch.setattr(backup, "remove_leftovers", lambda _site: None)
    monkeypatch.setattr(uploads_store, "remove_unnamed", lambda _folder: 0)


def test_retention_removes_what_no_kept_backup_names_and_nothing_else(site: Site, made: Manifest) -> None:
    keep_one(site)
    old, shared = upload(site, b"only in the old one"), upload(site, b"in both")
    first = backup.make_backup(site)
    old.unlink()
    second = backup.make_backup(site)
    _age(site, first, days=400)
    _age(site, made, days=500)
    retention.remove_superfluous(site)
    assert [entry.stamp for entry in Index(site).entries()] == [second.stamp]
    assert old.name not in stored(site)
    assert shared.name in stored(site)
    assert prove(site) == ()


def test_nothing_is_removed_while_a_backup_cannot_tell_what_it_needs(
    site: Site, made: Manifest, capsys: pytest.CaptureFixture[str]
) -> None:
    (site.backups / made.parts["uploads"].file).unlink()
    for path in list(stored_files(site.uploads))[:1]:
        path.unlink()
    before = stored(site)
    backup.make_backup(site)
    retention.remove_superfluous(site)
    assert stored(site) == before
    assert "cannot tell what it needs" in capsys.readouterr().out


def test_what_is_superfluous_stays_while_another_works_with_the_backups(
    site: Site, made: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_one(site)
    _age(site, made, days=400)
    backup.make_backup(site)
    with locked(site):
        assert backup._remove_superfluous(site) == []
        assert len(Index(site).entries()) == 2
    assert len(backup._remove_superfluous(site)) == 1


def test_a_damaged_stored_file_is_named_with_the_backups_that_need_it_and_heals(
    site: Site, postgres: Postgres, made: Manifest
) -> None:
    assert prove(site, made.stamp) == ()
    second = backup.make_backup(site)
    name = named_upload(postgres, site).name
    damage(BackupStore(site.backups).path(name))
    failures = prove(site)
    assert failures[0].startswith(f"stored uploads: {name} damaged or missing")
    assert f"the backups {made.stamp}, {second.stamp} need" in failures[0]
    assert "is altered" in failures[1]
    proofs = {entry.stamp: entry.proof for entry in Index(site).entries()}
    assert {proof.state for proof in proofs.values() if proof} == {"failed"}
    with pytest.raises(CommandRefused, match=r"1 of \d+ uploads are missing"):
        restore.run(asked(made.stamp), site)

    third = backup.make_backup(site)
    assert third.uploads.missing == ()
    again = Index(site).find(made.stamp)
    assert again is not None
    assert again.is_proven, "the file that its proof looked at is there again"
    for stamp in (made.stamp, second.stamp, third.stamp):
        assert prove(site, stamp) == ()
    assert not list(site.backups.rglob("*.damaged"))


def test_a_stored_file_that_was_cut_off_is_replaced_by_the_next_backup(
    site: Site, postgres: Postgres, made: Manifest
) -> None:
    path = BackupStore(site.backups).path(named_upload(postgres, site).name)
    path.write_bytes(path.read_bytes()[:-1])
    backup.make_backup(site)
    assert file_sha256(path) == path.name
    assert prove(site) == ()


def test_a_file_that_the_desk_has_damaged_is_never_stored(site: Site, postgres: Postgres) -> None:
    live = named_upload(postgres, site)
    damage(live)
    manifest = backup.make_backup(site)
    assert manifest.uploads.missing == (live.name,)
    assert live.name not in stored(site)
    assert f"attachment {_attachment(postgres, live.name)} " in prove(site)[0]


@pytest.mark.parametrize("harm", [Path.unlink, damage])
def test_a_file_that_the_desk_has_lost_stays_in_backups_for_as_long_as_rows_name_it(
    site: Site, postgres: Postgres, made: Manifest, harm: Any
) -> None:
    keep_one(site)
    live = named_upload(postgres, site)
    harm(live)
    second = backup.make_backup(site)
    assert second.uploads.missing == ()
    _age(site, made, days=400)
    assert len(retention.remove_superfluous(site)) == 1
    assert prove(site, second.stamp) == ()
    postgres.query("set session_replication_role = replica; update atum.outbox set state = 'sent'")
    restore.run(asked(second.stamp), site)
    assert file_sha256(live) == live.name


def test_the_desk_and_its_backups_share_no_file(site: Site, made: Manifest) -> None:
    """The application may write to its own store: a link would have it write to backups, too."""
    live = {path.stat().st_ino for path in stored_files(site.uploads)}
    assert not live & {inode for inode, _changed in stored(site).values()}


def _attachment(postgres: Postgres, name: str) -> str:
    return postgres.value(f"select min(id) from atum.attachments where sha256 = '{name}'")


def _age(site: Site, manifest: Manifest, days: int) -> None:
    """Rename a backup to one of so many days ago."""
    old = f"{datetime.now(UTC) - timedelta(days=days):%Y%m%d_%H%M%S}"
    source = site.backups / manifest.file
    document = json.loads(source.read_text().replace(manifest.stamp, old))
    seal = document.pop("manifest_sha256")
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    document["manifest_sha256"] = hashlib.sha256(canonical.encode()).hexdigest()
    assert seal != document["manifest_sha256"]
    for part in manifest.parts.values():
        file = site.backups / part.file
        file.rename(file.with_name(part.file.replace(manifest.stamp, old)))
    (site.backups / manifest_name(old)).write_text(json.dumps(document))
    source.unlink()
    Index(site).forget_missing()
