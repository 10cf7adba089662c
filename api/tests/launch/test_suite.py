"""What `./atum test` adds to pytest, on small projects of their own."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from atum_desk.launch.project_rules import API

PROJECT = """
[tool.pytest.ini_options]
testpaths = ["tests", "../infra"]
xfail_strict = true
empty_parameter_set_mark = "fail_at_collect"
timeout = 300
markers = ["slow(why): x"]
"""
BOTH_WAYS = pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["one", "xdist"])
SKIP = "import pytest\ndef test_a():\n    pytest.skip('no moon here')\n"
FAILS_ONCE = """
from pathlib import Path
import pytest
def test_good(): pass
def test_a():
    seen = Path(__file__).with_name("seen")
    if not seen.exists():
        seen.touch()
        raise AssertionError("the first time only")
@pytest.fixture
def shaky():
    seen = Path(__file__).with_name("seen too")
    if not seen.exists():
        seen.touch()
        raise OSError("no port yet")
def test_b(shaky): pass
"""

HANGS_AT_ITS_END = """
import threading, time
from pathlib import Path
def stay(): time.sleep(120)
def test_a():
    seen = Path(__file__).with_name("seen")
    if not seen.exists():
        seen.touch()
        raise AssertionError("the first time only")
    threading.Thread(target=stay).start()
"""

CATCHES_ITS_TIMEOUT = """
import time
def test_deaf():
    ends_at = time.monotonic() + 120
    while time.monotonic() < ends_at:
        try:
            time.sleep(1)
        except BaseException:
            pass
def test_good(): pass
"""


@dataclass
class Run:
    """How a run of a project ended."""

    code: int
    output: str
    report: Path

    @property
    def closing(self) -> str:
        return self.output.rstrip().splitlines()[-1]

    def kept(self, name: str) -> str:
        return (self.report / f"{name}.txt").read_text()


class Project:
    """A repository with some tests below `api/tests` and a list of allowed skips."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tests = root / "api" / "tests"
        self.tests.mkdir(parents=True)
        (root / "infra").mkdir()
        (root / "api" / "pyproject.toml").write_text(PROJECT)
        self.allow("")

    def allow(self, text: str) -> None:
        (self.root / "list.toml").write_text(text)

    def file(self, name: str, text: str) -> None:
        path = (self.tests / name).resolve()
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def run(self, *words: str, **environment: str) -> Run:
        report = self.root / "report"
        given = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        given.pop("CI", None)
        given |= {"PYTHONPATH": str(API / "tests"), "ATUM_TEST_SLOWNESS": "1"}
        given["COLUMNS"] = "200"
        # Other plugins cost a second of each start.
        given["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        options = ["-p", "xdist", "-p", "pytest_timeout", "-p", "suite.plugin"]
        options += ["-p", "no:cacheprovider", "-q", f"--report-to={report}"]
        options.append(f"--allowed-skips={self.root / 'list.toml'}")
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "--rootdir=..", *options, *words],
            cwd=self.root / "api",
            env=given | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return Run(ended.returncode, ended.stderr + ended.stdout, report)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "desk")


def entry(tests: str, reason: str, **conditions: object) -> str:
    """Return an entry of the list; its condition holds always unless others are given."""
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in (conditions or {"always": True}).items())
    return f'[[skip]]\ntests = "{tests}"\nreason = "{reason}"\nwhy = "for a test"\n{lines}'


@BOTH_WAYS
def test_files_with_slow_tests_go_first_where_processes_share_them(project: Project, workers: list[str]) -> None:
    project.file("test_a.py", "def test_quick(): pass\n")
    slow = "import pytest\ndef test_before(): pass\n@pytest.mark.slow('why')\ndef test_long(): pass\n"
    project.file("test_b.py", slow)
    output = project.run("-vv", *workers).output
    ran = re.findall(r"test_\w+\.py::(test_\w+) PASSED|PASSED \S+::(test_\w+)", output)
    order = ["".join(names) for names in ran]
    assert order == (
        ["test_before", "test_long", "test_quick"] if workers else ["test_quick", "test_before", "test_long"]
    )


@BOTH_WAYS
def test_a_skip_that_nobody_listed_fails_the_run_and_is_named(project: Project, workers: list[str]) -> None:
    project.file("far/test_sky.py", SKIP + "def test_b(): pass\n")
    project.file("far/test_absent.py", "import pytest\npytest.importorskip('no_such_module')\n")
    run = project.run(*workers)
    assert run.code == 1
    assert re.search(r"FAILED tests/far/test_sky\.py::test_a.*no moon here", run.output)
    assert re.search(r"FAILED tests/far/test_absent\.py.*no_such_module", run.output)
    assert re.search(r"\b2 failed, 1 passed, \d skipped\b.* in ", run.closing), run.closing


@BOTH_WAYS
def test_a_listed_skip_passes_and_is_printed_with_its_reason(project: Project, workers: list[str]) -> None:
    project.file("far/test_sky.py", SKIP)
    project.allow(entry("api/tests/far/*", "no moon *"))
    run = project.run(*workers)
    assert run.code == 0, run.output
    assert "far/test_sky.py (test_a): no moon here; allowed: for a test" in run.kept("skips")
    assert run.kept("skips").strip() in run.output
    assert re.search(r"\b1 skipped\b.* in ", run.closing)


@pytest.mark.parametrize(
    ("conditions", "environment"),
    [
        ({"without_programs": ["sh"]}, {}),
        ({"without_paths": ["api"]}, {}),
        ({"outside_ci": True}, {"CI": "true"}),
        ({"always": True, "unless_set": "ATUM_MOON"}, {"ATUM_MOON": "1"}),
        ({"always": True, "when_set": "ATUM_MOON"}, {}),
    ],
)
def test_a_listed_skip_fails_where_its_condition_does_not_hold(
    project: Project, conditions: dict[str, object], environment: dict[str, str]
) -> None:
    project.file("test_sky.py", SKIP)
    project.allow(entry("api/tests/*", "no moon *", **conditions))
    assert project.run(**environment).code == 1


SILENT = {
    "xfail": "@pytest.mark.xfail(reason='odd')\ndef test_a(): raise OSError\n",
    "mark": "@pytest.mark.skip\ndef test_a(): pass\n",
    "empty": "def helper(): pass\n",
    "unittest": "from unittest import TestCase, skip\nclass TestA(TestCase):\n    @skip('x')\n    def test_a(self): pass\n",
    "fixture": "@pytest.fixture\ndef f(): pytest.skip('x')\ndef test_a(f): pass\n",
    "subtest": "def test_a(subtests):\n    with subtests.test('x'): pytest.skip('y')\n",
    "module": "pytest.skip('x', allow_module_level=True)\n",
}


@BOTH_WAYS
def test_no_way_of_leaving_a_test_out_is_silent(project: Project, workers: list[str]) -> None:
    project.file("test_good.py", "def test_good(): pass\n")
    for how, text in SILENT.items():
        project.file(f"test_{how}.py", f"import pytest\n{text}")
    run = project.run("--everything", *workers)
    assert run.code == 1, run.output
    for how in SILENT:
        assert re.search(rf"^FAILED tests/test_{how}\.py.* entry that allows it", run.output, re.MULTILINE), run.output
    assert run.closing.startswith(f"{len(SILENT)} failed"), run.closing


def test_a_test_over_no_cases_is_an_error(project: Project) -> None:
    project.file("test_odd.py", "import pytest\n@pytest.mark.parametrize('x', [])\ndef test_a(x): pass\n")
    run = project.run()
    assert run.code not in (0, 1)
    assert "Empty parameter set in 'test_a'" in run.output


@BOTH_WAYS
def test_deselected_tests_count_as_left_out_only_where_everything_was_asked_for(
    project: Project, workers: list[str]
) -> None:
    project.file("test_two.py", "def test_a(): pass\ndef test_b(): pass\n")
    assert project.run(*workers, "-k", "test_a").code == 0
    run = project.run(*workers, "-k", "test_a", "--everything")
    assert run.code == 1
    assert "FAILED tests/test_two.py::test_b - deselected" in run.output


def test_an_entry_that_had_to_be_needed_and_was_not_is_said(project: Project) -> None:
    project.file("test_good.py", "def test_good(): pass\n")
    project.allow(
        entry("api/tests/test_old.py::*", "no moon", without_programs=["no-such-program"])
        + entry("api/tests/test_away.py::*", "no sun", without_programs=["sh"])
        + entry("bench/tests/*", "no star", without_programs=["no-such-program"])
    )
    run = project.run("--everything")
    assert run.code == 0
    assert run.kept("stale").startswith("api/tests/test_old.py::*: no moon")
    assert run.kept("stale").count("\n") == 1
    assert run.kept("stale").strip() in run.output


def test_an_ill_formed_entry_is_refused(project: Project) -> None:
    project.file("test_sky.py", SKIP)
    project.allow('[[skip]]\ntests = "*"\nreason = "*"\nwhy = "for a test"\n')
    run = project.run()
    assert run.code not in (0, 1)
    assert "an entry needs tests, reason, why and a condition" in run.output


@BOTH_WAYS
def test_a_test_that_passes_when_run_once_more_is_flaky_and_the_run_passes(
    project: Project, workers: list[str]
) -> None:
    project.file("near/test_twice.py", FAILS_ONCE)
    project.file("../../infra/test_twice_too.py", FAILS_ONCE)
    run = project.run(*workers, "--rerun-failed")
    assert run.code == 0, run.output
    assert re.search(r"^6 passed, 4 flaky in ", run.closing), run.closing
    assert "infra/test_twice_too.py::test_a  (in infra)" in run.kept("flaky")
    kept = run.kept("flaky")
    assert "api/tests/near/test_twice.py::test_a  (in api/tests/near)" in kept
    assert "AssertionError: the first time only" in kept
    assert "OSError: no port yet" in kept
    assert kept.strip() in run.output


def test_without_the_option_a_test_that_fails_once_fails_the_run(project: Project) -> None:
    project.file("near/test_twice.py", FAILS_ONCE)
    run = project.run()
    assert run.code == 1
    assert re.search(r"^1 failed, 1 passed, 1 error in ", run.closing), run.closing


@BOTH_WAYS
def test_a_test_that_fails_twice_fails_the_run_and_a_dead_worker_is_no_excuse(
    project: Project, workers: list[str]
) -> None:
    project.file("near/test_never.py", "def test_a(): raise AssertionError('always')\n")
    if workers:
        project.file("near/test_dies.py", "import os\ndef test_b(): os._exit(3)\n")
    run = project.run(*workers, "--rerun-failed")
    assert run.code == 1
    assert "AssertionError: always" in run.output
    assert re.search(rf"^{1 + bool(workers)} failed.* in ", run.closing), run.closing
    assert run.kept("flaky") == ""


@BOTH_WAYS
def test_a_second_run_that_does_not_end_is_killed_and_says_where_it_stands(
    project: Project, workers: list[str]
) -> None:
    project.file("near/test_hangs.py", HANGS_AT_ITS_END)
    run = project.run(*workers, "--rerun-failed", "--rerun-seconds=5", "--timeout=5")
    assert "near/test_hangs.py::test_a (call)" in run.output
    assert "the second run did not end and was killed" in run.output
    assert "in stay" in (run.report / "rerun.log").read_text()
    # The test itself had passed by then.
    assert run.code == 0, run.output
    assert "AssertionError: the first time only" in run.kept("flaky")


def test_a_test_that_catches_its_timeout_ends_with_its_process(project: Project) -> None:
    project.file("near/test_deaf.py", CATCHES_ITS_TIMEOUT)
    run = project.run("-n", "1", "--timeout=1", "--grace-seconds=2")
    assert run.code == 1
    assert "in test_deaf" in run.output
    assert re.search(r"^1 failed, 1 passed", run.closing), run.output


def test_many_failures_are_no_chance_and_not_run_again(project: Project) -> None:
    project.file(
        "test_all.py", "import pytest\n@pytest.mark.parametrize('n', range(21))\ndef test_a(n): assert not n + 1\n"
    )
    run = project.run("--rerun-failed")
    assert run.code == 1
    assert "once more" not in run.output
    assert run.closing.startswith("21 failed in ")


def test_the_parts_before_count_in_the_closing_line(project: Project, tmp_path: Path) -> None:
    project.file("test_good.py", "def test_good(): pass\n")
    told = {
        "name": "web/tests",
        "tests": 9,
        "seconds": 3.5,
        "failed": [{"test": "web/tests/a.test.ts::a", "text": "expected 1"}],
        "flaky": [{"test": "web/tests/b.test.ts::b", "text": "timed out"}],
        "skips": [{"test": "web/tests/c.test.ts::c", "reason": "it.todo", "kind": "todo"}],
    }
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "web.json").write_text(json.dumps(told))
    run = project.run("--everything", f"--parts={parts}")
    assert run.code == 1
    assert "FAILED ../web/tests/a.test.ts::a - expected 1" in run.output
    assert "FAILED ../web/tests/c.test.ts::c - todo without an entry" in run.output
    assert re.search(r"^2 failed, 1 passed, 1 flaky in ", run.closing), run.closing
    assert re.search(r"^web/tests +9 +3\.5 ", run.output, re.MULTILINE)


def test_where_the_time_goes_is_said_by_folder_and_a_slow_test_gives_its_reason(project: Project) -> None:
    slow = "import time, pytest\n{mark}\ndef test_{name}(): time.sleep(0.3)\n"
    project.file("near/test_slow.py", slow.format(mark="", name="idle"))
    why = "@pytest.mark.slow('waits for the moon')"
    project.file("far/test_slow_too.py", slow.format(mark=why, name="patient"))
    run = project.run("--everything", "--slow-seconds=0.2")
    assert run.code == 0
    assert re.search(r"^api/tests/near +1 +0\.\d +\d+%$", run.output, re.MULTILINE)
    assert "near/test_slow.py::test_idle" in run.kept("slow")
    assert "patient" not in run.kept("slow")


def test_deadlines_grow_with_the_slowness_of_the_machine(project: Project) -> None:
    project.file(
        "test_scale.py",
        "from suite.machine_speed import scaled\ndef test_a(request):\n"
        "    assert scaled(2) == 6\n    assert request.config.getoption('timeout') == 900\n",
    )
    for words in ([], ["-n", "1"]):
        run = project.run(*words, ATUM_TEST_SLOWNESS="3")
        assert run.code == 0, run.output
