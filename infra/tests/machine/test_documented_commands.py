"""The commands of docs/operations that no other test runs, as they stand on the pages."""

from __future__ import annotations

import contextlib
import json
import shlex
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from machine import PREFIX, Machine
from pages import block, inline
from upgraded_desk import UpgradedDesk

HOST = "desk.example.com"
ADMIN = f"admin@{HOST}"
ENV = f"'{PREFIX}/api/.env'"
SERVICES = ("atum-desk-api", "atum-desk-ws", "atum-desk-worker")
MAIL_UNITS = "atum-desk-mail.socket atum-desk-worker"
GREETS = """
import socket, sys
try:
    with socket.create_connection((sys.argv[1], 2525), 60) as one:
        print(one.makefile("rb").readline()[:3].decode())
except ConnectionRefusedError:
    print("refused")
"""
# As a relay hands mail over: by LMTP at a path, or by SMTP with STARTTLS at an address.
SEND = """
import smtplib, sys
way, where, subject = sys.argv[1:]
client = smtplib.LMTP(where) if way == "lmtp" else smtplib.SMTP(where, 2525)
if way == "starttls":
    client.starttls()
mail = f"From: ines@example.org\\nTo: support@desk.example.com\\nSubject: {subject}\\n\\nHelp.\\n"
client.sendmail("ines@example.org", ["support@desk.example.com"], mail)
"""

# It writes into the last file that it is given.
EDITOR = """#!/bin/sh
for file; do :; done
cat /root/drop-in > "$file"
"""
DROP_INS = (
    ("install.md", "atum-desk-api", "MemoryHigh=900M"),
    ("triggers.md", "atum-desk-watch", "ReadWritePaths=/srv"),
)


class DocumentedDesk(UpgradedDesk):
    """A desk that was installed by the commands of install.md, by somebody at a terminal."""

    def __init__(self, machine: Machine, archive: Path) -> None:
        self.machine = machine
        self.lay_archive(archive)
        self.refused = machine.sh(f"cd /root\n{self.commands(archive)}\necho ended with $?")
        # Answered when it is asked: what is typed earlier is lost to what runs before.
        words = shlex.quote(self.commands(archive).strip().splitlines()[-1])
        asked = "until grep -qF '[y/N]' /root/typed 2>/dev/null; do sleep 0.5; done"
        self.said = machine.sh(f"{{ {asked}; echo y; }} | script -qfec {words} /root/typed")
        for name, text in (("greets.py", GREETS), ("send.py", SEND)):
            machine.path(f"/root/{name}").write_text(text)

    def lay_archive(self, archive: Path) -> None:
        """Put the archive and its checksum where somebody has copied them to."""
        for one in (archive, archive.with_name(archive.name + ".sha256")):
            self.machine.path(f"/root/{one.name}").write_bytes(one.read_bytes())

    def commands(self, archive: Path) -> str:
        """Return the page's commands, for the release that is here."""
        return block("install.md", "mkdir").replace("atum-desk-0.1.0.tar.gz", archive.name)

    @contextlib.contextmanager
    def settings(self, *lines: str) -> Iterator[None]:
        """Have settings at the end of the file meanwhile, as somebody writes them with an editor."""
        before = self.machine.path(f"{PREFIX}/api/.env")
        text = before.read_text()
        before.write_text(f"{text}\n" + "".join(f"{line}\n" for line in lines))
        try:
            yield
        finally:
            before.write_text(text)

    def http(self, *words: str) -> str:
        """Ask through nginx; return the status."""
        resolved = f"--resolve {HOST}:443:127.0.0.1 --resolve {HOST}:80:127.0.0.1 --max-time 30"
        return self.machine.sh(f"curl -sk -o /dev/null -w '%{{http_code}}' {resolved} {shlex.join(words)}")

    def greets(self, address: str = "127.0.0.1") -> str:
        return self.machine.run("python3", "/root/greets.py", address).output.strip()

    def finding(self, trigger: str, *words: str) -> dict[str, Any]:
        """Return what the doctor finds of a trigger."""
        said = self.machine.atumctl("doctor", "--json", *words, check=False).output
        document = json.JSONDecoder().raw_decode(said[said.index("{\n") :])[0]
        [found] = [one for one in document["findings"] if one["trigger"] == trigger]
        return dict(found)

    def until_filed(self, subject: str) -> None:
        """Wait until a mail has become a ticket."""
        ask = f"select count(*) from atum.tickets where subject = '{subject}'"
        psql = f'runuser -u postgres -- psql -qtAd atum_desk -c "{ask}"'
        self.machine.sh(f'cd /; for i in $(seq 600); do [ "$({psql})" = 1 ] && exit; sleep 0.2; done; exit 1')


@pytest.fixture(scope="module")
def desk(blank: Machine, archive: Path) -> DocumentedDesk:
    return DocumentedDesk(blank, archive)


def test_the_commands_of_an_installation_are_answered_at_a_terminal(desk: DocumentedDesk) -> None:
    assert "ended with 2" in desk.refused, desk.refused
    assert "Use --yes to agree where no terminal is attached" in desk.refused
    assert "ATUM DESK is ready" in desk.said
    assert f"https://{HOST}" in desk.said
    assert desk.http(f"https://{HOST}/api/v1/health/ready") == "200"


def test_a_lost_password_is_made_anew_whatever_the_settings_hold(desk: DocumentedDesk) -> None:
    # Without quotes, as systemd and the application read it; a shell would run the second word.
    odd = "ATUM_OPS_NOTIFY_COMMAND=cat $(touch /root/ran) `touch /root/ran`"
    with desk.settings(odd):
        said = desk.machine.sh(inline("install.md", "bash").replace("admin@desk.example.com", ADMIN))
    assert not desk.machine.path("/root/ran").exists()
    body = json.dumps({"email": ADMIN, "password": said.split()[-1]})
    asked = ("-H", "content-type: application/json", "-d", body, f"https://{HOST}/api/v1/session")
    assert desk.http(*asked) == "200", said


def test_a_setting_is_read_after_the_restart_that_the_page_names(desk: DocumentedDesk) -> None:
    ask = ("-H", "Host: second.example", "http://127.0.0.1:8000/api/v1/health/live")
    assert desk.http(*ask) == "421"
    with desk.settings("ATUM_ALLOWED_HOSTS=second.example"):
        desk.machine.sh(inline("install.md", "systemctl restart atum-desk-api"))
        assert desk.http(*ask) == "200"
    desk.machine.sh(inline("install.md", "systemctl restart atum-desk-api"))


def test_mail_is_kept_away_and_let_in_again(desk: DocumentedDesk) -> None:
    desk.machine.sh(inline("install.md", "systemctl stop"))
    assert desk.greets() == "refused"
    desk.machine.sh(inline("install.md", "systemctl start"))
    assert desk.greets() == "220"


def test_a_worker_that_listens_itself_is_told_and_put_right(desk: DocumentedDesk) -> None:
    desk.machine.sh("systemctl stop atum-desk-mail.socket")
    assert desk.machine.run("systemctl", "start", "atum-desk-mail.socket", check=False).code != 0
    found = desk.finding("health.units", "--family", "health")
    assert found["state"] == "warn", found
    assert "atum-desk-mail.socket" in found["evidence"]
    desk.machine.sh(inline("install.md", "systemctl restart atum-desk-worker"))
    desk.machine.sh(f"systemctl is-active {MAIL_UNITS}")
    assert desk.greets() == "220"


def test_the_mail_port_has_an_address_a_certificate_and_a_path_of_its_own(desk: DocumentedDesk) -> None:
    machine = desk.machine
    settings = block("mail-from-outside.md", "ATUM_SMTP_BIND").replace("10.0.0.5", "127.0.0.2").split()
    machine.sh("""mkdir -p /etc/ssl/desk; cp /etc/atum-desk/tls/certificate.pem /etc/ssl/desk/fullchain.pem
        cp /etc/atum-desk/tls/key.pem /etc/ssl/desk/key.pem
        chown root:atum-desk /etc/ssl/desk/key.pem; chmod 640 /etc/ssl/desk/key.pem""")
    with desk.settings(*settings, "ATUM_LMTP_SOCKET=/run/atum-desk/lmtp"):
        machine.install()
        assert (desk.greets("127.0.0.2"), desk.greets()) == ("220", "refused")
        machine.run("python3", "/root/send.py", "starttls", "127.0.0.2", "Encrypted on its way")
        desk.until_filed("Encrypted on its way")
        by_path = ("lmtp", "/run/atum-desk/lmtp", "By a path")
        machine.run("runuser", "-u", "nobody", "--", "python3", "-c", SEND, *by_path)
        desk.until_filed("By a path")
    machine.install()
    assert desk.greets() == "220"


def test_a_backup_is_made_proven_carried_and_brought_back(desk: DocumentedDesk) -> None:
    machine = desk.machine
    at = f"cd '{PREFIX}';"
    machine.sh(f"{at} bash {inline('backup.md', 'infra/scripts/backup.sh')}")
    machine.sh(f"{at} python3 infra/atumctl verify")
    [kept, *_rest] = json.loads(machine.path(f"{PREFIX}/data/backups/index.json").read_text())["backups"]
    assert kept["proof"]["state"] == "proven", kept
    machine.sh("mkdir -p /mnt/stick /root/carried")
    carry = block("backup.md", "python3 infra/atumctl export").replace("20261122_143006", kept["stamp"])
    export, unpack, verify = carry.strip().splitlines()
    machine.sh(f"{at} {export}; cd /mnt/stick; {unpack}; {at} {verify}")
    for words in (inline("backup.md", "infra/scripts/restore.sh STAMP"), "infra/scripts/restore.sh --back"):
        machine.sh(f"{at} bash {words.replace('STAMP', kept['stamp'])} --yes")
        machine.sh(f"systemctl is-active {' '.join(SERVICES)}")
    assert desk.greets() == "220"


def test_the_doctor_is_asked_in_each_way_and_the_watch_by_hand(desk: DocumentedDesk) -> None:
    listed = desk.machine.atumctl("doctor", "--list").output
    assert "integrity.rows" in listed
    whole = desk.machine.atumctl("doctor", "--whole", check=False).output
    assert "triggers fire" in whole, whole
    desk.machine.atumctl("watch")
    assert "ATUM DESK in" in desk.machine.atumctl("status").output


def test_checksums_are_turned_on_as_the_doctor_says(desk: DocumentedDesk) -> None:
    machine = desk.machine
    machine.sh("""pg_ctlcluster 15 main stop
        runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_checksums --disable --pgdata /var/lib/postgresql/15/main
        systemctl start postgresql@15-main""")
    said = desk.finding("integrity.checksums", "--family", "integrity")["evidence"]
    commands = [line for line in said.splitlines() if line.startswith("  ")]
    assert len(commands) == 3, said
    machine.sh(f"set -e; {'; '.join(commands)}")
    machine.sh(f"systemctl start postgresql@15-main {' '.join(SERVICES)}")
    found = desk.finding("integrity.checksums", "--family", "integrity")
    assert "data checksums are on" in found["evidence"]


def test_a_drop_in_stays_and_lets_the_watch_write_elsewhere(desk: DocumentedDesk) -> None:
    machine = desk.machine
    machine.path("/root/editor").write_text(EDITOR)
    for page, unit, line in DROP_INS:
        machine.path("/root/drop-in").write_text(f"[Service]\n{line}\n")
        edit = shlex.quote(inline(page, f"systemctl edit {unit}"))
        machine.sh(f"chmod +x /root/editor; SYSTEMD_EDITOR=/root/editor script -qec {edit} /dev/null")
    machine.sh("systemctl restart atum-desk-api")
    assert " 0 steps" in machine.install().output
    assert machine.sh("systemctl show -P MemoryHigh atum-desk-api").strip() == str(900 << 20)
    with desk.settings('ATUM_OPS_NOTIFY_COMMAND="cat >> /srv/told"'):
        # A run under way does not know the command yet; the second does.
        machine.sh("systemctl start atum-desk-watch.service; systemctl start atum-desk-watch.service")
        machine.sh("systemctl stop nginx; systemctl start atum-desk-watch.service; systemctl start nginx")
    assert "nginx.service: inactive" in machine.sh("cat /srv/told")
    machine.sh("systemctl revert atum-desk-api atum-desk-watch.service; systemctl start atum-desk-watch.service")


def test_the_journal_says_why_a_certificate_is_not_used(desk: DocumentedDesk) -> None:
    machine, tls = desk.machine, "/etc/atum-desk/tls"
    machine.sh(f"cp -a {tls} /root/tls; echo broken > {tls}/certificate.pem")
    machine.run("systemctl", "start", "atum-desk-certificate.service", check=False)
    said = machine.sh(f"{inline('install.md', 'journalctl')} --no-pager")
    machine.sh(f"cp -a /root/tls/. {tls}; systemctl start atum-desk-certificate.service")
    assert "certificate.pem" in said, said
    assert desk.http(f"https://{HOST}/api/v1/health/ready") == "200"


def test_another_proxy_may_stand_before_and_go_again(desk: DocumentedDesk) -> None:
    machine = desk.machine
    machine.sh("cp -a /etc/atum-desk/tls /root/pair")
    machine.install("--no-tls", "--url", f"https://{HOST}", "--trusted-proxy", "192.0.2.0/24")
    assert desk.http(f"http://{HOST}/api/v1/health/ready") == "200"
    assert machine.run("bash", "-c", "ss -ltn | grep -q ':443 '", check=False).code == 1
    site = machine.sh("cat /etc/nginx/sites-available/atum-desk.conf")
    assert "set_real_ip_from 192.0.2.0/24" in site
    machine.install("--certificate", "/root/pair/certificate.pem", "--key", "/root/pair/key.pem")
    assert desk.http(f"https://{HOST}/api/v1/health/ready") == "200"
    assert desk.http(f"http://{HOST}/") == "308"


def test_an_archive_is_told_upgraded_to_and_left_again(desk: DocumentedDesk) -> None:
    machine = desk.machine
    (old,) = desk.running()
    machine.sh(
        f"'{PREFIX}/current/api/.venv/bin/python' -m pip download -q --no-deps --require-hashes "
        f"--dest /root/wheels -r '{PREFIX}/current/api/requirements.lock'"
    )
    tree = machine.path(desk.release("90.1.0"))
    (tree / "wheels").unlink()
    with tarfile.open(machine.path("/root/atum-desk-90.1.0.tar.gz"), "w:gz", compresslevel=1) as packed:
        packed.add(tree, "atum-desk-90.1.0", recursive=True)
    told, done = block("upgrade.md", "sudo bash").replace("0.2.0", "90.1.0").strip().splitlines()
    said = machine.sh(f"cd /root; {told}")
    assert "90.1.0" in said
    assert desk.running() == {old}
    assert "90.1.0" not in machine.sh(f"ls '{PREFIX}/releases'")
    machine.sh(f"cd /root; {done} --yes --watch 5")
    assert desk.running() == {"90.1.0"}
    _back, named = block("upgrade.md", "sudo python3").strip().splitlines()
    machine.sh(f"{named.replace('0.1.0', old)} --yes")
    assert desk.running() == {old}


def test_a_removal_is_told_and_nothing_done(desk: DocumentedDesk) -> None:
    told, _done = block("removal.md", "bash").strip().splitlines()
    said = desk.machine.sh(told)
    assert "would: fill in the checklist" in said
    desk.machine.sh(f"systemctl is-active {' '.join(SERVICES)} atum-desk-watch.timer")
    assert desk.http(f"https://{HOST}/api/v1/health/ready") == "200"
