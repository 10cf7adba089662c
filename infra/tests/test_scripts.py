"""The scripts call the tool of the release in use, for the whole installation, from wherever they lie."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from atumctl.core.own_tree import ATUMCTL
from atumctl.core.site import Site
from atumctl.uninstall import kept_data

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
TELLING = "import json, sys; print(json.dumps(sys.argv))"
# In place of systemd-run: what it is called with.
TELLING_PROGRAM = f"#!{sys.executable}\n{TELLING}\n"
# systemd takes each as a value; the second one is a command to a shell.
SETTINGS = """ATUM_SECRET="s"
ATUM_OPS_BACKUP_TO=/mnt/disk {ran}
ATUM_OPS_NOTIFY_COMMAND=touch {ran}
ATUM_MAIL_RELAY_PASSWORD=$(touch {ran})
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """An install root that an earlier release was laid in, with a later one in use."""
    root = tmp_path / "ATUM DESK/atum-desk"
    for place in (root, root / "releases/0.2.0"):
        shutil.copytree(SCRIPTS, place / "infra/scripts")
        (place / "infra/atumctl").mkdir()
        (place / "infra/atumctl/__main__.py").write_text(TELLING)
    (root / "current").symlink_to("releases/0.2.0")
    return root


def told(script: Path, *words: str) -> list[str]:
    done = subprocess.run(["bash", script, *words], capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("verb", ["backup", "restore", "rollback"])
@pytest.mark.parametrize("place", ["", "releases/0.2.0", "current"])
def test_each_uses_the_tool_in_use_for_the_install_root(tree: Path, verb: str, place: str) -> None:
    words = told(tree / place / f"infra/scripts/{verb}.sh", "--dry-run")
    assert words == [f"{tree}/current/infra/atumctl", verb, "--prefix", str(tree), "--dry-run"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root upgrades")
def test_an_upgrade_uses_it_as_well(tree: Path) -> None:
    words = told(tree / "infra/scripts/upgrade.sh", "next.tar.gz")
    assert words == [f"{tree}/current/infra/atumctl", "upgrade", "next.tar.gz"]


def test_before_the_first_installation_it_is_the_trees(tree: Path) -> None:
    (tree / "current").unlink()
    assert told(tree / "infra/scripts/rollback.sh")[0] == f"{tree}/infra/atumctl"


def run_tool(folder: Path, *words: str) -> str:
    argv = [sys.executable, str(folder / "infra/atumctl"), *words]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def test_the_trees_own_tool_hands_every_verb_to_the_release_in_use(tree: Path, tmp_path: Path) -> None:
    shutil.rmtree(tree / "infra/atumctl")
    for place in (tree, tmp_path / "elsewhere"):
        shutil.copytree(ATUMCTL, place / "infra/atumctl", ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "release.json").write_text('{"version": "0.1.0"}')
    for words in (["doctor", "--list"], ["install", "--yes"], ["rollback", "--uninstall", "--dry-run"]):
        assert json.loads(run_tool(tree, *words)) == [f"{tree}/current/infra/atumctl", *words]
    # A copy elsewhere is used as it is: a removal keeps one, for the tree may be gone.
    assert "integrity.rows" in run_tool(tmp_path / "elsewhere", "doctor", "--list", "--prefix", str(tree))
    (tree / "release.json").write_text('{"version": "0.2.0"}')
    assert "integrity.rows" in run_tool(tree, "doctor", "--list")


def test_a_removal_keeps_the_tool_that_runs(tmp_path: Path) -> None:
    site = Site(tmp_path / "ATUM DESK/atum-desk", root=tmp_path / "machine")
    run = kept_data.Uninstallation(site.kept_folder, site.kept_folder / "rollback_1", "now", {})
    kept_data.keep_tool(site, run)
    kept = site.kept_folder / kept_data.TOOL
    tool = str(kept / "infra/atumctl")
    asked = subprocess.run([sys.executable, tool, "rollback", "--help"], check=False, capture_output=True)
    assert b"--uninstall" in asked.stdout, asked.stderr
    assert not (kept / "infra/tests").exists()
    assert str(site.prefix) in (kept / "prefix.json").read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("place", ["", "current"])
def test_a_verb_of_the_desk_gets_the_settings_and_no_shell_runs_them(tree: Path, tmp_path: Path, place: str) -> None:
    programs, ran = tmp_path / "bin", tmp_path / "ran"
    programs.mkdir()
    for name in ("systemd-run", "runuser", "touch"):
        (programs / name).write_text(TELLING_PROGRAM if name == "systemd-run" else f"#!/bin/sh\n: > {ran}\n")
        (programs / name).chmod(0o755)
    (tree / "api").mkdir()
    (tree / "api/.env").write_text(SETTINGS.format(ran=ran))
    (tree / "releases/0.2.0/api").mkdir()
    done = subprocess.run(
        ["bash", tree / place / "infra/scripts/desk.sh", "password", "ada@example.com"],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"},
    )
    assert not ran.exists(), done.stderr
    words = json.loads(done.stdout)
    assert words[-4:] == ["-m", "atum_desk.entry.cli", "password", "ada@example.com"]
    assert words[-5] == f"{tree}/current/api/.venv/bin/python"
    assert f"--property=EnvironmentFile={tree}/api/.env" in words
    assert "--uid=atum-desk" in words
