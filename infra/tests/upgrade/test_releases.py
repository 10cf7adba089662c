"""Releases beside each other: their order, which is before which, and which may go."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from atumctl.core import releases
from atumctl.core.output import CommandRefused
from atumctl.core.site import Site
from atumctl.steps import release
from atumctl.upgrade import switch_back, upgrade


@pytest.fixture
def here(tmp_path: Path) -> Site:
    """An installation with five releases, the fourth in use."""
    site = Site(tmp_path / "the desk", root=tmp_path)
    for version in ("0.9.0", "0.10.0", "1.0.0-rc1", "1.0.0", "1.1.0"):
        _lay(site, version)
    (site.releases / ".2.0.0.new").mkdir()
    (tmp_path / "run").mkdir()
    site.current.symlink_to("releases/1.0.0")
    return site


def _lay(site: Site, version: str, schema: str = "0005") -> None:
    site.release(version).mkdir(parents=True)
    described = {"version": version, "schema": schema}
    (site.release(version) / "release.json").write_text(json.dumps(described))


def test_numbers_sort_as_numbers_and_a_candidate_before_its_release(here: Site) -> None:
    assert releases.installed(here) == ["0.9.0", "0.10.0", "1.0.0-rc1", "1.0.0", "1.1.0"]
    assert releases.order("1.10") > releases.order("1.9")


def test_the_previous_release_is_the_one_before_that_in_use(here: Site) -> None:
    assert releases.previous(here) == "1.0.0-rc1"
    here.current.unlink()
    here.current.symlink_to("releases/0.9.0")
    with pytest.raises(CommandRefused, match=r"no release before 0\.9\.0"):
        releases.previous(here)


def test_three_stay_and_the_one_in_use_always(here: Site) -> None:
    assert releases.superfluous(here) == ["0.9.0", "0.10.0"]
    here.current.unlink()
    here.current.symlink_to("releases/0.9.0")
    assert releases.superfluous(here) == ["0.10.0"]


def test_units_and_sites_that_are_not_the_same_are_named(here: Site) -> None:
    old, new = here.release("1.0.0"), here.release("1.1.0")
    for tree in (old, new):
        for name in ("systemd/api.service", "systemd/ws.service", "nginx/site.conf"):
            path = tree / "infra" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("as before")
    assert releases.other_templates(old, new) == []
    (new / "infra/systemd/ws.service").write_text("otherwise")
    (new / "infra/systemd/new.timer").write_text("new")
    (new / "infra/nginx/site.conf").unlink()
    found = releases.other_templates(old, new)
    assert found == ["nginx/site.conf", "systemd/new.timer", "systemd/ws.service"]


def test_one_verb_at_a_time(here: Site) -> None:
    with releases.altering(here), pytest.raises(CommandRefused, match="is running"), releases.altering(here):
        pass
    with releases.altering(here):
        pass


def test_a_release_that_is_not_here_is_no_target(here: Site) -> None:
    with pytest.raises(CommandRefused, match=r"3\.0\.0 is not here; there are 0\.9\.0"):
        switch_back.check_target(here, "3.0.0")


@pytest.mark.parametrize("version", ["1.0.0", "0.9.9"])
def test_an_upgrade_goes_forward_only(here: Site, tmp_path: Path, version: str) -> None:
    _lay(Site(tmp_path / "other"), version)
    with pytest.raises(CommandRefused, match=r"is not newer than 1\.0\.0"):
        upgrade._check(here, Site(tmp_path / "other").release(version))


def test_a_version_that_is_laid_with_other_contents_is_refused(here: Site, tmp_path: Path) -> None:
    _lay(Site(tmp_path / "other"), "1.1.0", schema="0006")
    with pytest.raises(CommandRefused, match=r"Another release 1\.1\.0"):
        upgrade._check(here, Site(tmp_path / "other").release("1.1.0"))


def test_the_embedded_desk_has_no_releases(tmp_path: Path) -> None:
    site = Site(tmp_path, "embedded")
    args = argparse.Namespace(release=tmp_path, watch=None, dry_run=True, yes=True, to_release="")
    for verb in (upgrade.run, switch_back.roll_back_to):
        with pytest.raises(CommandRefused, match=r"\./atum up"):
            verb(args, site)


def test_a_run_goes_on_when_its_terminal_is_closed(tmp_path: Path) -> None:
    script = """
import os, signal, sys
from pathlib import Path
from atumctl.core.releases import outlive_terminal
outlive_terminal(Path(sys.argv[1]) / "journal/upgrade.log")
print("before", flush=True)
os.kill(os.getpid(), signal.SIGHUP)
print("after", flush=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[3] / "infra",
    )
    assert done.stdout == "before\n"
    assert (tmp_path / "journal/upgrade.log").read_text() == "after\n"


@pytest.mark.parametrize(("lock", "copied"), [("one==1", True), ("one==2", False)])
def test_an_environment_is_taken_over_only_with_the_same_lock(here: Site, lock: str, copied: bool) -> None:
    interpreter = here.python(here.release("1.0.0"))
    interpreter.parent.mkdir(parents=True)
    interpreter.symlink_to(Path("/usr/bin/python3").resolve())
    (interpreter.parents[1] / "a package").write_text("of it")
    for version in releases.installed(here):
        (here.release(version) / "api").mkdir(exist_ok=True)
        (here.release(version) / "api/requirements.lock").write_text("one==1")
    draft = here.releases / ".2.0.0.new"
    (draft / "api").mkdir()
    (draft / "api/requirements.lock").write_text(lock)
    assert release._copy_environment(draft, here.releases) is copied
    assert (draft / "api/.venv/a package").exists() is copied
