"""What a removal kept comes back by its content, and what stands in the way is told beforehand."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from atumctl.backup import restore, restore_steps
from atumctl.backup.database_contents import read_database_contents
from atumctl.backup.manifest import Manifest
from atumctl.core.desk_database import has_tickets
from atumctl.core.journal import FAIL_AT, Journal
from atumctl.core.output import CommandRefused, Failed
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.core.uploads import stored_files, stored_path
from atumctl.install import conflicts, reused_data, undo
from atumctl.install.install_options import Options
from atumctl.steps.changes import Changes

ME = pwd.getpwuid(os.geteuid()).pw_name
NOBODY = "a-user-that-is-not-here"


@pytest.fixture
def server(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The desk's database and store, on a machine of its own on which rollbacks keep things."""
    monkeypatch.setattr(Site, "user", ME)
    return Site(site.prefix, "embedded", root=tmp_path / "machine")


def keep(site: Site, moment: str, *, move: bool = True) -> Path:
    """Keep uploads as a rollback does and return their store."""
    kept = site.kept_folder / f"rollback_{moment}" / "uploads"
    kept.parent.mkdir(parents=True)
    if move:
        shutil.move(site.uploads, kept)
        site.uploads.mkdir()
    return kept


def contents(uploads: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in stored_files(uploads)}


def offences(site: Site, **options: object) -> list[str]:
    usual = {"url": "https://desk.example", "has_tls": True, "tls_kind": "self-signed"}
    return list(conflicts.offences(site, Options(**(usual | options))))  # type: ignore[arg-type]


def test_uploads_that_a_rollback_kept_come_back_and_stay_kept(server: Site) -> None:
    before = contents(server.uploads)
    kept = keep(server, "20261121_120000")
    (server.kept_folder / "rollback_20261122_120000").mkdir()  # one that kept none
    reused_data.bring_uploads_back(Changes(server, "install"), reused=True)
    assert contents(server.uploads) == before
    assert contents(kept) == before
    again = Changes(server, "install")
    reused_data.bring_uploads_back(again, reused=True)
    assert again.steps == []


def test_they_come_back_from_several_rollbacks(server: Site, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(server.uploads)
    newer = keep(server, "20261122_120000")
    older = keep(server, "20261121_120000", move=False)
    moved, lost, *_ = stored_files(newer)
    target = stored_path(older, moved.name)
    target.parent.mkdir(parents=True)
    moved.rename(target)
    lost.unlink()
    reused_data.bring_uploads_back(Changes(server, "install"), reused=True)
    assert contents(server.uploads) == {n: c for n, c in before.items() if n != lost.name}
    assert "1 files that attachments name are lost" in capsys.readouterr().out


def test_what_no_attachment_names_stays_where_it_is_kept(server: Site) -> None:
    kept = keep(server, "20261121_120000")
    stray = stored_path(kept, "f" * 64)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"nobody names it")
    reused_data.bring_uploads_back(Changes(server, "install"), reused=True)
    assert "f" * 64 not in contents(server.uploads)


def test_a_kept_file_that_was_altered_never_comes_back(server: Site) -> None:
    kept = keep(server, "20261121_120000")
    altered = next(stored_files(kept))
    altered.write_bytes(b"something else")
    with pytest.raises(Failed, match="was altered"):
        reused_data.bring_uploads_back(Changes(server, "install"), reused=True)
    assert altered.name not in contents(server.uploads)


def test_room_for_them_is_asked_for_beforehand(server: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(server, "20261121_120000")
    monkeypatch.setattr(conflicts, "_free_bytes", lambda place: 1)
    assert "uploads that a removal kept need" in " ".join(offences(server))


def test_a_database_is_kept_until_an_installation_uses_it(server: Site) -> None:
    assert reused_data.kept_database(server)
    assert has_tickets(server)
    server.current.symlink_to("releases/0.1.0")
    assert not reused_data.kept_database(server)


@pytest.fixture
def ours(server: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The same with a database that counts as ours: the tests' own belongs to their superuser."""
    owner = Postgres(server).value("select current_user")
    monkeypatch.setattr(Site, "owner_role", owner)
    monkeypatch.setattr(Site, "roles", ("atum_desk_staff", "atum_desk_worker"))
    monkeypatch.setattr(Site, "user", NOBODY)
    return server


def test_a_desk_that_may_be_installed_has_nothing_in_the_way(ours: Site, made: Manifest) -> None:
    assert offences(ours) == []
    assert offences(ours, from_backup=ours.backups / made.file) == []


def test_a_database_of_somebody_else_is_told(server: Site) -> None:
    assert "belongs to" in " ".join(offences(server))


def test_a_role_that_passes_row_security_is_told(ours: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Site, "roles", (Site.owner_role,))
    assert "is a superuser or bypasses row security" in " ".join(offences(ours))


def test_a_schema_that_the_release_does_not_know_is_told(ours: Site, made: Manifest) -> None:
    (ours.api / "migrations").unlink()
    versions = ours.api / "migrations/versions"
    versions.mkdir(parents=True)
    (versions / "0001_kernel.sql").touch()
    told = offences(ours, from_backup=ours.backups / made.file)
    assert [("Install a newer release" in words) for words in told] == [True, True]


def test_what_is_wrong_with_a_backup_is_told(ours: Site, made: Manifest) -> None:
    assert offences(ours, from_backup=ours.backups / "none.json") == [
        f"There is no manifest {ours.backups / 'none.json'}."
    ]
    (ours.backups / made.parts["dump"].file).write_bytes(b"cut")
    (ours.backups / made.parts["uploads"].file).unlink()
    told = " ".join(offences(ours, from_backup=ours.backups / made.file))
    assert "is truncated" in told
    assert "is missing" in told


def test_what_is_missing_of_an_encrypted_backup_is_told(ours: Site, made: Manifest, tmp_path: Path) -> None:
    for part in made.parts.values():
        (ours.backups / part.file).rename(ours.backups / f"{part.file}.age")
    manifest = ours.backups / made.file
    assert "--identity" in " ".join(offences(ours, from_backup=manifest))
    key = tmp_path / "key.txt"
    assert f"no private key {key}" in " ".join(offences(ours, from_backup=manifest, identity=key))
    key.touch()
    assert offences(ours, from_backup=manifest, identity=key) == []
    (ours.backups / f"{made.parts['env'].file}.age").unlink()
    told = " ".join(offences(ours, from_backup=manifest, identity=key))
    assert f"{made.parts['env'].file}.age is missing" in told


def test_a_desk_in_use_is_no_place_for_a_backup(ours: Site, made: Manifest) -> None:
    ours.current.symlink_to(".")
    assert "restore.sh replaces them" in " ".join(offences(ours, from_backup=ours.backups / made.file))


@pytest.mark.parametrize(
    ("uid", "home", "shell", "said"),
    [
        (0, "/nonexistent", "/usr/sbin/nologin", "is root under another name"),
        (1001, "/home/atum-desk", "/usr/sbin/nologin", "home /home/atum-desk"),
        (999, "/nonexistent", "/bin/bash", "shell /bin/bash"),
    ],
)
def test_a_user_that_somebody_lives_in_is_told(
    ours: Site, uid: int, home: str, shell: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = SimpleNamespace(pw_uid=uid, pw_dir=home, pw_shell=shell)
    monkeypatch.setattr(pwd, "getpwnam", lambda name: account)
    [told] = conflicts.user_offences(ours)
    assert said in told


def test_the_user_that_an_installation_makes_is_fine(ours: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    account = SimpleNamespace(pw_uid=999, pw_dir="/nonexistent", pw_shell="/usr/sbin/nologin")
    monkeypatch.setattr(pwd, "getpwnam", lambda name: account)
    assert list(conflicts.user_offences(ours)) == []


def test_a_kept_database_is_set_aside_and_comes_back_when_the_installation_fails(
    site: Site, made: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres = Postgres(site)
    postgres.query("set session_replication_role = replica; delete from atum.addresses where id > 3")
    before = read_database_contents(postgres.query)
    changes = Changes(site, "install")
    monkeypatch.setattr(undo, "Site", lambda prefix: Site(prefix, "embedded"))
    changes.act(
        "state",
        undo.undo_restore_of(site),
        lambda: restore.restore_into(site, site.backups / made.file, keeps_aside=True),
    )
    assert made.contents.differences(read_database_contents(postgres.query)) == []
    assert len(restore.side_databases(site)) == 1
    changes.undo(undo.INVERSES, "a later step failed")
    assert before.differences(read_database_contents(postgres.query)) == []
    assert restore.side_databases(site) == []


def test_a_restore_of_before_is_no_part_of_what_is_undone(
    site: Site, made: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore_steps.Restore(site, made, site.backups).run()
    aside = restore.side_databases(site)
    inverse = undo.undo_restore_of(site)
    monkeypatch.setenv(FAIL_AT, "the backup's uploads")
    with pytest.raises(Failed):
        restore.restore_into(site, site.backups / made.file, keeps_aside=True)
    monkeypatch.setattr(undo, "Site", lambda prefix: Site(prefix, "embedded"))
    undo.undo_restore(inverse)
    assert restore.side_databases(site) == aside


def test_after_an_installation_from_a_backup_there_is_no_restore_to_take_the_desk_away(
    site: Site, made: Manifest
) -> None:
    Postgres(site).query("drop schema atum cascade")
    restore.restore_into(site, site.backups / made.file)
    assert Journal.of_verb(site.journal, "restore") == []
    with pytest.raises(CommandRefused, match="no restore to undo"):
        restore.run(SimpleNamespace(back=True, yes=True, dry_run=False), site)  # type: ignore[arg-type]
