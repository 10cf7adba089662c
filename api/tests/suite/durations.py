"""Where the time of a run goes: by folder, and which tests are slow without a reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator

import pytest

LONGEST_SECONDS = 20
SLOW_REASON = "slow_reason"


class SlowReasons:
    """Puts the reason of `@pytest.mark.slow("why")` into the test's reports, which xdist sends."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if mark := item.get_closest_marker("slow"):
            if not mark.args or not str(mark.args[0]).strip():
                raise pytest.UsageError(f"{item.nodeid}: slow() needs a reason")
            report.user_properties.append((SLOW_REASON, str(mark.args[0])))
        return report


class Durations:
    """Adds up the seconds of each test: its fixtures, itself and the cleaning up."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._reasoned: set[str] = set()

    def add(self, test: str, report: pytest.TestReport) -> None:
        self.seconds[test] += report.duration
        if any(name == SLOW_REASON for name, _ in report.user_properties):
            self._reasoned.add(test)

    def slow_without_reason(self, longest_seconds: float) -> list[tuple[str, float]]:
        """Return the tests above the limit that give no reason, the slowest first."""
        found = [
            (test, seconds)
            for test, seconds in self.seconds.items()
            if seconds > longest_seconds and test not in self._reasoned
        ]
        return sorted(found, key=lambda one: -one[1])

    def by_folder(self) -> list[tuple[str, int, float]]:
        """Return folder, number of tests and seconds; the costliest first."""
        tests: dict[str, int] = defaultdict(int)
        seconds: dict[str, float] = defaultdict(float)
        for test, spent in self.seconds.items():
            folder = test.partition("::")[0].rpartition("/")[0]
            tests[folder] += 1
            seconds[folder] += spent
        return sorted(((folder, tests[folder], seconds[folder]) for folder in tests), key=lambda row: -row[2])
