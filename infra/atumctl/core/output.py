"""Output: steps for people, one JSON document for machines, and errors with exit codes."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, TextIO

COLOURS = {"ok": "32", "warn": "33", "fail": "31", "step": "1"}

_as_json = False


class AtumctlError(Exception):
    """A failure to report; the text is the sentence that people read."""

    exit_code = 1


class Failed(AtumctlError):
    """It failed, and the state before is restored."""


class CommandRefused(AtumctlError):
    """It was refused before it began; nothing was changed."""

    exit_code = 2


class NeedsPerson(AtumctlError):
    """It failed and could not be undone; the text says exactly what to do."""

    exit_code = 3


def prepare(*, as_json: bool) -> None:
    """Choose between people and machines; for machines the words for people go to stderr."""
    global _as_json
    _as_json = as_json


def step(words: str) -> None:
    """Tell that something begins."""
    _tell("step", words)


def ok(words: str) -> None:
    """Tell that something went well."""
    _tell("ok", f"  ✓ {words}")


def note(words: str) -> None:
    """Tell something without a judgement."""
    _tell("", f"  {words}")


def warn(words: str) -> None:
    """Tell something a person should look at."""
    _tell("warn", f"  ! {words}")


def fail(words: str) -> None:
    """Tell that something went wrong."""
    _tell("fail", f"  ✗ {words}")


def result(document: dict[str, Any]) -> None:
    """Print the JSON document of a verb; people have been told by its steps."""
    if _as_json:
        _write(json.dumps(document, indent=2, ensure_ascii=False, default=str), sys.stdout)


def report_error(words: str, exit_code: int) -> int:
    """Tell what went wrong and return the exit code."""
    _write(f"atumctl: {words}", sys.stderr)
    result({"error": words, "exit_code": exit_code})
    return exit_code


def confirm(question: str, *, yes: bool) -> None:
    """Return when a person agrees or `yes` was given. Raises Refused, also without a terminal."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandRefused(f"{question} Use --yes to agree where no terminal is attached.")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise CommandRefused("cancelled: it was not confirmed")


def _tell(kind: str, words: str) -> None:
    stream: TextIO = sys.stderr if _as_json else sys.stdout
    if stream.isatty() and kind in COLOURS:
        words = f"\033[{COLOURS[kind]}m{words}\033[0m"
    _write(words, stream)


def _write(words: str, stream: TextIO) -> None:
    """Write a line. Where its reader has gone or the disk is full, the verb goes on untold."""
    try:
        print(words, file=stream, flush=True)
    except OSError:
        # Python would try again at its end with what it could not write.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
