"""What leaves the machine encrypted shows nothing, and comes back with the private key alone."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path

import pytest
from desk_with_uploads import asked, encrypt_to_new_key, noting_copies, set_recipient, upload

from atumctl.backup import (
    backup,
    copies,
    destinations,
    restore,
    retention,
    uploads_of_backup,
    uploads_store,
    verify_backup,
)
from atumctl.backup.index import Index
from atumctl.backup.manifest import Manifest
from atumctl.core.output import CommandRefused, Failed
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from scratch_databases import SECRET

needs_age = pytest.mark.skipif(not shutil.which("age"), reason="age is not on this machine")


@needs_age
def test_an_encrypted_copy_shows_nothing_and_comes_back_with_the_private_key(
    site: Site, postgres: Postgres, made: Manifest, disk: Path, tmp_path: Path
) -> None:
    key = encrypt_to_new_key(site, tmp_path)
    copies.copy_to_all(site, made, str(disk))
    sealed = [f"{part.file}.age" for part in made.parts.values()]
    listed = uploads_store.NAMES.format(made.stamp)
    assert {path.name for path in disk.glob("*_*")} == {made.file, *sealed, listed}
    files = [path for path in disk.rglob("*") if path.is_file()]
    assert len(files) == len(sealed) + made.uploads.files + 3, "manifest, names and lock"
    secrets = [SECRET, *uploads_of_backup.names(made, site.backups)]
    for path in files:
        said = path.name.encode() + path.read_bytes()
        assert not any(secret.encode() in said for secret in secrets), path.name

    words = argparse.Namespace(manifest=str(disk / made.file), identity=key, dry_run=False)
    assert verify_backup.run(words, site) == 0, "the copy itself can be proven"
    assert Index(site).entries()[0].proof is None

    with pytest.raises(CommandRefused, match=r"is encrypted; name its private key with --identity"):
        restore.run(asked(str(disk / made.file)), site)
    postgres.query("set session_replication_role = replica; delete from atum.tickets")
    restore.run(asked(str(disk / made.file), identity=key), site)
    assert postgres.value("select count(*) from atum.tickets") == str(made.contents.rows["atum.tickets"])
    assert not list(site.data.glob("decrypted-*"))


@needs_age
def test_the_next_encrypted_copy_encrypts_what_is_new_and_old_ones_go(
    site: Site, made: Manifest, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = encrypt_to_new_key(site, tmp_path)
    copies.copy_to_all(site, made, str(disk))
    upload(site, b"uploaded since")
    copied = noting_copies(monkeypatch)
    later = backup.make_backup(site)
    copies.copy_to_all(site, later, str(disk))
    assert sum(path.startswith("uploads/") for path in copied) == 1
    words = argparse.Namespace(manifest=str(disk / later.file), identity=key, dry_run=False)
    assert verify_backup.run(words, site) == 0
    retention.remove_set(disk, made.stamp)
    retention.remove_set(disk, later.stamp)
    retention.remove_unnamed(disk)
    assert [path.name for path in disk.rglob("*") if path.is_file()] == [destinations.LOCK]


@needs_age
def test_the_wrong_private_key_touches_nothing(site: Site, made: Manifest, disk: Path, tmp_path: Path) -> None:
    keys = [tmp_path / "right", tmp_path / "wrong"]
    for key in keys:
        subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", keys[0]], check=True, capture_output=True, text=True)
    set_recipient(site, public.stdout.strip())
    copies.copy_to_all(site, made, str(disk))
    with pytest.raises(Exception, match="no identity matched"):
        restore.run(asked(str(disk / made.file), identity=keys[1]), site)
    assert not list(site.data.glob("decrypted-*"))


def test_a_key_without_the_program_is_said_and_nothing_leaves_unencrypted(
    site: Site, made: Manifest, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_recipient(site, "age1qqqqqqqqqq")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(Failed, match="apt install age"):
        copies.copy_to_all(site, made, str(disk))
    assert [path.name for path in disk.iterdir()] == [destinations.LOCK]
