"""The verdict on a whole run: skips by the list, failed tests once more, and what is printed of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from _pytest.terminal import TerminalReporter

from suite.allowed_skips import Judgement, Skip, judge, read_allowed_skips
from suite.collection import CollectionWatch, Facts, files_without_tests, folders_asked_for, reason_of
from suite.durations import Durations
from suite.machine_speed import slowness
from suite.parts import read_parts
from suite.printing import FlakyTest, Printed, write_summary
from suite.rerun import MOST_RERUN, passed_at_second_run

REFUSED = "{skip.kind} without an entry that allows it in {list}: {skip.reason}"


# So much of a failure is printed before its test is run once more.
END_LINES = 12


class SuiteReport:
    """Registered where the results come together: the only process, or xdist's controller."""

    def __init__(self, config: pytest.Config, watch: CollectionWatch) -> None:
        self._config = config
        self._watch = watch
        self._from_workers: dict[str, set[tuple[str, ...]]] = {}
        self._skips: set[Skip] = set()
        self._durations = Durations()
        self._flaky: list[FlakyTest] = []
        self._judgement = Judgement()
        self._list = Path(config.getoption("allowed_skips"))
        try:
            self._allowed = read_allowed_skips(self._list)
        except ValueError as error:
            raise pytest.UsageError(str(error)) from error
        self._parts = read_parts(_path(config.getoption("parts")))
        self._root = config.rootpath

    @property
    def _terminal(self) -> TerminalReporter:
        return self._config.pluginmanager.get_plugin("terminalreporter")  # type: ignore[return-value]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = report.nodeid
        self._durations.add(test, report)
        expected = getattr(report, "wasxfail", None)
        if expected is not None:
            self._skips.add(Skip(test, expected or "xfail without a reason", "xfail"))
        elif report.skipped:
            self._skips.add(Skip(test, reason_of(report)))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        for name, found in getattr(node, "workeroutput", {}).get("collection", {}).items():
            self._from_workers.setdefault(name, set()).update(tuple(one) for one in found)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return
        if self._config.getoption("rerun_failed"):
            self._run_failed_once_more()
        self._take_collection()
        self._take_parts()
        self._judgement = judge(self._skips, self._allowed, self._root, self._scope())
        for skip in self._judgement.refused:
            self._fail(skip.test, REFUSED.format(skip=skip, list=self._list.name))
        failed = self._terminal.stats.get("failed") or self._terminal.stats.get("error")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED if failed else pytest.ExitCode.OK

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        everything = self._config.getoption("everything")
        limit = self._config.getoption("slow_seconds") * slowness()
        rows = self._durations.by_folder()
        rows += [(part.name, part.tests, part.seconds) for part in self._parts]
        printed = Printed(
            skips=self._judgement.allowed,
            stale=self._judgement.stale if everything else [],
            slow=self._durations.slow_without_reason(limit) if everything else [],
            slow_limit_seconds=limit,
            folders=rows if everything else [],
            flaky=self._flaky,
        )
        write_summary(terminalreporter, printed, _path(self._config.getoption("report_to")))

    def _run_failed_once_more(self) -> None:
        stats = self._terminal.stats
        first = [
            report
            for kind in ("failed", "error")
            for report in stats.get(kind, [])
            if isinstance(report, pytest.TestReport)
        ]
        tests = list(dict.fromkeys(report.nodeid for report in first))
        if not 0 < len(tests) <= MOST_RERUN:
            return
        # Told before the second run: should that take too long, the first is known all the same.
        self._terminal.write_line(f"\nonce more, alone: {len(tests)} that failed")
        for report in first:
            self._terminal.write_line(f"{report.nodeid} ({report.when})\n{_end_of(report.longreprtext)}")
        folder = Path(self._config.getoption("report_to") or self._config.rootpath / ".pytest_cache")
        folder.mkdir(parents=True, exist_ok=True)
        passed = passed_at_second_run(self._config, tests, folder)
        for report in first:
            if report.nodeid in passed:
                self._forgive(report)

    def _forgive(self, report: pytest.TestReport) -> None:
        """Count a test as passed and flaky whose second run passed."""
        stats = self._terminal.stats
        for kind in ("failed", "error"):
            stats[kind] = [one for one in stats.get(kind, []) if one is not report]
        if all(one.nodeid != report.nodeid for one in stats.get("passed", [])):
            stats.setdefault("passed", []).append(_made_report(report.nodeid, "passed", None))
        self._add_flaky(report.nodeid, f"{report.when}: {report.longreprtext}")

    def _add_flaky(self, test: str, text: str) -> None:
        self._flaky.append(FlakyTest(test, text))
        report = _made_report(test, "passed", None)
        self._terminal.stats.setdefault("flaky", []).append(report)

    def _take_collection(self) -> None:
        facts: Facts = self._watch.facts()
        for name, found in self._from_workers.items():
            facts[name] = [list(one) for one in found]
        self._skips |= {Skip(test, reason) for test, reason in facts["skipped"]}
        if not self._config.getoption("everything"):
            return
        for [test] in facts["deselected"]:
            self._skips.add(Skip(test, "deselected", "deselected"))
        for path in files_without_tests(self._config, facts):
            name = path.relative_to(self._root).as_posix()
            self._skips.add(Skip(name, "no test of this file was collected", "not collected"))

    def _take_parts(self) -> None:
        for part in self._parts:
            self._skips |= set(part.skips)
            for test, text in part.flaky:
                self._add_flaky(test, text)
            for test, text in part.failed:
                self._fail(test, text)

    def _scope(self) -> tuple[str, ...]:
        folders = folders_asked_for(self._config)
        names = [folder.relative_to(self._root).as_posix() for folder in folders]
        return (*names, *(part.name for part in self._parts))

    def _fail(self, test: str, text: str) -> None:
        self._terminal.stats.setdefault("failed", []).append(_made_report(test, "failed", text))


def _end_of(text: str) -> str:
    return "\n".join(text.splitlines()[-END_LINES:])


def _path(given: str | None) -> Path | None:
    return Path(given) if given else None


def _made_report(test: str, outcome: Any, text: str | None) -> pytest.TestReport:
    return pytest.TestReport(test, (test.partition("::")[0], 0, test), {}, outcome, text, "call")
