"""`./atum test`: everything that must hold, on real programs of this machine.

What it adds to pytest (skips need a reason, flaky tests a name) is a plugin in `api/tests/suite`.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.launch.checks import run_checks
from atum_desk.launch.postgres import MEMORY_DISK, postgres_for_tests
from atum_desk.launch.problems import LaunchError
from atum_desk.launch.project_rules import API, PACKAGE
from atum_desk.launch.release import build_release
from atum_desk.launch.web_build import WEB, build_web, install_web_packages

# Half of the tests' time is waiting for something, so two cores have room for three; tests of one
# file stay together at first, so that they share what their file sets up.
PARALLEL = ["-n", "3", "--dist", "worksteal"]
# What tests write costs half the processor time of a disk there, and is small beside this.
LEAST_MEMORY_BYTES = 6_000_000_000
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
TESTS = API / "tests"
REPORT = REPOSITORY / "data" / "test-report"
MACHINE_TESTS = REPOSITORY / "infra" / "tests" / "machine"
# The plugin prints the skips, with what allows them, instead of pytest's own list.
PLUGIN = ["-p", "suite.plugin", "-rfE"]
KEPT_SETTINGS = (
    *("ATUM_MATERIAL", "ATUM_FRESH_MACHINE", "ATUM_TEST_KILLS", "ATUM_TEST_MUTATIONS", "ATUM_TEST_SLOWNESS"),
    *(
        "ATUM_TEST_GROWTH",
        "ATUM_TEST_CHANGES",
        "ATUM_FUZZ_SECONDS",
        "ATUM_FUZZ_SEED",
        "ATUM_EARLIER_RELEASE",
        "ATUM_WRITE_DOCS",
    ),
)


def run_tests(words: list[str]) -> int:
    """Run checks, web tests and Python tests; return the exit code.

    With words for pytest only pytest is run, with those words, and a failed test only once.
    pytest's own closing line is printed last and counts the failures of the other parts, too, so
    that whoever reads the output's end reads the count.

    `--machine` runs those tests instead that install on throw-away machines; with `--short` only
    a cycle of a few minutes.
    """
    if "--machine" in words:
        return _run_machine_tests([word for word in words if word != "--machine"])
    if words:
        _build_web()
        return _run_pytest(words)
    report = REPORT / "whole"
    parts = report / "parts"
    shutil.rmtree(report, ignore_errors=True)
    parts.mkdir(parents=True)
    _run_part(parts, "check", partial(run_checks, anew=True))
    _run_web_tests(parts)
    _run_part(parts, "web build", _build_web)
    options = ["--everything", "--rerun-failed", f"--report-to={report}", f"--parts={parts}"]
    return _run_pytest([*PARALLEL, "-q", *options])


def find_chromium() -> Path | None:
    """Return the browser of the browser tests, or None where this machine has none."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    return None


def _run_part(parts: Path, name: str, run: Callable[[], bool]) -> None:
    """Run a part that prints its own words, and tell pytest's plugin how it ended."""
    began_at = time.monotonic()
    well = run()
    _write_part(parts, name, time.monotonic() - began_at, failed=not well)


def _write_part(parts: Path, name: str, seconds: float, *, failed: bool) -> None:
    text = "failed; why stands above, before the Python tests"
    told = {"name": name, "seconds": seconds, "failed": [{"test": name, "text": text}] * failed}
    (parts / f"{name.replace(' ', '-')}.json").write_bytes(msgspec.json.encode(told))


def _run_web_tests(parts: Path) -> None:
    """Run the web tests, a failed one twice; their reporter writes the part's file."""
    node = install_web_packages()
    told = parts / "web-tests.json"
    reporters = ["--reporter=default", "--reporter=./tests/suiteReporter.ts"]
    command = [node.program, "node_modules/vitest/vitest.mjs", "run", "--retry=1", *reporters]
    environment = _environment() | {"ATUM_WEB_REPORT": str(told), "ATUM_TEST_SLOWNESS": _slowness()}
    ended = subprocess.run(command, cwd=WEB, env=environment, check=False)
    known = told.exists() and msgspec.json.decode(told.read_bytes())["failed"]
    if not told.exists() or (ended.returncode and not known):
        # It died, or failed outside of a test.
        _write_part(parts, "web tests", 0, failed=True)


def _slowness() -> str:
    """Return how slow this machine is now, as the Python tests measure it."""
    script = [sys.executable, str(TESTS / "suite" / "machine_speed.py")]
    return subprocess.run(script, env=_environment(), check=True, capture_output=True, text=True).stdout.strip()


def _build_web() -> bool:
    try:
        build_web()
    except LaunchError as error:
        print(f"test: {error}", flush=True)
        return False
    return True


def _environment() -> dict[str, str]:
    """Return the environment without settings of a desk; those of the tests stay."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ATUM_") or name in KEPT_SETTINGS}


def _run_machine_tests(words: list[str]) -> int:
    """Run the tests that install a release on throw-away machines."""
    chosen = ["-m", "short"] if "--short" in words else []
    words = [word for word in words if word != "--short"]
    report = REPORT / "machine"
    shutil.rmtree(report, ignore_errors=True)
    environment = _environment() | {"ATUM_MACHINE_TESTS": "1", "PYTHONPATH": os.pathsep.join([str(API), str(TESTS)])}
    if reason := _why_no_machine(environment):
        environment["ATUM_NO_MACHINE"] = reason
    else:
        environment["ATUM_RELEASE"] = str(build_release(wheels=True, uncommitted=True))
    options = ["--timeout=3600", "-p", "no:cacheprovider", f"--report-to={report}"]
    if not words:
        options.append("--rerun-failed")
        if not chosen:
            options.append("--everything")
    command = [*_pytest(), *options, *chosen, *(words or ["-v"]), str(MACHINE_TESTS)]
    return subprocess.run(command, cwd=API, env=environment, check=False).returncode


def _why_no_machine(environment: dict[str, str]) -> str:
    """Return why no throw-away machine can be made here, or nothing; it takes a minute."""
    script = "from machine import why_no_machine; print(why_no_machine() or '')"
    command = [sys.executable, "-c", script]
    told = subprocess.run(command, cwd=MACHINE_TESTS, env=environment, check=True, capture_output=True, text=True)
    return told.stdout.strip()


def _run_pytest(words: list[str]) -> int:
    _compile_code()
    postgres = postgres_for_tests()
    environment = _environment() | {
        "ATUM_TEST_DATABASE_URL": postgres.start(),
        "ATUM_CHROMIUM": str(find_chromium() or ""),
        **_folder_in_memory(),
        "PYTHONPATH": os.pathsep.join([str(API), str(TESTS)]),
    }
    try:
        return subprocess.run([*_pytest(), *words], cwd=API, env=environment, check=False).returncode
    finally:
        postgres.stop()


def _folder_in_memory() -> dict[str, str]:
    """Return pytest's setting for where tests write, in memory where there is plenty."""
    try:
        disk = os.statvfs(MEMORY_DISK)
    except OSError:
        return {}
    # Tests write programs and run them, which a disk of a container often refuses.
    if disk.f_flag & os.ST_NOEXEC or disk.f_bavail * disk.f_frsize < LEAST_MEMORY_BYTES:
        return {}
    return {"PYTEST_DEBUG_TEMPROOT": str(MEMORY_DISK)} if os.access(MEMORY_DISK, os.W_OK) else {}


def _compile_code() -> None:
    """Compile what the tests' processes import, once for all of them and for the copies that tests make."""
    folders = [PACKAGE, API / "migrations", REPOSITORY / "bench", REPOSITORY / "infra" / "atumctl"]
    there = [str(folder) for folder in folders if folder.exists()]
    # A file that cannot be compiled is said by the test that imports it.
    subprocess.run([sys.executable, "-m", "compileall", "-q", "-j", "0", *there], check=False)


def _pytest() -> list[str]:
    # Named, for pytest would look for its settings from the tests that are asked for. Tests outside
    # of the root folder would have names without their file.
    places = ["-c", str(API / "pyproject.toml"), "--rootdir", str(REPOSITORY)]
    return [sys.executable, "-m", "pytest", *places, *PLUGIN]
