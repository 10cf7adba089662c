"""A removal touches what is ours alone, says what is so, and is not begun where nothing is."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from atumctl.core.journal import Journal
from atumctl.core.output import CommandRefused
from atumctl.core.site import Site
from atumctl.uninstall import kept_data, uninstall, uninstall_steps


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site on a machine of its own, on which nothing is installed."""
    return Site(tmp_path / "ATUM DESK/atum-desk", root=tmp_path / "machine")


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uninstall, "database_is_here", lambda site: False)


def remove(site: Site, **options: object) -> None:
    usual = {"drop_database": False, "keep_data": False, "discard_data": None}
    asked = argparse.Namespace(dry_run=False, yes=True, **(usual | options))
    uninstall.run(asked, site)


def install_journal(site: Site, *kinds: str) -> list[Journal]:
    journal = Journal.begin(site.journal, "install")
    for kind in kinds:
        journal.act(kind, {"kind": kind}, lambda: None)
    return [journal]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may remove an installation")
def test_where_nothing_is_installed_nothing_is_begun(site: Site, tmp_path: Path) -> None:
    for options in ({}, {"drop_database": True}, {"discard_data": "atum_desk"}):
        with pytest.raises(CommandRefused, match="Nothing of ATUM DESK is installed") as refused:
            remove(site, **options)
        assert "run as before" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may remove an installation")
def test_a_tree_that_was_laid_is_no_installation(site: Site) -> None:
    for name in ("api/atum_desk", "infra/atumctl"):
        (site.prefix / name).mkdir(parents=True)
    with pytest.raises(CommandRefused, match="there is nothing to remove"):
        remove(site)
    assert not site.data.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may remove an installation")
def test_of_a_database_that_was_kept_it_is_said_how_it_goes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uninstall, "database_is_here", lambda site: True)
    with pytest.raises(CommandRefused, match="--drop-database --discard-data atum_desk drops it"):
        remove(site, drop_database=True)


@pytest.mark.parametrize("sign", ["current", "releases", "unit", "site", "settings"])
def test_each_sign_of_an_installation_is_seen(site: Site, sign: str) -> None:
    assert not uninstall_steps.is_installed(site)
    path = {
        "current": site.current,
        "releases": site.releases / "0.1.0",
        "unit": site.unit_folder / "atum-desk-watch.timer",
        "site": site.nginx_link,
        "settings": site.env_file,
    }[sign]
    path.parent.mkdir(parents=True)
    path.symlink_to("nowhere") if sign in ("current", "site") else path.touch()
    assert uninstall_steps.is_installed(site)


def test_a_removal_that_was_cut_off_may_go_on(site: Site) -> None:
    assert not kept_data.is_under_way(site)
    kept_data.Uninstallation(site.kept_folder, site.kept_folder / "rollback_1", "now", {}).save()
    assert kept_data.is_under_way(site)


def test_logs_and_stamps_of_ours_go_and_no_others(site: Site, tmp_path: Path) -> None:
    ours = ("atum-desk.access.log", "atum-desk.error.log", "atum-desk.access.log.2.gz")
    for folder, names in (
        (site.nginx_logs, (*ours, "access.log", "atum-desktop.log")),
        (site.timer_stamps, ("stamp-atum-desk-backup.timer", "stamp-apt-daily.timer")),
    ):
        folder.mkdir(parents=True)
        for name in names:
            (folder / name).write_text(name)
    kept = tmp_path / "kept/logs"
    uninstall_steps.remove_traces(site, kept)
    assert sorted(path.name for path in kept.iterdir()) == sorted(ours)
    assert kept.stat().st_mode & 0o777 == 0o700
    left = [*site.nginx_logs.iterdir(), *site.timer_stamps.iterdir()]
    assert sorted(p.name for p in left) == ["access.log", "atum-desktop.log", "stamp-apt-daily.timer"]
    assert uninstall_steps.traces(site) == []
    uninstall_steps.remove_traces(site, kept)


def test_data_that_is_kept_does_not_refuse_the_next_installations_writes(site: Site) -> None:
    site.data.mkdir(parents=True)
    uninstall_steps.drain(site)
    assert site.draining.exists()
    uninstall_steps.remove_tree(
        site, uninstall_steps.UninstallOptions(drop_database=False, keep_data=True, discard=False)
    )
    assert site.data.is_dir()
    assert not site.draining.exists()


def test_discarded_logs_are_not_kept(site: Site) -> None:
    site.nginx_logs.mkdir(parents=True)
    (site.nginx_logs / "atum-desk.access.log").touch()
    uninstall_steps.remove_traces(site, None)
    assert list(site.nginx_logs.iterdir()) == []


def test_processes_of_a_user_that_was_there_before_are_left_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    class Ended:
        ok, stdout, stderr = True, "", ""

    def note(words: Sequence[str], **_: object) -> Ended:
        ran.append(list(words))
        return Ended()

    monkeypatch.setattr(uninstall_steps, "run", note)
    monkeypatch.setattr(Site, "user", "nobody")
    monkeypatch.setattr(uninstall_steps, "user_exists", lambda name: True)
    uninstall_steps.stop_all(site, install_journal(site, "stop_unit"))
    assert not [words for words in ran if words[0] == "pkill"]
    uninstall_steps.stop_all(site, install_journal(site, "remove_user"))
    assert [words for words in ran if words[0] == "pkill"] == [["pkill", "-KILL", "-u", "nobody"]]


def test_the_certificate_is_kept_for_the_way_back(site: Site) -> None:
    run = kept_data.Uninstallation(site.kept_folder, site.kept_folder / "rollback_1", "now", {})
    kept_data.keep_certificate(site, run)
    assert not run.folder.exists(), "plain HTTP has none"
    site.tls.mkdir(parents=True)
    (site.tls / "key.pem").write_text("a key")
    for _ in range(2):  # a removal that was interrupted keeps it again
        kept_data.keep_certificate(site, run)
    assert (run.folder / "tls/key.pem").read_text() == "a key"
    assert (run.folder / "tls").stat().st_mode & 0o777 == 0o700
