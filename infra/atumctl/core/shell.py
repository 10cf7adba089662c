"""Runs programs with a time limit, and reports a failure with the last lines of their output."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from atumctl.core.output import AtumctlError

MAX_SECONDS = 600.0
MAX_SHOWN_CHARACTERS = 600
# How PostgreSQL says that time was up.
LATE = "due to statement timeout"


@dataclass(frozen=True)
class CommandResult:
    """How a program ended."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def ok(self) -> bool:
        """Say whether it ended well."""
        return self.returncode == 0


class ShellError(Exception):
    """A program failed, could not be started, or took too long, which `late` says."""

    def __init__(
        self, argv: Sequence[str], words: str, done: CommandResult | None = None, *, late: bool = False
    ) -> None:
        self.argv = list(argv)
        self.done = done
        self.late = late or LATE in words
        super().__init__(f"{shlex.join(self.argv)[:200]}: {words[-MAX_SHOWN_CHARACTERS:]}")


def run(
    argv: Sequence[str | Path],
    *,
    input: str | None = None,
    timeout: float = MAX_SECONDS,
    env: Mapping[str, str] | None = None,
    check: bool = True,
    cwd: Path = Path("/"),
) -> CommandResult:
    """Run a program and return how it ended.

    `env` is added to a plain environment; secrets go there or into `input`, never into `argv`,
    which every user of the machine can read. Raises ShellError when the program is missing, when
    it takes longer than `timeout` seconds, and, unless `check` is false, when it fails.
    """
    words = [str(word) for word in argv]
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=_environment() | dict(env or {}),
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as error:
        raise ShellError(words, error.strerror or str(error)) from None
    try:
        stdout, stderr = process.communicate(input, timeout=timeout)
    except BaseException as error:
        _end(process)
        if isinstance(error, subprocess.TimeoutExpired):
            raise ShellError(words, f"did not end within {timeout:g} s", late=True) from None
        raise
    done = CommandResult(process.returncode, stdout, stderr)
    if check and not done.ok:
        raise ShellError(words, last_words(done), done)
    return done


def last_words(done: CommandResult) -> str:
    """Return the last lines a program said, from its errors before its output."""
    said = done.stderr.strip() or done.stdout.strip()
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return " / ".join(lines[-4:]) or f"exit code {done.returncode} without output"


def reason_of(error: BaseException) -> str:
    """Return why a run failed, as a sentence without its stop."""
    if isinstance(error, (AtumctlError, ShellError)):
        return str(error).rstrip(".")
    return f"{type(error).__name__}: {error}" if str(error) else "interrupted"


def _end(process: subprocess.Popen[str]) -> None:
    """End a program and what it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    # A grandchild that left the group may keep the pipes open; its words are not waited for.
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            pipe.close()
    process.wait()


def _environment() -> dict[str, str]:
    """Return our environment with fixed words and places, without PostgreSQL's own variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {
        "LC_ALL": "C.UTF-8",
        "DEBIAN_FRONTEND": "noninteractive",
        "PATH": kept.get("PATH", "") + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    }
