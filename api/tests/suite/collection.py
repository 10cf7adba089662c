"""What a collection left out without a test's report: deselected tests, skipped and empty files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

Facts = dict[str, list[list[str]]]


class CollectionWatch:
    """Notes while tests are collected; under xdist every worker has one and sends its facts."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._skipped: list[list[str]] = []
        self._deselected: list[list[str]] = []
        self._files: set[str] = set()

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        self._files.add(str(item.path))

    def pytest_deselected(self, items: Iterable[pytest.Item]) -> None:
        self._deselected += [[item.nodeid] for item in items]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._skipped.append([report.nodeid, reason_of(report)])

    def pytest_sessionfinish(self) -> None:
        # xdist sends what stands here once every plugin was called.
        if (output := getattr(self._config, "workeroutput", None)) is not None:
            output["collection"] = self.facts()

    def facts(self) -> Facts:
        """Return what was noted, as lists of texts, which xdist can send."""
        return {
            "skipped": self._skipped,
            "deselected": self._deselected,
            "files": [[path] for path in sorted(self._files)],
        }


def folders_asked_for(config: pytest.Config) -> list[Path]:
    """Return the folders whose tests were asked for, by name or by the settings."""
    given = [Path(config.invocation_params.dir, word.partition("::")[0]) for word in config.args]
    return [path.resolve() for path in given if path.is_dir()]


def files_without_tests(config: pytest.Config, facts: Facts) -> list[Path]:
    """Return the test files below the folders that were asked for of which nothing was collected."""
    folders = folders_asked_for(config)
    there = {path for folder in folders for path in folder.rglob("test_*.py")}
    seen = {Path(path).resolve() for [path] in facts["files"]}
    unread = {Path(config.rootpath, nodeid.partition("::")[0]).resolve() for nodeid, _ in facts["skipped"]}
    return sorted(there - seen - unread)


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why a test or a file was skipped, in one line."""
    said = report.longrepr
    text = said[2] if isinstance(said, tuple) else str(said or "")
    return re.sub(r"\s+", " ", text.removeprefix("Skipped: ")).strip()
