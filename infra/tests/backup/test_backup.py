"""A backup is whole, of one point, and never half."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from atumctl.backup import backup, uploads_of_backup, uploads_store
from atumctl.backup.folder import prepare_folder
from atumctl.backup.index import Index
from atumctl.backup.manifest import read_manifest
from atumctl.backup.uploads_store import BackupStore
from atumctl.core.durable_files import file_sha256, write_durably
from atumctl.core.output import CommandRefused, Failed
from atumctl.core.postgres import Postgres, PsqlSession
from atumctl.core.shell import ShellError
from atumctl.core.site import Site
from atumctl.core.uploads import stored_files

PLAN_NAMES = (
    r"atum_desk_\d{8}_\d{6}\.dump",
    r"env_\d{8}_\d{6}",
    r"manifest_\d{8}_\d{6}\.json",
    r"uploads_\d{8}_\d{6}\.sha256",
)


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_a_backup_has_the_plans_names_and_its_manifest_fits(site: Site) -> None:
    manifest = backup.make_backup(site)
    names = sorted(path.name for path in site.backups.glob("*_*"))
    assert all(re.fullmatch(*pair) for pair in zip(PLAN_NAMES, names, strict=True))
    assert read_manifest(site.backups / manifest.file) == manifest
    for part in manifest.parts.values():
        assert file_sha256(site.backups / part.file) == part.sha256
        assert (site.backups / part.file).stat().st_mode & 0o777 == 0o600


def test_the_manifest_tells_what_the_database_holds(site: Site, postgres: Postgres) -> None:
    manifest = backup.make_backup(site)
    for table in ("atum.tickets", "atum.row_changes", "jobs.pgqueuer", "public.schema_revision"):
        assert manifest.contents.rows[table] == int(postgres.value(f"select count(*) from {table}"))
    assert manifest.contents.last_change == int(postgres.value("select max(id) from atum.changes"))
    assert manifest.contents.schema == postgres.value("select version_num from public.schema_revision")
    assert manifest.uploads.missing == ()


def test_the_list_names_every_stored_file_and_nothing_half_written(site: Site) -> None:
    stored = {path.name for path in stored_files(site.uploads)}
    (site.uploads / "ab").mkdir(exist_ok=True)
    (site.uploads / "ab" / "upload#1").write_bytes(b"half")
    manifest = backup.make_backup(site)
    assert set(uploads_of_backup.names(manifest, site.backups)) == stored
    assert {path.name for path in stored_files(site.backups / "uploads")} == stored
    modes = {path.stat().st_mode & 0o777 for path in (site.backups / "uploads").rglob("*")}
    assert modes == {0o600, 0o700}


def test_anybody_can_check_the_uploads_without_this_tool(site: Site) -> None:
    manifest = backup.make_backup(site)
    words = ["sha256sum", "--check", "--strict", "--quiet", manifest.parts["uploads"].file]
    subprocess.run(words, cwd=site.backups, check=True)


def test_what_is_written_after_the_snapshot_is_in_neither_dump_nor_counts(
    site: Site, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = int(postgres.value("select count(*) from atum.ticket_counters"))
    storing = backup._store

    def write_meanwhile(*given: object) -> object:
        postgres.query("insert into atum.consumers (name) values ('late'); delete from atum.ticket_counters")
        return storing(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(backup, "_store", write_meanwhile)
    manifest = backup.make_backup(site)
    assert manifest.contents.rows["atum.ticket_counters"] == before
    assert postgres.value("select count(*) from atum.ticket_counters") == "0"


def test_uploads_are_read_after_the_snapshot_so_none_it_names_is_missing(
    site: Site, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other order would lose what is uploaded between reading the store and the snapshot.

    And what is swept: nothing may be removed from before the snapshot until the store was read.
    """
    order: list[str] = []
    ask, storing = PsqlSession.ask, backup._store
    alone = backup.HOLD_STORE.replace("pg_advisory_lock_shared", "pg_try_advisory_lock")

    def asked(session: PsqlSession, sql: str) -> list[list[str]]:
        if sql == backup.HOLD_STORE:
            order.append("hold")
        if "pg_export_snapshot" in sql:
            order.append("snapshot")
        return ask(session, sql)

    def stored(*given: object) -> object:
        order.append("uploads")
        assert postgres.value(alone) == "f", "the sweep could remove files meanwhile"
        return storing(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(PsqlSession, "ask", asked)
    monkeypatch.setattr(backup, "_store", stored)
    backup.make_backup(site)
    assert order == ["hold", "snapshot", "uploads"]
    assert postgres.value(alone) == "t"


def test_a_file_the_store_has_lost_is_named(site: Site, postgres: Postgres) -> None:
    lost = postgres.value("select min(sha256) from atum.attachments")
    (site.uploads / lost[:2] / lost[2:4] / lost).unlink()
    assert backup.make_backup(site).uploads.missing == (lost,)


def test_a_failing_dump_leaves_nothing_half(
    site: Site, tmp_path: Path, programs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "psql").symlink_to(Path(programs, "psql"))
    (broken / "pg_dump").write_text("#!/bin/sh\necho half; echo 'disk on fire' >&2; exit 1\n")
    (broken / "pg_dump").chmod(0o755)
    monkeypatch.setenv("ATUM_PG_BIN", str(broken))
    with pytest.raises(ShellError, match="disk on fire"):
        backup.make_backup(site)
    assert left_in(site.backups) == [".lock"]


def test_a_disk_that_fills_up_meanwhile_leaves_nothing_half(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    add, calls = BackupStore.add, list[Path]()

    def full(store: BackupStore, source: Path, drafts: Path) -> bool:
        calls.append(source)
        if len(calls) == 2:
            (drafts / source.name).write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")
        stored = add(store, source, drafts)
        store.finish()
        return stored

    monkeypatch.setattr(BackupStore, "add", full)
    with pytest.raises(Failed, match="No space left on device"):
        backup.make_backup(site)
    assert len(calls) == 2
    assert left_in(site.backups) == [".lock"]


@pytest.mark.parametrize("moved", [0, 1, 2, 3])
def test_a_backup_killed_while_it_takes_its_names_is_cleared_away(
    site: Site, moved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    renames = 0
    rename = Path.rename

    def killed(path: Path, target: Path) -> Path:
        nonlocal renames
        if target.parent != site.backups:
            return rename(path, target)
        if renames == moved:
            raise SystemExit("killed")
        renames += 1
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", killed)
    monkeypatch.setattr(backup, "write_durably", _killed_at_the_manifest(moved))
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    tidy = backup.remove_leftovers
    monkeypatch.setattr(backup, "remove_leftovers", lambda _site: None)
    monkeypatch.setattr(uploads_store, "remove_unnamed", lambda _folder: None)
    with pytest.raises(SystemExit):
        backup.make_backup(site)
    monkeypatch.undo()
    assert len(list(site.backups.glob("*_*"))) == moved
    tidy(site)
    assert list(site.backups.glob("*_*")) == []


def _killed_at_the_manifest(moved: int) -> Callable[..., None]:
    def writing(path: Path, *given: Any) -> None:
        if path.name.startswith("manifest_") and moved == 3:
            raise SystemExit("killed")
        write_durably(path, *given)

    return writing


def test_too_little_disk_is_said_beforehand(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "SPARE_BYTES", 1 << 60)
    with pytest.raises(CommandRefused, match="Make room"):
        backup.make_backup(site)
    assert left_in(site.backups) == [".lock"]


def test_two_backups_do_not_run_at_once(site: Site) -> None:
    prepare_folder(site)
    with (site.backups / ".lock").open("w+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write(str(os.getpid()))
        held.flush()
        with pytest.raises(CommandRefused, match=f"process {os.getpid()}"):
            backup.make_backup(site)


def test_backups_of_the_same_second_have_names_of_their_own(site: Site) -> None:
    stamps = {backup.make_backup(site).stamp for _ in range(2)}
    assert len(stamps) == 2
    assert {entry.stamp for entry in Index(site).entries()} == stamps


def test_the_secret_that_is_kept_beside_comes_along(site: Site) -> None:
    site.env_file.write_text("ATUM_URL=https://desk.example")
    (site.data / "secret").write_text("s" * 48 + "\n")
    manifest = backup.make_backup(site)
    text = (site.backups / manifest.parts["env"].file).read_text()
    assert text == f"ATUM_URL=https://desk.example\nATUM_SECRET={'s' * 48}\n"


def test_a_lost_index_is_made_anew_from_the_manifests(site: Site) -> None:
    manifest = backup.make_backup(site)
    before = Index(site).entries()
    (site.backups / "index.json").write_text("{torn")
    assert Index(site).entries() == before
    assert before[0].stamp == manifest.stamp
