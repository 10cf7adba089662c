"""Which checks passed on the very files that the working copy holds: they need not run again.

A check names what it reads; the key of its pass is the content of those files, the packages of the
environment and the check's own rules. Where git does not list the files, nothing is remembered.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

from atum_desk.kernel.config.settings import REPOSITORY
from atum_desk.launch.project_rules import tracked_files

PASSED = REPOSITORY / "data" / "checks" / "passed.json"
# Branches that one goes between stay known; older passes are forgotten.
KEPT_KEYS = 20
# Whoever changes how checks run, or with which tools, runs all of them anew.
READ_BY_ALL = ("api/atum_desk/launch/", "api/pyproject.toml", "api/requirements-dev.lock", "web/package-lock.json")


class PassedChecks:
    """The passes of earlier runs, and the contents of the files as this run began."""

    def __init__(self, path: Path = PASSED) -> None:
        self._path = path
        self._digests = _digests_of_files()
        self._keys = _read(path)
        self._environment = sha256((sys.version + _packages()).encode()).hexdigest()

    def key(self, name: str, reads: tuple[str, ...]) -> str | None:
        """Return the key of a check that reads the paths which begin with `reads`; None if it cannot be known."""
        if not self._digests:
            return None
        read = sha256(f"{name} {self._environment}".encode())
        for file, digest in self._digests.items():
            if file.startswith((*reads, *READ_BY_ALL)):
                read.update(f"\n{file} {digest}".encode())
        return read.hexdigest()

    def has(self, name: str, key: str | None) -> bool:
        """Say whether the check passed with that key before."""
        return key is not None and key in self._keys.get(name, [])

    def add(self, name: str, key: str | None) -> None:
        """Remember that the check passed; what is remembered is written by `write`."""
        if key is not None:
            before = [known for known in self._keys.get(name, []) if known != key]
            self._keys[name] = [*before, key][-KEPT_KEYS:]

    def write(self) -> None:
        """Keep the passes for later runs."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self._keys, indent=1), encoding="utf-8")


def _digests_of_files() -> dict[str, str]:
    paths = {name: REPOSITORY / name for name in tracked_files()}
    return {name: sha256(path.read_bytes()).hexdigest() for name, path in paths.items() if path.is_file()}


def _packages() -> str:
    """Return what stands for the packages of Python and of the web as they are installed."""
    marks = (Path(sys.prefix) / ".key", REPOSITORY / "web/node_modules/.package-lock.json")
    return " ".join(sha256(mark.read_bytes()).hexdigest() for mark in marks if mark.exists())


def _read(path: Path) -> dict[str, list[str]]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
