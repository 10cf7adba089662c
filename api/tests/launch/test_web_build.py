"""When the web application is built, and what is said when that fails."""

import fcntl
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from atum_desk.launch import web_build
from atum_desk.launch.node import packages_are_installed
from atum_desk.launch.packaged import telling_line
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.web_build import build_web, sources_hash


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """Sources of an application of one page."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.tsx").write_text("export {};")
    (tmp_path / "index.html").write_text("<!doctype html>")
    return tmp_path


def test_what_is_built_from_these_sources_is_used_without_node(web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (web / "dist").mkdir()
    (web / "dist" / ".built-from").write_text(sources_hash(web))
    monkeypatch.setenv("PATH", "/none")
    assert build_web(web) == web / "dist"


@pytest.mark.parametrize("changed", ["src/main.tsx", "src/added.tsx", "index.html"])
def test_any_changed_or_added_source_asks_for_a_build(web: Path, changed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (web / "dist").mkdir()
    (web / "dist" / ".built-from").write_text(sources_hash(web))
    (web / changed).write_text("something else")

    def fail(_web: Path) -> None:
        raise LaunchError("a build was asked for")

    monkeypatch.setattr(web_build, "install_web_packages", fail)
    with pytest.raises(LaunchError, match="a build was asked for"):
        build_web(web)


def test_missing_sources_are_said(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="sources are missing"):
        build_web(tmp_path / "none")


def _write_lock(path: Path, packages: dict[str, dict[str, object]]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"packages": packages}))


def test_packages_are_installed_when_npms_account_has_all_that_is_asked_for(tmp_path: Path) -> None:
    wanted: dict[str, dict[str, object]] = {
        "": {},
        "node_modules/a": {"version": "1.0.0"},
        "node_modules/other-system": {"version": "1.0.0", "optional": True},
    }
    _write_lock(tmp_path / "package-lock.json", wanted)
    assert not packages_are_installed(tmp_path)
    account = tmp_path / "node_modules" / ".package-lock.json"
    _write_lock(account, {"node_modules/a": {"version": "1.0.0"}})
    assert packages_are_installed(tmp_path)
    _write_lock(account, {"node_modules/a": {"version": "0.9.0"}})
    assert not packages_are_installed(tmp_path)
    _write_lock(account, {})
    assert not packages_are_installed(tmp_path)


@pytest.mark.parametrize(
    ("output", "line"),
    [
        (
            "npm warn old\nnpm error code EUSAGE\nnpm error\nnpm error `npm ci` can only install",
            "npm error `npm ci` can only install",
        ),
        (
            "error during build:\nBuild failed with 1 errors:\n\n"
            "\x1b[31m[UNRESOLVED_IMPORT] \x1b[0mCould not resolve './A'",
            "[UNRESOLVED_IMPORT] Could not resolve './A'",
        ),
        ("WARNING: x\nERROR: No matching distribution", "ERROR: No matching distribution"),
        ("", "it said nothing"),
    ],
)
def test_the_line_that_says_why_is_found(output: str, line: str) -> None:
    assert telling_line(output) == line


def test_commands_that_need_the_application_at_once_build_it_once(web: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builds: list[str] = []

    def build(command: list[str], _what: str, **_options: object) -> None:
        builds.append(str(command))
        draft = Path(command[command.index("--outDir") + 1])
        draft.mkdir(parents=True)
        second_asks.wait(20)
        (draft / "index.html").write_text("built")

    second_asks = threading.Event()
    lock = fcntl.flock

    def tell_of_the_second(file: int, kind: int) -> None:
        if builds:
            second_asks.set()
        lock(file, kind)

    node = SimpleNamespace(program="node")
    monkeypatch.setattr(web_build, "install_web_packages", lambda _web: node)
    monkeypatch.setattr(web_build, "run_client", build)
    monkeypatch.setattr(fcntl, "flock", tell_of_the_second)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(build_web, web)
        until_true(lambda: bool(builds))
        second = pool.submit(build_web, web)
        assert [first.result(60), second.result(60)] == [web / "dist"] * 2
    assert len(builds) == 1
    assert (web / "dist" / "index.html").read_text() == "built"


def until_true(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does; fails after 20 s."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
