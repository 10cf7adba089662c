"""The mail port while releases are switched and settings change: systemd holds it for the worker."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from machine import PREFIX, Machine
from upgraded_desk import UpgradedDesk

RELAY = Path(__file__).with_name("relay.py")
SOCKET = "atum-desk-mail.socket"
MIN_WHILE_SWITCHING = 20
FILING_SECONDS = 600.0
# Every mail that was taken, whatever became of it: a second one of a subject would show.
FILED = """
select substring(convert_from(s.raw, 'utf8') from E'Subject: ([^\\r\\n]*)')
  from atum.mails m join atum.mail_sources s on s.mail_id = m.id"""
GREETS = """
import socket, sys
try:
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60) as one:
        print(one.makefile("rb").readline()[:3].decode())
except ConnectionRefusedError:
    print("refused")
"""


@pytest.fixture(scope="module")
def desk(blank: Machine, archive: Path) -> UpgradedDesk:
    """A desk that was installed from the archive."""
    desk = UpgradedDesk(blank, archive)
    shutil.copy(RELAY, blank.path("/root/relay.py"))
    blank.path("/root/greets.py").write_text(GREETS)
    return desk


@contextlib.contextmanager
def relay(machine: Machine) -> Iterator[dict[str, Any]]:
    """Have a relay send meanwhile; what it saw is in the dictionary afterwards."""
    machine.sh(f"""rm -f /root/stop /root/relay.json
        nohup python3 /root/relay.py '{PREFIX}/bridge' /root/stop > /root/relay.json 2> /root/relay.err &
        sleep 2""")
    seen: dict[str, Any] = {}
    try:
        yield seen
    finally:
        machine.sh("touch /root/stop; for i in $(seq 4000); do [ -s /root/relay.json ] && break; sleep 0.1; done")
    words = machine.path("/root/relay.json").read_text()
    assert words, machine.path("/root/relay.err").read_text()
    seen.update(json.loads(words))


def kept(desk: UpgradedDesk) -> Counter[str]:
    """Return how many mails there are of each subject, once all are filed."""
    deadline = time.monotonic() + FILING_SECONDS
    while desk.query("select count(*) from atum.mails where state = 'received'") != "0":
        assert time.monotonic() < deadline, "mails wait to be filed"
        time.sleep(1)
    return Counter(desk.query(FILED).splitlines())


def all_arrived_once(desk: UpgradedDesk, seen: dict[str, Any]) -> None:
    print(json.dumps({one: len(it) if isinstance(it, list) else it for one, it in seen.items()}))
    assert seen["refused"] == []
    assert seen["broken"] == []
    assert seen["fast"] >= MIN_WHILE_SWITCHING
    assert len(seen["taken"]) == seen["sent"]
    filed = kept(desk)
    assert {one: filed[one] for one in seen["taken"]} == dict.fromkeys(seen["taken"], 1)


def greets(desk: UpgradedDesk, port: int) -> str:
    return desk.machine.run("python3", "/root/greets.py", str(port)).output.strip()


def is_held(desk: UpgradedDesk) -> bool:
    """Say whether systemd holds the port: it stays open while the worker is not there."""
    machine = desk.machine
    if machine.run("systemctl", "is-active", "--quiet", SOCKET, check=False).code:
        return False
    shown = machine.sh(f"systemctl is-enabled {SOCKET}; readlink /proc/1/fd/* 2>/dev/null")
    assert shown.startswith("enabled")
    [inode] = machine.sh("awk '$4 == \"0A\" && $2 ~ /:09DD$/ {print $10}' /proc/net/tcp").split()
    return f"socket:[{inode}]" in shown


def restarts_without_refusal(desk: UpgradedDesk) -> None:
    """Stop the worker, mail the port, and see the mail wait for the worker that it starts."""
    desk.machine.sh("systemctl stop atum-desk-worker")
    assert greets(desk, 2525) == "220"
    # It greets a moment before it says that it is ready.
    desk.machine.sh("timeout 120 sh -c 'until systemctl is-active -q atum-desk-worker; do sleep 0.2; done'")


def test_no_sender_is_refused_while_releases_are_switched(desk: UpgradedDesk) -> None:
    (old,) = desk.running()
    assert is_held(desk)
    with relay(desk.machine) as upgrading:
        answer = desk.upgrade(desk.release("90.1.0"))
        print(answer.output)
        assert answer.code == 0, answer.output
        assert desk.running() == {"90.1.0"}
    all_arrived_once(desk, upgrading)
    with relay(desk.machine) as going_back:
        print(desk.machine.atumctl("rollback", "--to-release", "--yes", "--json").output)
        assert desk.running() == {old}
    all_arrived_once(desk, going_back)
    assert is_held(desk)


def test_mail_starts_a_worker_that_was_stopped(desk: UpgradedDesk) -> None:
    restarts_without_refusal(desk)


def test_the_port_follows_the_settings_when_they_are_installed(desk: UpgradedDesk) -> None:
    machine, env = desk.machine, f"'{PREFIX}/api/.env'"
    machine.sh(f"echo ATUM_SMTP_PORT=2526 >> {env}")
    machine.install()
    assert (greets(desk, 2526), greets(desk, 2525)) == ("220", "refused")
    machine.sh(f"sed -i s/^ATUM_SMTP_PORT=.*/ATUM_SMTP_PORT=0/ {env}")
    failed = machine.install(check=False, ATUMCTL_FAIL_AT="restart atum-desk-worker")
    assert failed.code == 1, failed.output
    # The worker reads that there is no port; the socket is what it was.
    assert "127.0.0.1:2526" in machine.sh(f"systemctl show -P Listen {SOCKET}"), failed.output
    assert machine.sh(f"systemctl is-active {SOCKET}").strip() == "active", failed.output
    machine.install()
    assert not machine.path(f"/etc/systemd/system/{SOCKET}").exists()
    assert greets(desk, 2526) == "refused"
    machine.sh(f"sed -i '/^ATUM_SMTP_PORT=/d' {env}")
    machine.install()
    assert is_held(desk)
    assert greets(desk, 2525) == "220"
    assert " 0 steps" in machine.install().output
    told = machine.atumctl("doctor", "--family", "health", "--json", check=False).output
    # What is told to people stands around the document.
    doctor = json.JSONDecoder().raw_decode(told[told.index("{\n") :])[0]
    found = {one["trigger"]: one for one in doctor["findings"]}
    assert found["health.mail"]["state"] == "ok", found["health.mail"]


def test_a_release_that_listens_itself_gets_the_port_and_the_next_gives_it_back(desk: UpgradedDesk) -> None:
    (old,) = desk.running()
    tree = desk.release("95.1.0")
    folder = desk.machine.path(tree) / "infra/systemd"
    (folder / SOCKET).unlink()
    unit = folder / "atum-desk-worker.service"
    unit.write_text(unit.read_text().replace(f" {SOCKET}", ""))
    answer = desk.upgrade(tree)
    assert answer.code == 0, answer.output
    assert desk.running() == {"95.1.0"}
    assert not is_held(desk)
    assert not desk.machine.path(f"/etc/systemd/system/{SOCKET}").exists()
    assert greets(desk, 2525) == "220"
    desk.machine.atumctl("rollback", "--to-release", old, "--yes")
    assert desk.running() == {old}
    assert is_held(desk)
    restarts_without_refusal(desk)


def test_a_restore_is_not_disturbed_by_mail_and_leaves_the_port_held(desk: UpgradedDesk) -> None:
    machine = desk.machine
    machine.atumctl("backup", "--yes")
    manifest = machine.sh(f"ls '{PREFIX}'/data/backups/manifest_*.json | tail -1").strip()
    machine.run("bash", f"{PREFIX}/infra/scripts/restore.sh", manifest, "--yes")
    assert is_held(desk)
    assert greets(desk, 2525) == "220"
