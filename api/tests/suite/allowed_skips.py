"""The list of skips that are allowed, and the judgement of a run's skips by it."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/sbin"
CONDITIONS = {*("without_programs", "without_paths", "not_root", "outside_ci"), *("when_set", "unless_set", "always")}


@dataclass(frozen=True, order=True)
class Skip:
    """A test, or a file of tests, that did not run; `kind` says how it was left out."""

    test: str
    reason: str
    kind: str = "skipped"


@dataclass(frozen=True)
class AllowedSkip:
    """One entry of the list: which tests, with which reason, under which conditions.

    `tests` and `reason` are patterns (`*` and `?`; brackets stand for themselves). The conditions
    are those of `holds`; an entry needs at least one.
    """

    tests: str
    reason: str
    why: str
    conditions: dict[str, object] = field(default_factory=dict)

    def covers(self, skip: Skip) -> bool:
        """Say whether the entry speaks of this skip, whatever its conditions."""
        return _fits(skip.test, self.tests) and _fits(skip.reason, self.reason)

    def holds(self, root: Path) -> bool:
        """Say whether every condition holds on this machine.

        `without_programs` (none of them is found), `without_paths` (none exists; relative to the
        repository, variables expanded), `not_root`, `outside_ci` (CI is not set), `when_set` and
        `unless_set` (a variable of the environment), and `always`.
        """
        asked = self.conditions
        programs, paths = _words(asked, "without_programs"), _words(asked, "without_paths")
        return not (
            any(_is_program(name) for name in programs)
            or any((root / path).exists() for path in paths)
            or (asked.get("not_root") and os.geteuid() == 0)
            or (asked.get("outside_ci") and is_ci())
            or any(os.environ.get(name) for name in _words(asked, "unless_set"))
            or any(not os.environ.get(name) for name in _words(asked, "when_set"))
        )

    def can_be_known(self) -> bool:
        """Say whether the conditions tell that the skip must happen, so that its lack is news."""
        return "always" not in self.conditions


@dataclass
class Judgement:
    """The skips of a run: allowed (with their entry) or refused; and entries nothing needed."""

    allowed: list[tuple[Skip, AllowedSkip]] = field(default_factory=list)
    refused: list[Skip] = field(default_factory=list)
    stale: list[AllowedSkip] = field(default_factory=list)


def is_ci() -> bool:
    """Say whether this is an automatic run, as CI services tell their programs."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def read_allowed_skips(path: Path) -> list[AllowedSkip]:
    """Return the entries of the list; raises ValueError for one that is ill-formed."""
    return [_entry(path, given) for given in tomllib.loads(path.read_text()).get("skip", [])]


def judge(skips: Iterable[Skip], entries: list[AllowedSkip], root: Path, scope: tuple[str, ...] = ("",)) -> Judgement:
    """Part the skips of a run; `root` is the repository, `scope` the folders that were run.

    An entry is stale when its conditions hold, so that it had to be needed, and nothing matched.
    """
    found = Judgement()
    in_force = [entry for entry in entries if entry.holds(root)]
    used = set()
    for skip in sorted(set(skips)):
        entry = next((one for one in in_force if one.covers(skip)), None)
        if entry is None:
            found.refused.append(skip)
        else:
            used.add(entry.tests + entry.reason)
            found.allowed.append((skip, entry))
    found.stale = [
        entry
        for entry in in_force
        if entry.can_be_known() and entry.tests.startswith(scope) and entry.tests + entry.reason not in used
    ]
    return found


def _entry(path: Path, given: dict[str, object]) -> AllowedSkip:
    conditions = {name: value for name, value in given.items() if name in CONDITIONS}
    tests, reason, why = (str(given.get(name) or "") for name in ("tests", "reason", "why"))
    unknown = set(given) - CONDITIONS - {"tests", "reason", "why"}
    if not all((tests, reason, why)) or not conditions or unknown:
        raise ValueError(
            f"{path.name}: an entry needs tests, reason, why and a condition of"
            f" {', '.join(sorted(CONDITIONS))}: {given}"
        )
    return AllowedSkip(tests, reason, why, conditions)


def _fits(text: str, pattern: str) -> bool:
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _words(asked: dict[str, object], name: str) -> list[str]:
    given = asked.get(name, [])
    return [os.path.expandvars(one) for one in ([given] if isinstance(given, str) else given)]  # type: ignore[attr-defined]


def _is_program(name: str) -> bool:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}") is not None
