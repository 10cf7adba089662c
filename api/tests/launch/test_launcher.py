"""`./atum` itself: its verbs, its sentences, and that it works from anywhere for anybody."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from atum_desk.kernel.config.settings import REPOSITORY
from suite.machine_speed import scaled

Atum = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def atum(environment: dict[str, str], tmp_path: Path) -> Atum:
    """A function that runs `./atum WORDS` with this Python's packages, from another folder."""

    def run(*words: str, **changed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(REPOSITORY / "atum"), *words],
            env=environment | {"ATUM_VENV": sys.prefix} | changed,
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
            timeout=scaled(60),
        )

    return run


def test_settings_are_printed_with_value_source_and_meaning(atum: Atum, environment: dict[str, str]) -> None:
    run = atum("settings", ATUM_ADMIN_PASSWORD="not to be shown")
    assert run.returncode == 0
    assert f"ATUM_API_PORT={environment['ATUM_API_PORT']}  [environment]" in run.stdout
    assert "Port of the live service (WebSocket)." in run.stdout
    assert "not to be shown" not in run.stdout
    rows = json.loads(atum("settings", "--json").stdout)
    assert {row["name"] for row in rows} >= {"ATUM_DATA", "ATUM_MAIL_RELAY"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"ATUM_API_PORT": "eight"},
            "atum: ATUM_API_PORT (from environment) is 'eight': it must be a port number from 1 to 65535.\n",
        ),
        (
            {"ATUM_DATA": "/proc/none"},
            "atum: The data folder /proc/none cannot be written: No such file or directory; see ATUM_DATA.\n",
        ),
        ({"ATUM_VENV": "/none"}, "atum: ATUM_VENV is '/none': there is no bin/python in it.\n"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_starts(
    atum: Atum, environment: dict[str, str], changed: dict[str, str], sentence: str
) -> None:
    run = atum("up", **changed)
    assert (run.returncode, run.stdout, run.stderr) == (1, "", sentence)
    assert not Path(environment["ATUM_DATA"]).exists()


def test_an_address_of_another_machine_is_refused(atum: Atum) -> None:
    run = atum("up", ATUM_BIND="192.0.2.1")
    assert run.returncode == 1
    assert run.stderr.startswith("atum: 192.0.2.1 port ")
    assert "see ATUM_BIND" in run.stderr
    run = atum("up", ATUM_SMTP_BIND="192.0.2.1")
    assert run.returncode == 1
    assert "see ATUM_SMTP_BIND and ATUM_SMTP_PORT" in run.stderr


def test_a_database_that_cannot_be_reached_is_said(atum: Atum, free_port: Callable[[], int]) -> None:
    nobody = f"postgresql://postgres@127.0.0.1:{free_port()}/desk"
    run = atum("migrate", ATUM_DATABASE_URL=nobody)
    assert run.returncode == 1
    assert run.stderr.startswith("atum: The database cannot be used: ")
    assert run.stderr.endswith("; see ATUM_DATABASE_URL.\n")
    assert run.stderr.count("\n") == 1


def test_an_unknown_verb_is_refused(atum: Atum) -> None:
    run = atum("pu")
    assert run.returncode == 2
    assert "pu" in run.stderr


def test_a_machine_without_a_fitting_python_is_told_what_to_install(tmp_path: Path) -> None:
    run = _run_copy(tmp_path, _path_with(tmp_path, python3="exit 1"))
    assert run.returncode == 1
    assert run.stderr == ("atum: Python 3.11 or newer is needed (Debian, Ubuntu: apt install python3 python3-venv).\n")


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    no_venv = 'case "$*" in *venv*) exit 1;; esac'
    run = _run_copy(tmp_path, _path_with(tmp_path, python3=no_venv))
    assert run.returncode == 1
    assert run.stderr == ("atum: python3 has no venv module; install it (Debian, Ubuntu: apt install python3-venv).\n")


def test_it_works_through_a_link_and_as_an_ordinary_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can become somebody else")
    python = Path("/usr/bin/python3")
    if not python.exists():
        pytest.skip("there is no Python that another user may run")
    home = tmp_path_factory.mktemp("ordinary") / "a home"
    home.mkdir()
    copy = _copy_sources(home / "desk")
    (home / "atum").symlink_to(copy / "atum")
    _open_to_all(home)
    run = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(home / "atum"), "up"],
        env={"PATH": os.defpath, "HOME": str(home), "ATUM_VENV": _fake_environment(home, python)},
        check=False,
        capture_output=True,
        text=True,
        timeout=scaled(60),
    )
    assert run.stdout.strip() == f"{copy}/api -m atum_desk.entry.cli up uid 65534"


@pytest.mark.parametrize(("verb", "kept"), [("test", ""), ("check", ""), ("bench", ""), ("up", "1")])
def test_many_processes_of_a_run_share_what_one_compiled(tmp_path: Path, verb: str, kept: str) -> None:
    python = tmp_path / "environment" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "<$PYTHONDONTWRITEBYTECODE>"\n')
    python.chmod(0o755)
    run = subprocess.run(
        [str(REPOSITORY / "atum"), verb],
        env={"PATH": os.defpath, "ATUM_VENV": str(tmp_path / "environment"), "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert run.stdout == f"<{kept}>\n"


def _fake_environment(home: Path, python: Path) -> str:
    """Make an environment whose python tells how it was called; return its folder."""
    program = home / "environment" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\n{python} --version >&2\necho "$PYTHONPATH $* uid $(id -u)"\n')
    program.chmod(0o755)
    return str(home / "environment")


def _copy_sources(target: Path) -> Path:
    (target / "api").mkdir(parents=True)
    shutil.copy2(REPOSITORY / "atum", target / "atum")
    for name in ("requirements.lock", "requirements-dev.lock"):
        shutil.copy2(REPOSITORY / "api" / name, target / "api" / name)
    return target


def _open_to_all(folder: Path) -> None:
    for parent in (folder, *folder.parents):
        if parent.name.startswith(("pytest-", "popen-", "ordinary")) or parent == folder:
            parent.chmod(0o755)


def _path_with(tmp_path: Path, **programs: str) -> str:
    """Return a PATH of the usual tools, without any Python but the given fakes."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("bash", "env", "dirname", "readlink", "mkdir", "flock", "rm", "mktemp", "sh"):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    for name, body in programs.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    return str(tools)


def _run_copy(tmp_path: Path, path: str) -> subprocess.CompletedProcess[str]:
    copy = _copy_sources(tmp_path / "a desk")
    return subprocess.run(
        [str(copy / "atum"), "up"],
        env={"PATH": path, "HOME": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=scaled(60),
    )
