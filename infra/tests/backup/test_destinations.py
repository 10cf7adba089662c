"""A second place gets the backup whole; with a key, nothing that leaves can be read."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from desk_with_uploads import TREE, noting_copies, upload

from atumctl.backup import backup, copied_uploads, copies, destinations, retention, uploads_of_backup, verify_backup
from atumctl.backup.index import Index
from atumctl.backup.manifest import Manifest, read_manifest, wrong_parts
from atumctl.core.durable_files import file_sha256
from atumctl.core.output import Failed
from atumctl.core.site import Site
from atumctl.core.uploads import stored_files

needs_rsync = pytest.mark.skipif(not shutil.which("rsync"), reason="rsync is not on this machine")


def test_a_copy_in_a_folder_is_whole(site: Site, made: Manifest, disk: Path) -> None:
    copies.copy_to_all(site, made, str(disk))
    assert read_manifest(disk / made.file) == made
    assert wrong_parts(made, disk) == {}
    copied = Index(site).entries()[0].copies[0]
    assert (copied.to, copied.error, copied.encrypted) == (str(disk), "", False)


def test_a_disk_that_is_not_mounted_is_not_mistaken_for_a_folder(site: Site, made: Manifest, tmp_path: Path) -> None:
    gone = tmp_path / "not mounted"
    with pytest.raises(Failed, match="is the disk mounted"):
        copies.copy_to_all(site, made, str(gone))
    assert not gone.exists()
    assert "mounted" in Index(site).entries()[0].copies[0].error


def test_one_place_that_fails_keeps_no_other_from_its_copy(site: Site, made: Manifest, disk: Path) -> None:
    with site.env_file.open("a") as file:
        file.write("ATUM_OPS_BACKUP_TO=/nowhere/at/all /also/not\n")
    with pytest.raises(Failed, match=r"/nowhere/at/all.*/also/not"):
        copies.copy_to_all(site, made)
    assert [copied.to for copied in Index(site).entries()[0].copies] == [*("/nowhere/at/all", "/also/not")]


def test_a_copy_that_arrives_altered_is_noticed(
    site: Site, made: Manifest, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy_badly(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:-1] + b"?")

    monkeypatch.setattr(shutil, "copyfile", copy_badly)
    with pytest.raises(Failed, match="was altered by the copy"):
        copies.copy_to_all(site, made, str(disk))
    assert not (disk / made.file).exists()
    assert list(stored_files(disk)) == []


def test_the_next_copy_writes_what_is_new_and_nothing_else(
    site: Site, made: Manifest, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies.copy_to_all(site, made, str(disk))
    new = upload(site, b"uploaded since").name
    copied = noting_copies(monkeypatch)
    later = backup.make_backup(site)
    copies.copy_to_all(site, later, str(disk))
    assert [path for path in copied if path.startswith("uploads/")] == [f"uploads/{new[:2]}/{new}"]
    assert uploads_of_backup.why_unusable(later, disk) == []
    assert verify_backup.prove(site, disk / later.file).failures == ()
    assert verify_backup.prove(site, disk / made.file).failures == ()


def test_a_copy_that_was_cut_off_goes_on_where_it_was(
    site: Site, made: Manifest, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = destinations.FolderDestination.take

    def cut_off(destination: destinations.FolderDestination, folder: Path, paths: list[str], *_known: object) -> None:
        take(destination, folder, paths[:2])
        raise OSError("the disk is gone")

    with monkeypatch.context() as patched:
        patched.setattr(destinations.FolderDestination, "take", cut_off)
        with pytest.raises(Failed, match="the disk is gone"):
            copies.copy_to_all(site, made, str(disk))
    assert not list(disk.glob("*_*")), "no part of a backup that is not there"
    copied = noting_copies(monkeypatch)
    copies.copy_to_all(site, made, str(disk))
    assert sum(path.startswith("uploads/") for path in copied) == made.uploads.files - 2
    assert uploads_of_backup.why_unusable(made, disk) == []


def test_a_file_that_was_damaged_over_there_is_found_within_a_week_and_sent_again(
    site: Site, made: Manifest, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies.copy_to_all(site, made, str(disk))
    there = next(stored_files(disk))
    there.write_bytes(b"!" * there.stat().st_size)
    for day in range(copied_uploads.DAYS):
        monkeypatch.setattr(copied_uploads, "_is_due", lambda name, day=day: int(name[:8], 16) % 7 == day)
        copies.copy_to_all(site, made, str(disk))
    assert file_sha256(there) == there.name


def test_a_file_that_is_damaged_here_replaces_none_over_there(
    site: Site, made: Manifest, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies.copy_to_all(site, made, str(disk))
    here = next(stored_files(site.backups / "uploads"))
    here.write_bytes(b"!" * here.stat().st_size)
    monkeypatch.setattr(copied_uploads, "_is_due", lambda _name: True)
    with pytest.raises(Failed, match=f"damaged on this machine: {here.name}"):
        copies.copy_to_all(site, made, str(disk))
    assert all(file_sha256(path) == path.name for path in stored_files(disk))


def test_what_no_backup_there_needs_is_removed_by_the_command_of_the_page(
    site: Site, made: Manifest, disk: Path
) -> None:
    new = upload(site, b"uploaded since").name
    copies.copy_to_all(site, made, str(disk))
    copies.copy_to_all(site, backup.make_backup(site), str(disk))
    retention.remove_set(disk, Index(site).newest().stamp)
    page = (TREE / "docs/operations/backup.md").read_text()
    (command,) = [line for line in page.splitlines() if "comm -23" in line]
    subprocess.run(["sh", "-c", command], cwd=disk, check=True)
    left = {path.name for path in stored_files(disk)}
    assert left == set(uploads_of_backup.names(made, disk))
    assert new not in left


def test_a_file_that_needs_more_than_a_batch_is_sent_all_the_same() -> None:
    sized = [("a", 10), ("b", copied_uploads.BATCH_BYTES), ("c", 1), ("d", 1)]
    assert list(copied_uploads._batches(sized)) == [["a"], ["b"], ["c", "d"]]


def test_two_do_not_copy_to_one_folder_at_once(site: Site, made: Manifest, disk: Path) -> None:
    """One would remove what the other has sent and not named yet."""
    with destinations.FolderDestination(disk).alone():
        with pytest.raises(Failed, match="another backup is being copied"):
            copies.copy_to_all(site, made, str(disk))
        assert [path.name for path in disk.iterdir()] == [destinations.LOCK]
    copies.copy_to_all(site, made, str(disk))
    assert uploads_of_backup.why_unusable(made, disk) == []


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of another machine; in the place of ssh, the far side of rsync runs here."""
    shell = tmp_path / "far"
    shell.write_text('#!/bin/sh\nwhile [ "$1" != far ]; do shift; done\nshift\nexec sh -c "$*"\n')
    shell.chmod(0o755)
    monkeypatch.setattr(destinations, "SSH", str(shell))
    folder = tmp_path / "over there"
    folder.mkdir()
    return folder


@needs_rsync
def test_rsync_sends_the_whole_backup_and_looks_again(site: Site, made: Manifest, far: Path) -> None:
    to = f"far:{far}"
    copies.copy_to_all(site, made, to)
    assert uploads_of_backup.why_unusable(made, far) == []
    assert {path.stat().st_mode & 0o777 for path in far.rglob("*")} == {0o600, 0o700}
    destination = destinations.RemoteDestination(to)
    dump = made.parts["dump"].file
    assert destination.differing(site.backups, [dump]) == []
    content = (far / dump).read_bytes()
    (far / dump).write_bytes(b"!" * len(content))
    assert destination.differing(site.backups, [dump]) == [dump]


@needs_rsync
def test_rsync_sends_only_what_is_new_and_mends_what_was_damaged(
    site: Site, made: Manifest, far: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = f"far:{far}"
    copies.copy_to_all(site, made, to)
    there = next(stored_files(far))
    times = there.stat()
    there.write_bytes(b"!" * times.st_size)
    os.utime(there, ns=(times.st_atime_ns, times.st_mtime_ns))
    new = upload(site, b"uploaded since").name
    copied = noting_copies(monkeypatch)
    monkeypatch.setattr(copied_uploads, "_is_due", lambda _name: True)
    later = backup.make_backup(site)
    copies.copy_to_all(site, later, to)
    assert [path for path in copied if path.startswith("uploads/")] == [
        f"uploads/{new[:2]}/{new}",
        f"uploads/{there.parent.name}/{there.name}",
    ]
    assert all(file_sha256(path) == path.name for path in stored_files(far))
    assert verify_backup.prove(site, far / later.file).failures == ()


def test_a_folder_keeps_as_long_as_we_do(site: Site, made: Manifest, disk: Path) -> None:
    for stamp in ("20200101_000000", "20200101_010000"):
        (disk / f"manifest_{stamp}.json").write_text("{}")
        (disk / f"atum_desk_{stamp}.dump.age").write_text("old")
    (disk / "holiday.jpg").write_text("not ours")
    copies.copy_to_all(site, made, str(disk))
    names = {path.name for path in disk.iterdir()}
    assert "holiday.jpg" in names
    assert "manifest_20200101_000000.json" not in names
    assert "atum_desk_20200101_000000.dump.age" not in names
    assert file_sha256(disk / made.parts["dump"].file) == made.parts["dump"].sha256
