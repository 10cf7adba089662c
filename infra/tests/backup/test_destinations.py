"""A second place gets the backup whole; with a key, nothing that leaves can be read."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path

import pytest
from backup_of import asked

from atumctl import destinations, restore, verify
from atumctl.index import Index
from atumctl.manifest import Manifest, file_sha256, read_manifest, wrong_parts
from atumctl.output import Failed, Refused
from atumctl.postgres import Postgres
from atumctl.site import Site
from scratch_databases import SECRET

needs_age = pytest.mark.skipif(not shutil.which("age"), reason="age is not on this machine")
needs_rsync = pytest.mark.skipif(not shutil.which("rsync"), reason="rsync is not on this machine")


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A mounted disk."""
    folder = tmp_path / "a disk"
    folder.mkdir()
    return folder


def set_recipient(site: Site, value: str) -> None:
    with site.env_file.open("a") as file:
        file.write(f"ATUM_OPS_BACKUP_RECIPIENT={value}\n")


def test_a_copy_in_a_folder_is_whole(site: Site, made: Manifest, disk: Path) -> None:
    destinations.copy_to_all(site, made, str(disk))
    assert read_manifest(disk / made.file) == made
    assert wrong_parts(made, disk) == {}
    copied = Index(site).entries()[0].copies[0]
    assert (copied.to, copied.error, copied.encrypted) == (str(disk), "", False)


def test_a_disk_that_is_not_mounted_is_not_mistaken_for_a_folder(
    site: Site, made: Manifest, tmp_path: Path
) -> None:
    gone = tmp_path / "not mounted"
    with pytest.raises(Failed, match="is the disk mounted"):
        destinations.copy_to_all(site, made, str(gone))
    assert not gone.exists()
    assert "mounted" in Index(site).entries()[0].copies[0].error


def test_one_place_that_fails_keeps_no_other_from_its_copy(
    site: Site, made: Manifest, disk: Path
) -> None:
    with site.env_file.open("a") as file:
        file.write("ATUM_OPS_BACKUP_TO=/nowhere/at/all /also/not\n")
    with pytest.raises(Failed, match=r"/nowhere/at/all.*/also/not"):
        destinations.copy_to_all(site, made)
    assert [copied.to for copied in Index(site).entries()[0].copies] == [
        *("/nowhere/at/all", "/also/not"),
    ]


def test_a_copy_that_arrives_altered_is_noticed(
    site: Site, made: Manifest, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copy_badly(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:-1] + b"?")

    monkeypatch.setattr(destinations.shutil, "copyfile", copy_badly)
    with pytest.raises(Failed, match="arrived altered"):
        destinations.copy_to_all(site, made, str(disk))
    assert not (disk / made.file).exists()


@needs_rsync
def test_rsync_sends_the_whole_backup_and_looks_again(
    site: Site, made: Manifest, disk: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # In the place of ssh: runs the far side of rsync here, and hands over its words.
    shell = tmp_path / "far"
    shell.write_text('#!/bin/sh\nwhile [ "$1" != far ]; do shift; done\nshift\nexec sh -c "$*"\n')
    shell.chmod(0o755)
    monkeypatch.setattr(destinations, "SSH", str(shell))
    folder = tmp_path / "over-there"
    folder.mkdir()
    destinations.copy_to_all(site, made, f"far:{folder}")
    assert wrong_parts(made, folder) == {}
    dump = folder / made.parts["dump"].file
    assert dump.stat().st_mode & 0o777 == 0o600
    look = destinations._differing([site.backups / dump.name], f"far:{folder}/")
    assert look == []
    dump.write_bytes(b"!" * dump.stat().st_size)
    assert destinations._differing([site.backups / dump.name], f"far:{folder}/") == [dump.name]


@needs_age
def test_an_encrypted_copy_shows_nothing_and_comes_back_with_the_private_key(
    site: Site, postgres: Postgres, made: Manifest, disk: Path, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True, text=True)
    set_recipient(site, public.stdout.strip())
    destinations.copy_to_all(site, made, str(disk))
    names = sorted(path.name for path in disk.iterdir())
    assert names == sorted([made.file, *(f"{part.file}.age" for part in made.parts.values())])
    assert not any(SECRET.encode() in path.read_bytes() for path in disk.iterdir())

    words = argparse.Namespace(manifest=str(disk / made.file), identity=key, dry_run=False)
    assert verify.run(words, site) == 0, "the copy itself can be proven"
    assert Index(site).entries()[0].proof is None

    with pytest.raises(Refused, match=r"is encrypted; name its private key with --identity"):
        restore.run(asked(str(disk / made.file)), site)
    postgres.query("set session_replication_role = replica; delete from atum.tickets")
    restore.run(asked(str(disk / made.file), identity=key), site)
    assert postgres.value("select count(*) from atum.tickets") == str(
        made.contents.rows["atum.tickets"]
    )
    assert not list(site.data.glob("decrypted-*"))


@needs_age
def test_the_wrong_private_key_touches_nothing(
    site: Site, made: Manifest, disk: Path, tmp_path: Path
) -> None:
    keys = [tmp_path / "right", tmp_path / "wrong"]
    for key in keys:
        subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    public = subprocess.run(
        ["age-keygen", "-y", keys[0]], check=True, capture_output=True, text=True
    )
    set_recipient(site, public.stdout.strip())
    destinations.copy_to_all(site, made, str(disk))
    with pytest.raises(Exception, match="no identity matched"):
        restore.run(asked(str(disk / made.file), identity=keys[1]), site)
    assert not list(site.data.glob("decrypted-*"))


def test_a_key_without_the_program_is_said_and_nothing_leaves_unencrypted(
    site: Site, made: Manifest, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_recipient(site, "age1qqqqqqqqqq")
    monkeypatch.setattr(destinations.shutil, "which", lambda _name: None)
    with pytest.raises(Failed, match="apt install age"):
        destinations.copy_to_all(site, made, str(disk))
    assert list(disk.iterdir()) == []


def test_a_folder_keeps_as_long_as_we_do(site: Site, made: Manifest, disk: Path) -> None:
    for stamp in ("20200101_000000", "20200101_010000"):
        (disk / f"manifest_{stamp}.json").write_text("{}")
        (disk / f"atum_desk_{stamp}.dump.age").write_text("old")
    (disk / "holiday.jpg").write_text("not ours")
    destinations.copy_to_all(site, made, str(disk))
    names = {path.name for path in disk.iterdir()}
    assert "holiday.jpg" in names
    assert "manifest_20200101_000000.json" not in names
    assert "atum_desk_20200101_000000.dump.age" not in names
    assert file_sha256(disk / made.parts["dump"].file) == made.parts["dump"].sha256
