"""The journal: every change to the machine is written down, with its inverse, before it happens.

One file of JSON lines per run. A line `planned` names a step, its inverse and what was found; a
line `done` follows when it happened. Undoing plays the inverses backwards. An inverse must be
harmless when its step never happened, for a crash may come between the line and the act.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from atumctl.core import output
from atumctl.core.output import Failed
from atumctl.core.shell import ShellError

# The words of an inverse, by kind: {"kind": "restore_file", "path": ...}.
Inverse = dict[str, Any]
Inverses = Mapping[str, Callable[[Inverse], None]]
UNDONE_IN_PART = "undone in part"
FAIL_AT = "ATUMCTL_FAIL_AT"


@dataclass(frozen=True)
class JournalStep:
    """One step as it was written down."""

    number: int
    step: str
    inverse: Inverse
    done: bool
    undone: bool


class InjectedFailure(Failed):
    """A test asked for a failure at this step."""


class Journal:
    """One run's steps; started by `begin`, found again by `of_verb` and `unfinished`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._count = 0

    @classmethod
    def begin(cls, folder: Path, verb: str) -> Journal:
        """Start a journal in a folder that only root may read."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        moment = datetime.now(UTC).strftime("%Y%m%d_%H%M%S_%f")
        journal = cls(folder / f"{verb}_{moment}.jsonl")
        journal._write({"verb": verb, "at": _now(), "pid": os.getpid()})
        return journal

    @classmethod
    def of_verb(cls, folder: Path, verb: str) -> list[Journal]:
        """Return a verb's journals, oldest first."""
        return [cls(path) for path in sorted(folder.glob(f"{verb}_*.jsonl"))]

    @classmethod
    def unfinished(cls, folder: Path, verb: str) -> list[Journal]:
        """Return a verb's journals of runs that were interrupted, or not undone whole; oldest first."""
        journals = cls.of_verb(folder, verb)
        return [one for one in journals if one.outcome() in (None, UNDONE_IN_PART)]

    def act(self, step: str, inverse: Inverse, action: Callable[[], object]) -> None:
        """Write a step down, do it, and write that it happened."""
        self._count += 1
        number = self._count
        self._write({"n": number, "step": step, "inverse": inverse, "at": _now()})
        action()
        self._write({"n": number, "done": True, "at": _now()})
        # After the act, for that is when there is something to undo.
        fail_if_asked(step, number)

    def close(self, outcome: str) -> None:
        """Write how the run ended."""
        self._write({"outcome": outcome, "at": _now()})

    def outcome(self) -> str | None:
        """Return how the run ended; None when it was interrupted."""
        return next((line["outcome"] for line in self._lines() if "outcome" in line), None)

    def entries(self) -> list[JournalStep]:
        """Return the steps in the order they were written down."""
        steps: dict[int, dict[str, Any]] = {}
        for line in self._lines():
            if "n" in line:
                steps.setdefault(line["n"], {}).update(line)
        return [
            JournalStep(n, s["step"], s["inverse"], s.get("done", False), s.get("undone", False))
            for n, s in sorted(steps.items())
            if "step" in s
        ]

    def undo(self, inverses: Inverses) -> list[str]:
        """Play the inverses backwards; return what could not be undone, in words.

        What is undone is written down too, so that an undo cut off is taken up where it stood.
        """
        left = []
        for entry in reversed(self.entries()):
            if entry.undone:
                continue
            try:
                inverses[entry.inverse["kind"]](entry.inverse)
            except (OSError, ShellError, KeyError) as error:
                output.fail(f"not undone: {entry.step}: {error}")
                left.append(f"{entry.step}: {error}")
                continue
            output.note(f"undone: {entry.step}")
            self._write({"n": entry.number, "undone": True, "at": _now()})
        return left

    def _lines(self) -> Iterator[dict[str, Any]]:
        if not self.path.exists():
            return
        for text in self.path.read_text(encoding="utf-8").splitlines():
            try:
                yield json.loads(text)
            except ValueError:
                # The last line of a run that was interrupted while writing it: it was not begun.
                continue

    def _write(self, line: dict[str, Any]) -> None:
        # An undo may have removed the journal's own folder; then there is nothing to remember.
        if not self.path.parent.is_dir():
            return
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, (json.dumps(line, ensure_ascii=False) + "\n").encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def fail_if_asked(step: str, number: int) -> None:
    """Fail here when a test named this step, by its number or by the beginning of its name."""
    asked = os.environ.get(FAIL_AT, "")
    if asked and (asked == str(number) if asked.isdigit() else step.startswith(asked)):
        raise InjectedFailure(f"a failure was asked for at step {number}, {step}")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
