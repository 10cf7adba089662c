"""A second run of failed tests: after the others, one by one, with nothing else of the suite beside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

# So many failures at once are no chance, and a second run of them would only cost time.
MOST_RERUN = 20

# How long a process may take to write where its threads stand.
STACK_SECONDS = 10


class OutcomeWriter:
    """Writes a line of JSON for each report; the run that started this one reads them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        line = {"test": report.nodeid, "when": report.when, "outcome": report.outcome}
        with self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")


def passed_at_second_run(config: pytest.Config, tests: list[str], folder: Path) -> set[str]:
    """Run the tests once more in a process of their own; return those that passed now.

    `folder` receives the outcomes and what pytest printed. A test without an outcome (its process
    died, or did not end and was killed) did not pass.
    """
    outcomes, log = folder / "rerun.jsonl", folder / "rerun.log"
    outcomes.write_text("")
    command = [
        *(sys.executable, "-X", "faulthandler", "-m", "pytest", "-c", str(config.inipath)),
        *("--rootdir", str(config.rootpath), "-q", f"--outcomes={outcomes}"),
        *(word for name in config.option.plugins for word in ("-p", name)),
    ]
    limit = config.getoption("timeout", None)
    if limit:
        command.append(f"--timeout={limit}")
    with log.open("w") as file:
        process = subprocess.Popen(
            [*command, *(_argument(config, test) for test in tests)],
            cwd=config.invocation_params.dir,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
        if not _ended(process, max(limit or 0, config.getoption("rerun_seconds"))):
            print(f"the second run did not end and was killed: {log}", flush=True)
    return _passed(outcomes)


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for a process; kill it and its children when it takes longer, and return False."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        # Python writes the stack of each thread when it is aborted so.
        process.send_signal(signal.SIGABRT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STACK_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False
    return True


def _argument(config: pytest.Config, test: str) -> str:
    path, mark, rest = test.partition("::")
    return f"{(config.rootpath / path).resolve()}{mark}{rest}"


def _passed(outcomes: Path) -> set[str]:
    seen: dict[str, dict[str, Any]] = defaultdict(dict)
    for line in outcomes.read_text().splitlines():
        one = json.loads(line)
        seen[one["test"]][one["when"]] = one["outcome"]
    return {test for test, phases in seen.items() if phases.get("call") == "passed" and "failed" not in phases.values()}
