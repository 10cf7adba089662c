"""One backup is exported whole: its archive, unpacked anywhere, is all that another machine needs."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from desk_with_uploads import encrypt_to_new_key, set_recipient

from atumctl.backup import backup, export, restore, verify_backup
from atumctl.backup.manifest import Manifest
from atumctl.core.output import CommandRefused, Failed
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.core.uploads import stored_files
from scratch_databases import SECRET

needs_age = pytest.mark.skipif(not shutil.which("age"), reason="age is not on this machine")


def exported(site: Site, to: Path, manifest: str = "", **flags: Any) -> int:
    words = {"manifest": manifest, "to": to, "plain": False, "dry_run": False} | flags
    return export.run(argparse.Namespace(**words), site)


def unpacked(archive: Path, folder: Path) -> Path:
    folder.mkdir()
    subprocess.run(["tar", "--extract", "--file", archive, "--directory", folder], check=True)
    return next(folder.glob("manifest_*.json"))


def test_an_exported_backup_is_proven_and_restored_elsewhere(
    site: Site, made: Manifest, elsewhere: tuple[Site, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = site.uploads / "ff/ff/of-another-backup"
    later.parent.mkdir(parents=True)
    later.write_bytes(b"x")
    backup.make_backup(site)
    archive = tmp_path / "carried.tar"
    assert exported(site, archive, made.stamp) == 0
    assert archive.stat().st_mode & 0o777 == 0o600
    manifest = unpacked(archive, tmp_path / "unpacked")
    assert len(list(stored_files(manifest.parent))) == made.uploads.files
    assert verify_backup.prove(site, manifest).failures == ()
    other, url = elsewhere
    monkeypatch.setenv("ATUM_PG_DSN", url)
    restore.restore_into(other, manifest)
    assert made.contents.rows["atum.tickets"] == int(Postgres(other).value("select count(*) from atum.tickets"))
    assert len(list(stored_files(other.uploads))) == made.uploads.files


def test_a_folder_gets_an_archive_named_after_the_backup(site: Site, made: Manifest, tmp_path: Path) -> None:
    exported(site, tmp_path)
    assert (tmp_path / f"atum_desk_backup_{made.stamp}.tar").is_file()
    with pytest.raises(CommandRefused, match="is there already"):
        exported(site, tmp_path)


def test_a_damaged_upload_leaves_no_archive(site: Site, made: Manifest, tmp_path: Path) -> None:
    path = next(stored_files(site.backups / "uploads"))
    path.write_bytes(b"!" * path.stat().st_size)
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(Failed, match=f"the upload {path.name} .* was altered"):
        exported(site, target)
    assert list(target.iterdir()) == []
    path.unlink()
    with pytest.raises(CommandRefused, match="uploads are missing"):
        exported(site, target)


@needs_age
def test_an_encrypted_archive_shows_nothing(site: Site, made: Manifest, tmp_path: Path) -> None:
    key = encrypt_to_new_key(site, tmp_path)
    exported(site, tmp_path)
    archive = tmp_path / f"atum_desk_backup_{made.stamp}.tar.age"
    assert SECRET.encode() not in archive.read_bytes()
    opened = tmp_path / "opened.tar"
    subprocess.run(["age", "-d", "-i", key, "-o", opened, archive], check=True)
    assert verify_backup.prove(site, unpacked(opened, tmp_path / "unpacked")).failures == ()
    exported(site, tmp_path, plain=True)
    assert (tmp_path / f"atum_desk_backup_{made.stamp}.tar").is_file()


@needs_age
def test_a_key_that_is_none_leaves_no_archive(site: Site, made: Manifest, tmp_path: Path) -> None:
    set_recipient(site, "age1nokey")
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(Failed, match="could not be written"):
        exported(site, target)
    assert list(target.iterdir()) == []
