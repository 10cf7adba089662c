"""What the tool of another release uses of this tree: it stays where it is, under the name it has.

The release in use upgrades to a later one, scripts and units of an earlier one call the tool of the
one in use, and a journal is undone by whichever tool comes next (docs/operations/upgrade.md).
"""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from atum_desk.launch.web_build import build_web
from atumctl.cli import VERBS
from atumctl.core.site import Site
from atumctl.install import undo as install_undo
from atumctl.steps.templates import fill
from atumctl.upgrade import undo as upgrade_undo

TREE = Path(__file__).resolve().parents[3]
# Paths in a release; what a release has to lay is looked for there by the tool of another.
PLACES = (
    *("infra/atumctl/__main__.py", "infra/systemd", "infra/nginx/atum-desk.conf"),
    *("infra/scripts/install.sh", "infra/scripts/upgrade.sh", "infra/scripts/rollback.sh"),
    *("infra/scripts/tool.sh", "api/requirements.lock", "api/migrations/versions"),
    *("api/pyproject.toml", "api/atum_desk/entry/cli.py", "api/atum_desk/entry/api.py"),
    *("api/atum_desk/entry/live.py", "api/atum_desk/entry/worker.py"),
    *("api/atum_desk/launch/web_build.py", "atum", "docs"),
)
CALLS = (
    ("backup", "--verify", "--yes"),
    ("backup", "--prefix", "P"),
    ("watch",),
    ("certificate",),
    ("requests", "--yes"),
    ("install", "--prefix", "P", "--host", "H"),
    ("restore", "MANIFEST", "--prefix", "P"),
    ("upgrade", "RELEASE", "--yes", "--prefix", "P"),
    ("rollback", "--to-release", "--yes", "--prefix", "P"),
    ("rollback", "--uninstall"),
    ("doctor", "--json"),
    ("verify",),
)
# Kinds of inverses that journals of earlier releases hold.
OF_INSTALLATIONS = {
    *("disable_unit", "drop_database", "drop_roles", "enable_unit", "forget_site", "nothing"),
    *("purge_packages", "reload_nginx", "reload_systemd", "remove_new_folders", "remove_folder"),
    *("remove_release", "remove_user", "restore_file", "restore_folder_mode"),
    *("restore_role_password", "restart_running", "restore_tree_owner", "stop_unit"),
    "undo_restore",
}
OF_UPGRADES = (OF_INSTALLATIONS - {"undo_restore"}) | {
    *("switch_release", "end_rehearsal", "repair", "restore_role_passwords")
}


@pytest.mark.parametrize("path", PLACES)
def test_it_is_where_another_release_looks_for_it(path: str) -> None:
    assert (TREE / path).exists()


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_the_verbs_and_flags_are_known(words: tuple[str, ...]) -> None:
    """The help is asked for at the end, so that the words before it are read and nothing is done."""
    argv = [sys.executable, str(TREE / "infra/atumctl"), *words, "--help"]
    done = subprocess.run(argv, check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    flags = [word for word in words if word.startswith("--")]
    assert [flag for flag in flags if flag not in done.stdout] == []


def test_each_verb_says_what_it_does() -> None:
    for verb in VERBS:
        argv = [sys.executable, str(TREE / "infra/atumctl"), verb, "--help"]
        done = subprocess.run(argv, check=False, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", sorted((TREE / "infra/systemd").glob("*")), ids=lambda p: p.name)
def test_a_template_has_only_names_that_earlier_tools_fill_in(unit: Path) -> None:
    fill(unit.read_text(), {"PREFIX": "P", "DATA": "D", "USER": "U"})


def test_every_kind_of_inverse_is_still_known() -> None:
    assert OF_INSTALLATIONS - install_undo.INVERSES.keys() == set()
    assert OF_UPGRADES - upgrade_undo.inverses(Site(Path("/nowhere"))).keys() == set()


def test_a_units_command_is_one_of_these() -> None:
    called = set()
    for unit in (TREE / "infra/systemd").glob("*.service"):
        called |= set(re.findall(r'infra/atumctl" (\w+)', unit.read_text()))
    assert called == {"backup", "watch", "certificate", "requests"}


def test_the_web_build_takes_what_earlier_tools_give_it() -> None:
    inspect.signature(build_web).bind(TREE / "web")
