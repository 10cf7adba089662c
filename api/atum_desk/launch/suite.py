"""`./atum test`: everything that must hold, on real programs of this machine."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from atum_desk.kernel.settings import REPOSITORY
from atum_desk.launch.checks import run_checks
from atum_desk.launch.postgres import postgres_for_tests
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.release import build_release
from atum_desk.launch.tree_rules import API
from atum_desk.launch.web_build import WEB, build_web, install_web_packages

WORKERS = "2"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def run_tests(words: list[str]) -> int:
    """Run checks, web tests and Python tests; return the exit code.

    With words for pytest only pytest is run, with those words. pytest's own closing line is
    printed last, so that whoever reads the output's end reads the count.

    `--machine` runs those tests instead that install on throw-away machines; with `--short` only
    a cycle of a few minutes.
    """
    if "--machine" in words:
        return _run_machine_tests([word for word in words if word != "--machine"])
    everything = not words
    failures = []
    if everything:
        if not run_checks():
            failures.append("check")
        if _run_web_tests() != 0:
            failures.append("web tests")
    try:
        build_web()
    except LaunchError as error:
        print(f"test: {error}", flush=True)
        failures.append("web build")
    code = _run_pytest(words or ["-n", WORKERS, "-q"], failures)
    return code or (1 if failures else 0)


def find_chromium() -> Path | None:
    """Return the browser of the browser tests, or None where this machine has none."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    return None


def _run_web_tests() -> int:
    node = install_web_packages()
    command = [node.program, "node_modules/vitest/vitest.mjs", "run"]
    return subprocess.run(command, cwd=WEB, check=False).returncode


def _run_machine_tests(words: list[str]) -> int:
    """Run the tests that install a release on throw-away machines."""
    chosen = ["-m", "short"] if "--short" in words else []
    words = [word for word in words if word != "--short"]
    archive = build_release(wheels=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ATUM_")},
        **{name: os.environ[name] for name in ("ATUM_FRESH_MACHINE",) if name in os.environ},
        "ATUM_MACHINE_TESTS": "1",
        "ATUM_RELEASE": str(archive),
    }
    tests = str(REPOSITORY / "infra" / "tests" / "machine")
    options = ["-c", str(API / "pyproject.toml"), "-p", "no:cacheprovider", "--timeout=3600"]
    command = [sys.executable, "-m", "pytest", *options, *chosen, *(words or ["-v"]), tests]
    return subprocess.run(command, cwd=API, env=environment, check=False).returncode


def _run_pytest(words: list[str], failures: list[str]) -> int:
    browser = find_chromium()
    if browser is None:
        print("test: no Chromium on this machine, so the browser tests are skipped", flush=True)
        words = [*words, "-m", "not browser"]
    postgres = postgres_for_tests()
    dsn = postgres.start()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ATUM_")},
        **{name: os.environ[name] for name in ("ATUM_MATERIAL",) if name in os.environ},
        "ATUM_TEST_DATABASE_URL": dsn,
        "ATUM_CHROMIUM": str(browser or ""),
        "PYTHONPATH": str(API),
    }
    if failures:
        print(f"test: failed before the Python tests: {', '.join(failures)}", flush=True)
    try:
        # Named, for pytest would look for its settings from the tests that are asked for.
        settings = ["-c", str(API / "pyproject.toml")]
        command = [sys.executable, "-m", "pytest", *settings, *words]
        return subprocess.run(command, cwd=API, env=environment, check=False).returncode
    finally:
        postgres.stop()
