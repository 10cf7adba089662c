"""Steps look before they act, and their inverses bring back what stood before."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from atumctl.core import ports
from atumctl.core.journal import FAIL_AT, InjectedFailure
from atumctl.core.output import Failed, NeedsPerson
from atumctl.core.site import Site
from atumctl.steps import env, files, packages
from atumctl.steps.changes import Changes
from atumctl.steps.inverses import INVERSES
from atumctl.uninstall.uninstall_steps import UninstallOptions, remove_tree, tree_parts

ME = files._name_of(os.geteuid())


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site on a machine of its own."""
    return Site(tmp_path / "atum desk", root=tmp_path / "machine")


@pytest.fixture
def changes(site: Site) -> Changes:
    site.prefix.mkdir()
    return Changes(site, "install")


def test_nothing_is_left_of_what_is_undone(changes: Changes, site: Site) -> None:
    kept = site.prefix / "kept"
    kept.write_text("as it was")
    kept.chmod(0o640)
    before = kept.stat()
    files.write_file(changes, kept, "changed", owner=ME)
    files.write_file(changes, site.prefix / "new", "new", owner=ME)
    files.make_folder(changes, site.prefix / "deep/folder", owner=ME)
    files.make_link(changes, site.prefix / "link", "deep")

    assert isinstance(changes.undo(INVERSES, "it failed"), Failed)

    assert [path.name for path in site.prefix.iterdir()] == ["kept"]
    now = kept.stat()
    assert (kept.read_text(), now.st_mode, now.st_mtime_ns) == ("as it was", before.st_mode, before.st_mtime_ns)


def test_a_failure_at_the_journals_own_step_leaves_nothing(
    changes: Changes, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FAIL_AT, "1")
    with pytest.raises(InjectedFailure):
        files.make_folder(changes, site.prefix / "folder", owner=ME)
    changes.undo(INVERSES, "it failed")
    assert list(site.prefix.iterdir()) == []


def test_a_second_run_does_nothing(changes: Changes, site: Site) -> None:
    def lay(run: Changes) -> None:
        files.make_folder(run, site.prefix / "folder", owner=ME)
        files.write_file(run, site.prefix / "folder/file", "text", mode=0o600, owner=ME)
        files.make_link(run, site.prefix / "link", "folder")

    lay(changes)
    again = Changes(site, "install")
    lay(again)
    assert again.steps == []
    assert again.journal is None


def test_a_dry_run_tells_and_does_nothing(site: Site) -> None:
    site.prefix.mkdir()
    run = Changes(site, "install", dry_run=True)
    files.write_file(run, site.prefix / "file", "text", owner=ME)
    assert run.steps == [f"file {site.prefix}/file"]
    assert list(site.prefix.iterdir()) == []


def test_what_cannot_be_undone_needs_a_person_and_keeps_the_journal(changes: Changes, site: Site) -> None:
    changes.act("a step", {"kind": "no such inverse"}, lambda: None)
    with pytest.raises(NeedsPerson, match="a step"):
        changes.undo(INVERSES, "it failed")
    assert list(site.journal.glob("install_*.jsonl"))


def test_settings_of_a_person_stay_and_asked_ones_change_in_their_line(
    changes: Changes, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "user", ME)
    site.api.mkdir()
    site.env_file.write_text("# mine\nATUM_URL=https://mine.example\nATUM_BIND=\nATUM_X='y'\n")
    wanted = {"ATUM_URL": "https://other.example", "ATUM_LOG_FORMAT": "json", "ATUM_BIND": "::"}
    planned = env.plan(site, wanted, {"ATUM_X": "z"})
    env.write_env(changes, planned)
    lines = site.env_file.read_text().splitlines()
    assert lines[:4] == ["# mine", "ATUM_URL=https://mine.example", 'ATUM_BIND="::"', 'ATUM_X="z"']
    assert sorted(planned.changed) == ["ATUM_BIND", "ATUM_LOG_FORMAT", "ATUM_SECRET", "ATUM_X"]
    assert len(site.read_env()["ATUM_SECRET"]) >= 32
    assert site.env_file.stat().st_mode & 0o777 == 0o600
    assert env.plan(site, wanted, {"ATUM_X": "z"}).changed == []


def test_a_removal_leaves_what_is_not_ours(site: Site) -> None:
    for name in ("api/atum_desk", "data/uploads", "infra", "photos"):
        (site.prefix / name).mkdir(parents=True)
    remove_tree(site, UninstallOptions(drop_database=False, keep_data=False, discard=True))
    assert [path.name for path in site.prefix.iterdir()] == ["photos"]


def test_the_tool_goes_last_so_that_a_removal_can_go_on(site: Site) -> None:
    for name in ("infra", "api", "web"):
        (site.prefix / name).mkdir(parents=True)
    parts = tree_parts(site, UninstallOptions(drop_database=False, keep_data=False, discard=True))
    assert parts[-1] == site.prefix / "infra"


def test_kept_data_is_not_among_what_is_removed(site: Site) -> None:
    (site.data / "uploads").mkdir(parents=True)
    assert tree_parts(site, UninstallOptions(drop_database=False, keep_data=True, discard=False)) == []


def test_who_holds_a_port_is_found(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = ports.holders((port,))
    assert [(holder.port, holder.pid) for holder in found] == [(port, os.getpid())]
    assert ports.holders((port,)) == []


def test_the_cluster_that_the_package_makes_gets_checksums_and_nothing_is_left(tmp_path: Path) -> None:
    folder = tmp_path / packages.CREATE_CLUSTER
    with packages.making_clusters_with_checksums(tmp_path):
        assert (folder / "atum-desk.conf").read_text() == "initdb_options = '--data-checksums'\n"
    assert list((tmp_path / "etc").iterdir()) == []
    folder.mkdir(parents=True)
    (folder / "theirs.conf").touch()
    with pytest.raises(OSError, match="apt"), packages.making_clusters_with_checksums(tmp_path):
        raise OSError("apt failed")
    assert [path.name for path in folder.iterdir()] == ["theirs.conf"]
