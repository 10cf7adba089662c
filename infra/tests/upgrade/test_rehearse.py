"""A release is tried on a copy: one that only adds passes, and each fault is named."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from altered_release import MakeRelease, replace

from atumctl.backup import backup
from atumctl.backup.manifest import Manifest
from atumctl.core.output import CommandRefused
from atumctl.core.postgres import Postgres
from atumctl.core.site import Site
from atumctl.rehearsal import rehearse, smoke_test
from atumctl.rehearsal.rehearse import RehearsalResult
from atumctl.rehearsal.smoke_test import Times
from free_ports import free_port

Rehearsing = Callable[[Path], RehearsalResult]
ADDS = """
set search_path = atum, public;
alter table tickets add column due_at timestamptz;
create table badges (id bigint primary key, workspace_id bigint not null);
alter table badges enable row level security;
alter table badges force row level security;
create policy badges_nobody on badges using (false);
"""


def test_a_release_made_for_a_test_is_compiled(make_release: MakeRelease) -> None:
    """Else each of its processes compiles all of it, which takes longer than all else at its start."""
    release = make_release("1.0.0")
    for name in ("entry/api", "entry/worker", "kernel/problems"):
        assert Path(cache_from_source(str(release / f"api/atum_desk/{name}.py"))).exists()


def test_a_release_that_only_adds_passes_and_touches_nothing_of_the_desk(
    rehearsing: Rehearsing, make_release: MakeRelease, postgres: Postgres, site: Site
) -> None:
    tickets = postgres.value("select count(*) from atum.tickets")
    found = rehearsing(make_release("1.1.0", ADDS))
    assert found.rows > 100
    assert found.old.list > 0
    assert found.new.ticket > 0
    assert postgres.value("select count(*) from atum.tickets") == tickets
    assert postgres.value("select to_regclass('atum.badges') is null") == "t"


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select no_such_function()", "no_such_function"),
        ("set session_replication_role = replica; delete from atum.messages", "atum.messages has 0"),
    ],
)
def test_a_migration_that_fails_or_deletes_or_opens_is_refused(
    rehearsing: Rehearsing, make_release: MakeRelease, sql: str, words: str
) -> None:
    with pytest.raises(CommandRefused, match=words):
        rehearsing(make_release("1.1.0", sql))


@pytest.mark.parametrize("name", ["api", "worker"])
def test_a_release_that_does_not_start_is_refused(rehearsing: Rehearsing, make_release: MakeRelease, name: str) -> None:
    crash = replace(f"atum_desk/entry/{name}.py", "def main()", "raise SystemExit(3)\n\ndef main()")
    with pytest.raises(CommandRefused, match=f"new release fails: the {name} process ended"):
        rehearsing(make_release("1.1.0", alter=crash))


def test_a_worker_that_ends_once_the_others_are_ready_is_named() -> None:
    desk = smoke_test.DeskUnderTest({"api": free_port(), "smtp": free_port()}, lambda: "worker")
    with pytest.raises(smoke_test.SmokeTestFault, match="the worker process ended by itself"):
        desk.take_mail("support@example.com")


@pytest.mark.slow("measures both releases twice, each started anew")
def test_a_release_that_takes_long_is_refused(
    rehearsing: Rehearsing, make_release: MakeRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearse, "why_others", lambda _load: "")
    monkeypatch.setattr(rehearse, "MORE_PAIRS", 1)
    slow = replace(
        "atum_desk/http/middleware.py",
        'headers = dict(scope["headers"])',
        'headers = dict(scope["headers"]); await asyncio.sleep(0.35)',
    )
    with pytest.raises(CommandRefused, match=r"too slow: the list takes .* measured 2 times"):
        rehearsing(make_release("1.1.0", alter=slow))


@pytest.mark.parametrize("others", ["", "others 94 %"])
def test_a_release_that_takes_long_is_refused_unless_others_keep_the_machine_busy(
    site: Site, manifest: Manifest, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], others: str
) -> None:
    tried = rehearse._Rehearsal(site, manifest, Path("old"), Path("new"))
    usual, slow = Times(0.06, 0.05), Times(0.47, 0.05)
    monkeypatch.setattr(rehearse, "why_others", lambda _load: others)
    monkeypatch.setattr(tried, "_try", lambda release, *_words, **_how: slow if release == Path("new") else usual)
    if not others:
        with pytest.raises(CommandRefused, match=r"too slow: the list takes 0.47 s and took 0.06, measured 3 times"):
            tried._compare_times(usual, slow, ("ada@example.com", "secret"))
        return
    assert tried._compare_times(usual, slow, ("ada@example.com", "secret")) == (usual, slow)
    assert f"busy, by others: {others}" in "".join(capfd.readouterr())


def test_a_page_that_was_slow_once_is_measured_again_before_it_is_judged(
    site: Site, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = rehearse._Rehearsal(site, manifest, Path("old"), Path("new"))
    monkeypatch.setattr(rehearse, "why_others", lambda _load: "")
    again = iter([Times(0.07, 0.05), Times(0.06, 0.05)])
    monkeypatch.setattr(tried, "_try", lambda *_words, **_how: next(again))
    slow_once, usual = Times(0.47, 0.05), Times(0.06, 0.05)
    old, new = tried._compare_times(usual, slow_once, ("ada@example.com", "secret"))
    assert (old, new) == (Times(0.06, 0.05), Times(0.07, 0.05))
    assert next(again, None) is None, "one pair was enough"


def test_a_migration_after_which_the_old_release_does_not_work_is_refused(
    site: Site, manifest: Manifest, make_release: MakeRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoke_test, "READY_SECONDS", 10.0)
    narrow = replace("atum_desk/http/health.py", "< head_revision()", "!= head_revision()")
    old, new = make_release("1.0.0", alter=narrow), make_release("1.1.0", ADDS)
    inverse = rehearse.begin(site)
    try:
        with pytest.raises(CommandRefused, match="the release in use, on the migrated copy, fails"):
            rehearse.rehearse(site, manifest, old, new)
    finally:
        rehearse.end(site, inverse)


def test_a_desk_whose_schema_is_ahead_is_rehearsed_all_the_same(
    site: Site, postgres: Postgres, make_release: MakeRelease
) -> None:
    postgres.query("update public.schema_revision set version_num = '9999'")
    inverse = rehearse.begin(site)
    old, new = make_release("1.0.0"), make_release("1.1.0")
    try:
        assert rehearse.rehearse(site, backup.make_backup(site), old, new).tables > 20
    finally:
        rehearse.end(site, inverse)


def test_the_end_leaves_neither_database_nor_folder_nor_new_roles(site: Site, postgres: Postgres) -> None:
    inverse = rehearse.begin(site)
    postgres.create(inverse["database"])
    (site.data / "rehearsal/data").mkdir(parents=True)
    postgres.query("create role atum_desk_newcomer")
    rehearse.end(site, inverse)
    rehearse.end(site, inverse)
    assert not postgres.exists(inverse["database"])
    assert not (site.data / "rehearsal").exists()
    assert postgres.query("select 1 from pg_roles where rolname = 'atum_desk_newcomer'") == []
