"""A second run of failed tests: after the others, one by one, with nothing else of the suite beside."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

# So many failures at once are no chance, and a second run of them would only cost time.
MOST_RERUN = 20


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
    died) did not pass.
    """
    outcomes, log = folder / "rerun.jsonl", folder / "rerun.log"
    outcomes.write_text("")
    command = [
        *(sys.executable, "-m", "pytest", "-c", str(config.inipath)),
        *("--rootdir", str(config.rootpath), "-q", f"--outcomes={outcomes}"),
        *(word for name in config.option.plugins for word in ("-p", name)),
    ]
    if limit := config.getoption("timeout", None):
        command.append(f"--timeout={limit}")
    with log.open("w") as file:
        subprocess.run(
            [*command, *(_argument(config, test) for test in tests)],
            cwd=config.invocation_params.dir,
            stdout=file,
            stderr=file,
            check=False,
        )
    return _passed(outcomes)


def _argument(config: pytest.Config, test: str) -> str:
    path, mark, rest = test.partition("::")
    return f"{(config.rootpath / path).resolve()}{mark}{rest}"


def _passed(outcomes: Path) -> set[str]:
    seen: dict[str, dict[str, Any]] = defaultdict(dict)
    for line in outcomes.read_text().splitlines():
        one = json.loads(line)
        seen[one["test"]][one["when"]] = one["outcome"]
    return {test for test, phases in seen.items() if phases.get("call") == "passed" and "failed" not in phases.values()}
