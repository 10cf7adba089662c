"""The pytest plugin of `./atum test`; atum_desk/launch/suite.py names it on the command line."""

from __future__ import annotations

import faulthandler
import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from suite.collection import CollectionWatch
from suite.durations import LONGEST_SECONDS, SlowReasons
from suite.machine_speed import expect_company, scaled
from suite.report import SuiteReport
from suite.rerun import OutcomeWriter

LIST = Path(__file__).resolve().parents[1] / "allowed_skips.toml"

# On a slow machine a test may take longer, but a run with one that hangs must end in time to be read.
MOST_TIMEOUT_SECONDS = 900

STDERR = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("atum test")
    group.addoption("--allowed-skips", default=str(LIST), help="the list of allowed skips")
    group.addoption(
        "--everything",
        action="store_true",
        help="nothing was chosen: what is deselected or not collected counts as skipped",
    )
    group.addoption("--rerun-failed", action="store_true", help="run failed tests once more")
    # A run that hangs has no verdict at all, so a second run that does not end is killed.
    group.addoption(
        "--rerun-seconds", type=float, default=600, help="the second run's limit, unless --timeout is longer"
    )
    # pytest-timeout raises an exception in the test, which code in C, or a test that catches it, never
    # sees. So long after its time the process ends with its stacks written, and the test has failed.
    group.addoption("--grace-seconds", type=float, default=60, help="from a test's timeout to its process's end")
    group.addoption("--report-to", help="folder for flaky.txt, skips.txt and the rerun's log")
    group.addoption("--parts", help="folder with the results of the parts before")
    group.addoption("--outcomes", help="write the outcome of each test to this file")
    group.addoption("--slow-seconds", type=float, default=LONGEST_SECONDS, help="longer needs a reason")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    manager = config.pluginmanager
    # While a test runs, what it writes is captured; now it is not yet.
    config.stash[STDERR] = os.dup(2)
    if config.args_source is config.ArgsSource.INVOCATION_DIR and config.inipath:
        # pytest reads `testpaths` only in the root folder, which is not that of its settings here.
        config.args[:] = [str(config.inipath.parent / path) for path in config.getini("testpaths")]
    expect_company(config.getoption("numprocesses", None) or 1)
    # pytest-timeout's own; workers and the second run are given it as it is scaled here.
    if config.getoption("timeout", None) is None and (usual := config.getini("timeout")):
        config.option.timeout = min(scaled(float(usual)), MOST_TIMEOUT_SECONDS)
    manager.register(SlowReasons())
    if outcomes := config.getoption("outcomes"):
        manager.register(OutcomeWriter(Path(outcomes)))
        return
    watch = CollectionWatch(config)
    manager.register(watch)
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        manager.register(SuiteReport(config, watch))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Iterator[None]:
    """Read the tests without looking for garbage, and never look through what stays until the end.

    Both were a third of what reading takes.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where processes share the tests, let files with slow ones go first.

    One that began last would keep a single process busy and the others waiting.
    """
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Write where the threads stand and end the process when a test outlives its time by far."""
    limit = _limit_seconds(item)
    if not limit:
        return (yield)
    faulthandler.dump_traceback_later(
        limit + item.config.getoption("grace_seconds"), exit=True, file=item.config.stash[STDERR]
    )
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


def pytest_unconfigure(config: pytest.Config) -> None:
    os.close(config.stash[STDERR])


def _limit_seconds(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    if marker and marker.args:
        return float(marker.args[0])
    return float(item.config.getoption("timeout", None) or 0)
