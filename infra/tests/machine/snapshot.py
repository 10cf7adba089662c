"""All that makes a machine what it is, so that two moments can be compared byte for byte."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from machine import Machine

# What changes by itself, is a cache, or is the package manager's own account of things.
VOLATILE = (
    *("proc", "sys", "dev", "run", "tmp", "var/tmp", "var/log", "var/cache", "root/.psql_history"),
    *("var/lib/apt", "var/lib/dpkg", "var/lib/systemd", "var/lib/private", "var/lib/ucf"),
    *("etc/passwd-", "etc/shadow-", "etc/group-", "etc/gshadow-", "etc/ld.so.cache"),
    *("var/lib/postgresql", "var/lib/redis"),  # compared by what is in them, below
)
DATABASES = """
set -e
for name in $(runuser -u postgres -- psql -Atc \
    "select datname from pg_database where datallowconn and datname <> 'template0' order by 1"); do
  echo "database $name $(runuser -u postgres -- pg_dump "$name" | grep -v '^.\\(un\\)\\?restrict' | sha256sum)"
done
runuser -u postgres -- pg_dumpall --roles-only | grep -v '^.\\(un\\)\\?restrict'
"""
STATES = {
    "enabled": "systemctl list-unit-files --no-legend --plain | grep -v '^run-' | sort",
    "active": "systemctl list-units --no-legend --plain --state=active --type=service,timer,path,socket"
    " | awk '{print $1}' | grep -vE '^(run-|user@|user-runtime-dir@)' | sort",
    "failed": "systemctl list-units --no-legend --plain --state=failed | awk '{print $1}' | sort",
    "packages": "dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev}\\n'",
    "redis": "if command -v redis-cli >/dev/null; then redis-cli --scan | sort; fi",
    "databases": f"if command -v psql >/dev/null; then {DATABASES}\nfi",
}

Snapshot = dict[str, str]


def take(machine: Machine) -> Snapshot:
    """Return a line for every file and every state of a running machine."""
    found = dict(_files(machine.root))
    for name, script in STATES.items():
        found |= {f"{name}: {line}": "" for line in machine.sh(script).splitlines()}
    return found


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """Return what came, went and changed, one line each."""
    came = [f"came: {key} {after[key]}" for key in after.keys() - before.keys()]
    went = [f"went: {key} {before[key]}" for key in before.keys() - after.keys()]
    both = before.keys() & after.keys()
    changed = [f"{key}: {before[key]} -> {after[key]}" for key in both if before[key] != after[key]]
    return sorted([*came, *went, *changed])


def _files(root: Path) -> Iterator[tuple[str, str]]:
    skipped = {root / name for name in VOLATILE}
    for folder, names, files in os.walk(root):
        here = Path(folder)
        names[:] = [n for n in names if here / n not in skipped and n != "__pycache__"]
        for name in [*names, *files]:
            path = here / name
            if path not in skipped:
                yield f"/{path.relative_to(root)}", _state_of(path)


def _state_of(path: Path) -> str:
    found = path.lstat()
    state = f"{stat.filemode(found.st_mode)} {found.st_uid}:{found.st_gid}"
    if stat.S_ISLNK(found.st_mode):
        return f"{state} -> {os.readlink(path)}"
    if stat.S_ISREG(found.st_mode):
        return f"{state} {hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"
    return state
