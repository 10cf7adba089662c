"""A restore replaces the present state, or leaves it exactly as it was."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

import asyncpg
import pytest
from desk_with_uploads import asked

from atum_desk.kernel.database.roles import role_url
from atumctl.backup import backup, restore, restore_steps, restored_database
from atumctl.backup.database_contents import DatabaseContents, read_database_contents
from atumctl.backup.env_part import merged_env
from atumctl.backup.manifest import Manifest
from atumctl.core import journal
from atumctl.core.journal import FAIL_AT
from atumctl.core.output import CommandRefused, Failed
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.core.uploads import stored_files
from scratch_databases import SECRET

STEPS = 10  # the first makes the journal's own folder
LATER = """set session_replication_role = replica;
update atum.tickets set subject = 'changed since'; delete from atum.addresses where id % 2 = 0"""


def contents(postgres: Postgres) -> DatabaseContents:
    return read_database_contents(postgres.query)


def state_of(site: Site) -> dict[str, Any]:
    """Return all that a restore replaces or could leave behind."""
    postgres = Postgres(site)
    return {
        "contents": contents(postgres),
        "tickets": postgres.query("select t::text from atum.tickets t order by id"),
        "side": restore.side_databases(site),
        "uploads": {path.name: path.read_bytes() for path in stored_files(site.uploads)},
        "env": site.env_file.read_text(),
        "data": sorted(path.name for path in site.data.iterdir() if path.name != "journal"),
    }


@pytest.fixture
def changed(site: Site, postgres: Postgres) -> Manifest:
    """A backup, and a desk that went on since: other rows, uploads and settings."""
    postgres.query("set session_replication_role = replica; update atum.outbox set state = 'sent'")
    manifest = backup.make_backup(site)
    postgres.query(LATER)
    next(stored_files(site.uploads)).unlink()
    later = site.uploads / "ff" / "ff" / ("f" * 64)
    later.parent.mkdir(parents=True, exist_ok=True)
    later.write_bytes(b"uploaded since")
    site.env_file.write_text(f"ATUM_SECRET={'n' * 40}\nATUM_API_PORT=9999\nATUM_SESSION_DAYS=3\n")
    return manifest


def test_a_restore_brings_back_rows_uploads_and_settings(site: Site, postgres: Postgres, changed: Manifest) -> None:
    assert restore.run(asked(changed.stamp), site) == 0
    assert changed.contents.differences(contents(postgres)) == []
    held = {path.name for path in stored_files(site.uploads)}
    assert len(held) == changed.uploads.files
    assert "f" * 64 not in held
    env = site.env_file.read_text()
    assert f"ATUM_SECRET={SECRET}\n" in env
    assert "ATUM_API_PORT=9999\n" in env, "where this machine has its ports is its own affair"
    assert "ATUM_URL=https://desk.example\n" in env
    assert "ATUM_SESSION_DAYS" not in env, "a setting that was made since is gone"


def test_settings_of_this_machine_stay_and_others_come_along() -> None:
    present = "ATUM_URL=https://here\nATUM_DATA=/here\nATUM_SECRET=new\n"
    backed_up = "# words\nATUM_SECRET=old\nATUM_URL=https://there\nATUM_REDIS_URL=redis://there\n"
    assert merged_env(backed_up, present).splitlines() == [
        *("ATUM_URL=https://here", "ATUM_DATA=/here", "# words", "ATUM_SECRET=old")
    ]
    assert merged_env(backed_up, None) == backed_up


def test_what_was_set_aside_is_whole_and_can_be_brought_back(site: Site, postgres: Postgres, changed: Manifest) -> None:
    before = state_of(site)
    restore.run(asked(changed.stamp), site)
    aside = [name for name in restore.side_databases(site) if "_before_" in name]
    assert len(aside) == 1
    assert postgres.value("select min(subject) from atum.tickets", aside[0]) == "changed since"
    restore.run(asked(None, back=True), site)
    assert state_of(site) == before


def test_the_next_restore_lets_go_of_what_the_last_set_aside(
    site: Site, changed: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore.run(asked(changed.stamp), site)
    first = restore.side_databases(site)
    # Two restores within a second would share a name.
    monkeypatch.setattr(restore_steps, "datetime", _Later)
    restore.run(asked(changed.stamp), site)
    second = restore.side_databases(site)
    assert len(second) == 1
    assert first != second
    assert len(list(site.data.glob("before_*"))) == 1


class _Later(restore_steps.datetime):  # type: ignore[misc, name-defined]
    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return cls(2099, 1, 1, tzinfo=tz)


@pytest.mark.parametrize("step", range(2, STEPS + 1))
def test_a_failure_at_any_step_brings_the_present_state_back(
    site: Site, changed: Manifest, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(site)
    monkeypatch.setenv(FAIL_AT, str(step))
    with pytest.raises(Failed, match=r"step \d+.* All changes are undone"):
        restore.run(asked(changed.stamp), site)
    assert state_of(site) == before


def test_there_are_as_many_steps_as_are_failed_above(site: Site, changed: Manifest) -> None:
    steps = restore_steps.Restore(site, changed, site.backups)
    steps.run()
    assert len(steps.steps) == STEPS - 1


@pytest.mark.parametrize("step", range(2, STEPS + 1))
def test_a_restore_killed_at_any_step_is_undone_by_hand_or_by_the_next(
    site: Site, postgres: Postgres, changed: Manifest, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(site)

    def killed(_step: str, number: int) -> None:
        if number == step:
            raise SystemExit("killed")

    with monkeypatch.context() as patched:
        patched.setattr(journal, "fail_if_asked", killed)
        with pytest.raises(SystemExit):
            restore.run(asked(changed.stamp), site)
    if step % 2:
        restore.run(asked(None, back=True), site)
        assert state_of(site) == before
    else:
        restore.run(asked(changed.stamp), site)
        assert changed.contents.differences(contents(postgres)) == []


def test_a_dry_run_tells_the_steps_and_touches_nothing(
    site: Site, changed: Manifest, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state_of(site)
    restore.run(asked(changed.stamp, dry_run=True), site)
    assert state_of(site) == before
    assert capsys.readouterr().out.count("would: ") == STEPS - 1


def test_mail_that_waited_at_the_backup_does_not_leave_a_second_time(site: Site, postgres: Postgres) -> None:
    postgres.query("""set session_replication_role = replica;
        update atum.outbox set state = 'queued' where id in (select id from atum.outbox limit 3)""")
    waiting = int(postgres.value(restored_database.WAITING))
    manifest = backup.make_backup(site)
    restore.run(asked(manifest.stamp), site)
    assert waiting >= 3
    assert postgres.value(restored_database.WAITING) == "0"
    words = f"select count(*) from atum.outbox where last_error like '%{manifest.made_at}%'"
    assert int(postgres.value(words)) == waiting
    told = "select via from atum.changes where command = 'mail.hold'"
    assert postgres.query(told) == [["cli"]], "it stands in the ledger like any other change"


def test_mail_that_waited_leaves_where_nothing_was_sent_since(site: Site, postgres: Postgres) -> None:
    waiting = postgres.value(restored_database.WAITING)
    manifest = backup.make_backup(site)
    restore.run(asked(manifest.stamp, send_waiting_mail=True), site)
    assert postgres.value(restored_database.WAITING) == waiting


@pytest.mark.parametrize("part", ["dump", "uploads", "env"])
def test_an_altered_backup_is_refused_before_anything_is_touched(site: Site, changed: Manifest, part: str) -> None:
    file = site.backups / changed.parts[part].file
    file.write_bytes(file.read_bytes() + b"!")
    before = state_of(site)
    with pytest.raises(CommandRefused, match=f"{file.name} has grown"):
        restore.run(asked(changed.stamp), site)
    assert state_of(site) == before


def test_a_manifest_that_tells_another_story_is_found_out_in_time(site: Site, changed: Manifest) -> None:
    rows = changed.contents.rows | {"atum.people": 1}
    other = dataclasses.replace(changed, contents=dataclasses.replace(changed.contents, rows=rows))
    (site.backups / changed.file).write_text(other.to_json())
    before = state_of(site)
    with pytest.raises(Failed, match=r"table atum\.people has"):
        restore.run(asked(changed.stamp), site)
    assert state_of(site) == before


def test_a_backup_of_a_later_version_is_refused(site: Site, changed: Manifest) -> None:
    (site.api / "migrations").unlink()
    versions = site.api / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "0001_kernel.sql").touch()
    with pytest.raises(CommandRefused, match="upgrade first"):
        restore.run(asked(changed.stamp), site)


def test_a_running_desk_is_not_replaced_under_its_feet(site: Site, postgres: Postgres, changed: Manifest) -> None:
    async def while_connected() -> None:
        url = role_url(postgres.url(postgres.database), "atum_desk_staff", SECRET)
        connection = await asyncpg.connect(url)
        try:
            with pytest.raises(CommandRefused, match=r"stop \./atum up"):
                await asyncio.to_thread(restore.run, asked(changed.stamp), site)
            with pytest.raises(CommandRefused, match=r"no restore to undo"):
                await asyncio.to_thread(restore.run, asked(None, back=True), site)
        finally:
            await connection.close()

    asyncio.run(while_connected())
