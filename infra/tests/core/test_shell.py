"""Programs are run with an end in time, and their last words are told."""

import time

import pytest

from atumctl.core.shell import ShellError, run


def test_a_failure_tells_the_last_words() -> None:
    with pytest.raises(ShellError, match="out of paper"):
        run(["sh", "-c", "echo out of paper >&2; exit 3"])


def test_a_failure_can_be_looked_at_instead() -> None:
    assert run(["sh", "-c", "exit 3"], check=False).returncode == 3


def test_a_hanging_program_is_ended_with_its_children() -> None:
    started = time.monotonic()
    with pytest.raises(ShellError, match=r"did not end within 0\.2 s"):
        run(["sh", "-c", "sleep 60 & sleep 60"], timeout=0.2)
    assert time.monotonic() - started < 30


def test_a_missing_program_is_named() -> None:
    with pytest.raises(ShellError, match="no-such-program"):
        run(["no-such-program"])


def test_input_reaches_the_program() -> None:
    assert run(["cat"], input="a secret").stdout == "a secret"
