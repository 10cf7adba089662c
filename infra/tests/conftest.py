"""Tests of atumctl that need no systemd; those that do are in machine/ and run by `--machine`."""

import os
import sys
from pathlib import Path

import pytest

from forked_services import AS_PROGRAMS

# What several of these tests need lies beside them.
sys.path.append(str(Path(__file__).parent))

collect_ignore = [] if os.environ.get("ATUM_MACHINE_TESTS") else ["machine"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Let the desk's services be programs here: operations know them by their command lines."""
    os.environ[AS_PROGRAMS] = "1"


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Let other tests have theirs as they were."""
    os.environ.pop(AS_PROGRAMS, None)
