"""The pytest plugin of `./atum test`; atum_desk/launch/suite.py names it on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.collection import CollectionWatch
from suite.durations import LONGEST_SECONDS, SlowReasons
from suite.machine_speed import expect_company, scaled
from suite.report import SuiteReport
from suite.rerun import OutcomeWriter

LIST = Path(__file__).resolve().parents[1] / "allowed_skips.toml"


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
    group.addoption("--report-to", help="folder for flaky.txt, skips.txt and the rerun's log")
    group.addoption("--parts", help="folder with the results of the parts before")
    group.addoption("--outcomes", help="write the outcome of each test to this file")
    group.addoption("--slow-seconds", type=float, default=LONGEST_SECONDS, help="longer needs a reason")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    manager = config.pluginmanager
    if config.args_source is config.ArgsSource.INVOCATION_DIR and config.inipath:
        # pytest reads `testpaths` only in the root folder, which is not that of its settings here.
        config.args[:] = [str(config.inipath.parent / path) for path in config.getini("testpaths")]
    expect_company(config.getoption("numprocesses", None) or 1)
    # pytest-timeout's own; workers and the second run are given it as it is scaled here.
    if config.getoption("timeout", None) is None and (usual := config.getini("timeout")):
        config.option.timeout = scaled(float(usual))
    manager.register(SlowReasons())
    if outcomes := config.getoption("outcomes"):
        manager.register(OutcomeWriter(Path(outcomes)))
        return
    watch = CollectionWatch(config)
    manager.register(watch)
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        manager.register(SuiteReport(config, watch))
