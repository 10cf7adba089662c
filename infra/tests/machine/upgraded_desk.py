"""A machine on which a desk is upgraded while people and mail servers use it."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from machine import PREFIX, Machine, MachineResult

TRAFFIC = Path(__file__).with_name("traffic.py")
EMAIL = "admin@desk.test"
Alter = Callable[[Path], object]


@dataclass
class UpgradeTraffic:
    """What people and mail servers saw, once they have stopped."""

    requests: int = 0
    failures: list[str] = field(default_factory=list)
    p50: float = 0.0
    p99: float = 0.0
    longest: float = 0.0
    longest_without_a_write: float = 0.0
    tickets: list[int] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    mails_offered_again: int = 0
    longest_mail: float = 0.0

    def figures(self) -> dict[str, Any]:
        """Return it without what is long."""
        counted = {name: len(getattr(self, name)) for name in ("failures", "tickets", "mails")}
        return self.__dict__ | counted


class UpgradedDesk:
    """A desk on a machine, and releases to upgrade it to."""

    def __init__(self, machine: Machine, archive: Path) -> None:
        self.machine = machine
        machine.lay(archive)
        said = machine.install("--host", "desk.test", "--admin-email", EMAIL).output
        found = re.search(r"password: (\S+)", said)
        assert found, said
        self.password = found[1]
        shutil.copy(TRAFFIC, machine.path("/root/traffic.py"))
        # Fetched once, for each release lays an environment of its own.
        machine.sh(
            f"'{PREFIX}/current/api/.venv/bin/python' -m pip download -q --no-deps --require-hashes "
            f"--dest /root/wheels -r '{PREFIX}/current/api/requirements.lock'"
        )

    def release(self, version: str, *sqls: str, alter: Alter = lambda api: None) -> str:
        """Make a release of a version out of the tree that was unpacked; return its path."""
        inside = f"/root/releases/{version}"
        tree = self.machine.path(inside)
        shutil.rmtree(tree, ignore_errors=True)
        left_out = shutil.ignore_patterns(
            *("data", "releases", "current", ".env", "owner.env", "release.json", "wheels")
        )
        shutil.copytree(self.machine.path(PREFIX), tree, symlinks=True, ignore=left_out)
        (tree / "wheels").symlink_to("/root/wheels")
        project = tree / "api/pyproject.toml"
        text = re.sub(r'(?m)^version = ".*"', f'version = "{version}"', project.read_text(), count=1)
        project.write_text(text)
        for sql in sqls:
            add_migration(tree / "api", sql)
        alter(tree / "api")
        return inside

    def upgrade(self, tree: str, watch: int = 25) -> MachineResult:
        """Upgrade; the answer may be a failure."""
        script = f"{PREFIX}/infra/scripts/upgrade.sh"
        return self.machine.run("bash", script, tree, "--yes", "--watch", str(watch), "--prefix", PREFIX, check=False)

    def running(self) -> set[str]:
        """Return the versions that the services and the link `current` are of."""
        said = self.machine.sh(f"""
            readlink '{PREFIX}/current'
            for name in api ws worker; do
                readlink /proc/$(systemctl show -P MainPID atum-desk-$name)/cwd
            done""")
        return {re.sub(r".*releases/([^/]+).*", r"\1", line) for line in said.split("\n") if line}

    def query(self, sql: str) -> str:
        """Ask the database as its superuser."""
        return self.machine.run(
            *("env", "-C", "/", "runuser", "-u", "postgres", "--", "psql", "-qtAX"), "-d", "atum_desk", "-c", sql
        ).output.strip()

    @contextlib.contextmanager
    def traffic(self) -> Iterator[UpgradeTraffic]:
        """Have people and mail at work meanwhile; what they saw is in it afterwards."""
        self.machine.sh(f"""rm -f /root/stop
            nohup python3 /root/traffic.py {EMAIL} {self.password} /root/stop \\
                > /root/seen.json 2> /root/traffic.err & sleep 2""")
        traffic = UpgradeTraffic()
        try:
            yield traffic
        finally:
            self.machine.sh("""touch /root/stop
                for i in $(seq 700); do [ -s /root/seen.json ] && break; sleep 0.1; done""")
        seen = self.machine.path("/root/seen.json").read_text()
        assert seen, self.machine.path("/root/traffic.err").read_text()
        traffic.__dict__.update(json.loads(seen))

    def lost(self, traffic: UpgradeTraffic) -> tuple[list[str], list[int]]:
        """Return the mails that were taken and the tickets that were made and are not there."""
        deadline = time.monotonic() + 60
        while True:
            rows = self.query("select number || ' ' || subject from atum.tickets").splitlines()
            found = dict(row.split(" ", 1) for row in rows)
            mails = [one for one in traffic.mails if one not in found.values()]
            if not mails or time.monotonic() > deadline:
                return mails, [one for one in traffic.tickets if str(one) not in found]
            time.sleep(1)


def newest(tree: Path) -> str:
    """Return the highest revision of a tree."""
    versions = tree / "api/migrations/versions"
    return max(path.name.partition("_")[0] for path in versions.glob("*.sql"))


def add_migration(api: Path, sql: str) -> None:
    """Add a migration after the newest one."""
    versions = api / "migrations/versions"
    before = newest(api.parent)
    revision = f"{int(before) + 1:04d}"
    (versions / f"{revision}_next.sql").write_text(sql)
    text = next(versions.glob(f"{before}_*.py")).read_text()
    text = re.sub(r"(?m)^down_revision = .*$", f'down_revision = "{before}"', text)
    (versions / f"{revision}_next.py").write_text(re.sub(r"(?m)^revision = .*$", f'revision = "{revision}"', text))


def beginning(path: str, line: str, inserted: str) -> Alter:
    """Return an alteration that puts a line before another of a file."""

    def alter(api: Path) -> None:
        text = (api / path).read_text()
        assert line in text, f"{path} has no {line!r}"
        (api / path).write_text(text.replace(line, f"{inserted}\n{line}", 1))

    return alter
