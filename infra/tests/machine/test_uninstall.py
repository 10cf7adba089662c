"""The rollback plan on a machine where others live: in order, in trouble, and cut off."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from machine import PREFIX, Machine, MachineResult
from snapshot import differences, take

from suite.machine_speed import scaled

SPARED = "/var/backups/atum-desk"
# What the plan promises for a desk with 1 GB of uploads, its backup and proof included.
MAX_ROLLBACK_SECONDS = 60
# Attachments of 10 MB that nothing makes smaller, as most are packed already.
GIGABYTE = f"""
import hashlib, os, pathlib
for number in range(100):
    content = os.urandom(10_000_000)
    name = hashlib.sha256(content).hexdigest()
    path = pathlib.Path("{PREFIX}/data/uploads", name[:2], name[2:4], name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
"""
OURS = ("/var/backups/atum-desk", "/data")


@pytest.fixture
def installed(inhabited: Machine, archive: Path) -> Iterator[Machine]:
    """The inhabited machine with ATUM DESK on it; whatever is left afterwards is cleared."""
    inhabited.lay(archive)
    inhabited.install("--host", "desk.example")
    yield inhabited
    inhabited.sh("umount /data 2>/dev/null || true", check=False)
    if inhabited.path(PREFIX).exists():
        inhabited.sh("systemctl start postgresql redis-server nginx")
        inhabited.rollback("--drop-database", "--discard-data", "atum_desk", check=False)
    inhabited.sh(f"rm -rf {SPARED} /data")


def checklist(answer: MachineResult) -> dict[str, bool]:
    """Return the checklist of a JSON document."""
    return {item["what"]: item["ok"] for item in document(answer)["items"]}


def document(answer: MachineResult) -> dict[str, Any]:
    """Return the JSON document of an answer; what was told to people stands around it."""
    begin = answer.output.index("{\n")
    found: dict[str, Any] = json.JSONDecoder().raw_decode(answer.output[begin:])[0]
    return found


def test_the_plan_leaves_the_machine_as_it_was(inhabited: Machine, archive: Path) -> None:
    before = take(inhabited)
    inhabited.lay(archive)
    first = inhabited.install("--host", "desk.example")
    assert "https://desk.example" in first.output
    assert "password" in first.output
    again = inhabited.atumctl("install", "--yes")
    assert " 0 steps" in again.output
    inhabited.sh("redis-cli set atum:limits:test 1")

    answer = inhabited.rollback("--drop-database")

    assert "[x]" in inhabited.sh(f"cat {SPARED}/rollback_*/report.txt")
    assert "[ ]" not in inhabited.sh(f"cat {SPARED}/rollback_*/report.txt"), answer.output
    left = [d for d in differences(before, take(inhabited)) if not any(o in d for o in OURS)]
    assert left == []
    inhabited.sh(f"cd {SPARED}/rollback_*/backups && ls atum_desk_*.dump uploads_*.sha256 env_*")
    inhabited.sh(f"rm -rf {SPARED} /data")


def test_without_a_proof_nothing_is_removed_unless_the_name_is_typed(installed: Machine) -> None:
    installed.sh("systemctl stop postgresql")
    refused = installed.rollback(check=False)
    assert refused.code == 2, refused.output
    assert installed.path(PREFIX).is_dir()
    assert installed.sh("systemctl is-active atum-desk-watch.timer").strip() == "active"
    mistyped = installed.rollback("--discard-data", "atum", check=False)
    assert mistyped.code == 2
    typed = installed.rollback("--discard-data", "atum_desk")
    assert typed.code == 0
    assert not installed.path(PREFIX).exists()
    installed.sh("systemctl start postgresql")
    assert "atum_desk" in installed.sh("runuser -u postgres -- psql -Atc 'select datname from pg_database'")
    installed.sh("runuser -u postgres -- dropdb atum_desk")
    _drop_roles(installed)


@pytest.mark.parametrize("is_backed_up", [False, True], ids=["first backup", "nothing new"])
def test_a_gigabyte_of_uploads_goes_along_in_time(installed: Machine, is_backed_up: bool) -> None:
    installed.run("python3", "-c", GIGABYTE)
    installed.sh(f"chown -R --reference='{PREFIX}/data/uploads' '{PREFIX}/data/uploads'")
    if is_backed_up:
        installed.atumctl("backup", "--verify", "--yes")
    began = time.monotonic()
    answer = installed.rollback("--drop-database", "--json")
    seconds = time.monotonic() - began
    print(f"rolled back in {seconds:.0f} s: {document(answer)['seconds']}")
    assert all(checklist(answer).values()), answer.output
    size = installed.sh(f"du -sm {SPARED}/rollback_*/backups")
    assert 900 < int(size.split()[0]) < 1100, "once for both backups"
    assert seconds < scaled(MAX_ROLLBACK_SECONDS)


def test_it_works_with_a_broken_environment_and_a_hanging_unit(installed: Machine) -> None:
    installed.sh(f"rm -rf '{PREFIX}/current/api/.venv/lib'")
    installed.sh(
        """
        mkdir -p /etc/systemd/system/atum-desk-ws.service.d
        printf '[Service]\nExecStop=/bin/sleep infinity\nTimeoutStopSec=infinity\n' \
            > /etc/systemd/system/atum-desk-ws.service.d/hang.conf
        systemctl daemon-reload
        """
    )
    answer = installed.rollback("--drop-database", "--json")
    assert all(checklist(answer).values()), answer.output
    assert not installed.path("/etc/systemd/system/atum-desk-ws.service.d").exists()


def test_it_works_on_a_full_disk(inhabited: Machine, archive: Path) -> None:
    inhabited.sh("mkdir -p /data && mount -t tmpfs -o size=2600M tmpfs /data")
    # The mount is seen inside only, so the tree is copied in from there.
    inhabited.path("/root/tree").mkdir()
    packed = inhabited.path("/root/tree/release.tar.gz")
    packed.write_bytes(archive.read_bytes())
    inhabited.sh(f"mkdir -p '{PREFIX}' && tar -xzf /root/tree/release.tar.gz --strip-components=1 -C '{PREFIX}'")
    inhabited.install()
    inhabited.sh("cat /dev/zero > /data/full 2>/dev/null || true")
    refused = inhabited.rollback(check=False)
    assert refused.code == 2, refused.output
    assert "active" in inhabited.sh("systemctl is-active atum-desk-api")
    answer = inhabited.rollback("--discard-data", "atum_desk", "--drop-database")
    assert answer.code == 0, answer.output
    inhabited.sh(f"umount /data; rm -rf /data /root/tree {SPARED}")


@pytest.mark.parametrize("moment", ["Step 1", "Step 3", "Step 5", "Step 6"])
def test_a_rollback_killed_half_way_goes_on(installed: Machine, moment: str) -> None:
    installed.sh(
        f"""
        python3 '{PREFIX}/infra/atumctl' rollback --uninstall --drop-database --yes > /tmp/log 2>&1 &
        until grep -q '{moment}' /tmp/log; do sleep 0.02; done
        kill -KILL $!
        """
    )
    tool = f"{PREFIX}/infra/atumctl"
    if not installed.path(tool).exists():
        tool = f"{SPARED}/tool/infra/atumctl"
    answer = installed.run("python3", tool, "rollback", "--uninstall", "--drop-database", "--yes", "--json")
    assert all(checklist(answer).values()), answer.output
    assert not installed.path(PREFIX).exists()


def _drop_roles(machine: Machine) -> None:
    names = "owner gate app staff contact worker"
    machine.sh(f'for r in {names}; do runuser -u postgres -- psql -qc "drop role atum_desk_$r"; done')
