"""A server's backup: proven by its timer's unit, restored with the services, moved to another."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from machine import PREFIX, Machine

BACKUPS = f"{PREFIX}/data/backups"
SERVICES = "atum-desk-api atum-desk-ws atum-desk-worker"
COUNT = "runuser -u postgres -- psql -qtAd atum_desk -c 'select count(*) from atum.tickets'"


@pytest.fixture(scope="module")
def desk(inhabited: Machine, archive: Path) -> Iterator[Machine]:
    """The inhabited machine with ATUM DESK and one ticket on it."""
    inhabited.lay(archive)
    inhabited.install("--host", "desk.example")
    send_mail(inhabited, "First", tickets=1)
    yield inhabited
    inhabited.rollback("--drop-database", "--discard-data", "atum_desk", check=False)
    inhabited.sh("rm -rf /var/backups/atum-desk /data")


def send_mail(machine: Machine, subject: str, tickets: int) -> None:
    """Send a mail to the desk and wait until there are so many tickets."""
    mail = f"From: ines@example.com\nTo: support@desk.example\nSubject: {subject}\n\nHelp."
    script = (
        "import smtplib, sys; smtplib.SMTP('127.0.0.1', 2525).sendmail("
        f"'ines@example.com', 'support@desk.example', {mail!r})"
    )
    machine.run("python3", "-c", script)
    machine.sh(
        f"cd /; timeout 30 bash -c 'until [ $({COUNT.replace(chr(39), chr(34))}) = {tickets} ]; do sleep 0.2; done'"
    )


def index(machine: Machine) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(machine.path(f"{BACKUPS}/index.json").read_text())["backups"]
    return found


def tickets(machine: Machine) -> int:
    return int(machine.sh(f"cd /; {COUNT}"))


def are_active(machine: Machine) -> bool:
    return machine.run("systemctl", "is-active", "--quiet", *SERVICES.split(), check=False).code == 0


def test_the_timers_unit_makes_a_proven_backup_that_only_root_and_postgres_read(desk: Machine) -> None:
    desk.sh("systemctl start atum-desk-backup.service")
    newest = index(desk)[0]
    assert newest["proof"]["state"] == "proven", newest
    assert newest["proof"]["recovery_seconds"] > 0
    assert newest["tickets"] == tickets(desk)
    desk.run("runuser", "-u", "atum-desk", "--", "cat", f"{BACKUPS}/index.json")
    for part in (f"atum_desk_{newest['stamp']}.dump", f"env_{newest['stamp']}"):
        read = ("runuser", "-u", "atum-desk", "--", "cat", f"{BACKUPS}/{part}")
        assert desk.run(*read, check=False).code != 0


def test_a_restore_stops_and_starts_the_services_and_a_failing_one_brings_them_back(desk: Machine) -> None:
    stamp = index(desk)[0]["stamp"]
    there = tickets(desk)
    send_mail(desk, "Later", tickets=there + 1)
    failed = desk.atumctl("restore", stamp, "--yes", check=False, ATUMCTL_FAIL_AT="schema")
    assert failed.code == 1, failed.output
    assert tickets(desk) == there + 1
    assert are_active(desk)
    desk.atumctl("restore", stamp, "--yes")
    assert tickets(desk) == there
    assert are_active(desk)
    send_mail(desk, "Goes on", tickets=there + 1)
    desk.atumctl("restore", "--back", "--yes")
    assert tickets(desk) == there + 1, "the one that came later, not the one after the restore"
    assert are_active(desk)


def test_another_machine_takes_over_with_the_same_tickets_and_secret(
    desk: Machine, blank: Machine, archive: Path
) -> None:
    newest = index(desk)[0]
    blank.lay(archive)
    carried = blank.path("/root/carried")
    shutil.copytree(desk.path(BACKUPS), carried)
    blank.install("--host", "desk.example", "--from-backup", f"/root/carried/{newest['manifest']}")
    secrets = [machine.sh(f"grep ATUM_SECRET= '{PREFIX}/api/.env' | tr -d '\"'") for machine in (desk, blank)]
    assert secrets[0] == secrets[1]
    assert are_active(blank)
    blank.atumctl("backup", "--verify")
    moved = json.loads(blank.path(f"{BACKUPS}/{index(blank)[0]['manifest']}").read_text())
    before = json.loads((carried / newest["manifest"]).read_text())
    assert moved["contents"]["schema"] == before["contents"]["schema"]
    kept = ("atum.tickets", "atum.messages", "atum.people", "atum.attachments", "atum.mails")
    for table in kept:
        assert moved["contents"]["rows"][table] == before["contents"]["rows"][table], table
    send_mail(blank, "In the new place", tickets=tickets(blank) + 1)
