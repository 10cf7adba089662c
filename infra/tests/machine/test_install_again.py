"""Each sentence of the recovery in docs/operations/recovery.md, on one machine that is removed from again and again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from machine import PREFIX, Machine, MachineResult

SPARED = "/var/backups/atum-desk"
HOST = "desk.example"
PKI = "/etc/renewed/desk.example"
CURL = f"curl -sk --resolve {HOST}:443:127.0.0.1 --max-time 20"
PSQL = "runuser -u postgres -- psql -qtAd"
NAMED_CERTIFICATE = "openssl x509 -noout -fingerprint -sha256"
# A pair as certbot lays it: links into an archive, turned at each renewal.
MAKE_PAIR = f"""set -e
mkdir -p {PKI} && cd {PKI}
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN={HOST} \
    -addext subjectAltName=DNS:{HOST} -keyout key$1.pem -out chain$1.pem 2>/dev/null
ln -sfn key$1.pem key.pem && ln -sfn chain$1.pem chain.pem
"""
SEND = """
import smtplib
from email.message import EmailMessage
mail = EmailMessage()
mail["From"], mail["To"], mail["Subject"] = "ines@example.com", "support@desk.example", "With a file"
mail.set_content("It is attached.")
mail.add_attachment(bytes(range(256)) * 100, maintype="application", subtype="octet-stream", filename="log.bin")
smtplib.SMTP("127.0.0.1", 2525).send_message(mail)
"""


@dataclass
class RecoveredDesk:
    """A desk with one ticket whose mail has a file, and its administrator's sign-in."""

    machine: Machine
    email: str
    password: str

    def query(self, sql: str, database: str = "atum_desk") -> str:
        """Ask the database as its superuser."""
        return self.machine.sh(f'{PSQL} {database} -c "{sql}"').strip()

    def works(self) -> None:
        """Fail unless the ticket is there, its file can be read, and the same password signs in."""
        body = json.dumps({"email": self.email, "password": self.password})
        signed_in = self.machine.sh(
            f"{CURL} -o /dev/null -w '%{{http_code}}' -c /root/jar -H 'content-type: application/json' "
            f"-d '{body}' https://{HOST}/api/v1/session"
        )
        assert signed_in == "200"
        assert self.query("select subject from atum.tickets") == "With a file"
        file = self.query("select id from atum.attachments")
        self.machine.sh(f"{CURL} -f -b /root/jar -o /root/file https://{HOST}/api/v1/attachments/{file}")
        assert self.machine.path("/root/file").read_bytes() == bytes(range(256)) * 100
        assert self.setting("ATUM_URL") == f"https://{HOST}"
        assert self.shown() == self.machine.sh(f"{NAMED_CERTIFICATE} -in {PKI}/chain.pem")

    def shown(self) -> str:
        """Return the fingerprint of the certificate that nginx shows."""
        return self.machine.sh(
            f"openssl s_client -connect 127.0.0.1:443 -servername {HOST} </dev/null 2>/dev/null | {NAMED_CERTIFICATE}"
        )

    def setting(self, name: str) -> str:
        """Return a setting."""
        found = self.machine.sh(f"grep '^{name}=' '{PREFIX}/api/.env'")
        return found.partition("=")[2].strip().strip('"')

    def manifest(self) -> str:
        """Return the manifest of the newest rollback's proven backup."""
        return self.machine.sh(f"ls {SPARED}/rollback_*/backups/manifest_*.json | tail -1").strip()

    def remove(self, archive_laid_again: object, *words: str) -> MachineResult:
        """Remove it and unpack the release again, as somebody does who wants it back."""
        answer = self.machine.rollback(*words)
        report = self.machine.sh(f"cat $(ls -d {SPARED}/rollback_* | tail -1)/report.txt")
        assert "[ ]" not in report, answer.output
        self.machine.lay(archive_laid_again)  # type: ignore[arg-type]
        return answer


@pytest.fixture(scope="module")
def desk(blank: Machine, archive: object) -> RecoveredDesk:
    """A desk with a certificate of its own and a ticket."""
    blank.lay(archive)  # type: ignore[arg-type]
    blank.sh("apt-get -q update; apt-get -q -y install --no-install-recommends openssl")
    blank.run("bash", "-c", MAKE_PAIR, "pair", "1")
    refused = blank.install("--host", "bad;host", check=False)
    assert (refused.code, "neither a host name" in refused.output) == (2, True), refused.output
    said = blank.install(*("--host", HOST, "--certificate", f"{PKI}/chain.pem", "--key", f"{PKI}/key.pem")).output
    found = re.search(r"sign in +(\S+) +password: (\S+)", said)
    assert found, said
    assert found[1] == f"admin@{HOST}", "the host reaches the administrator's address"
    made = RecoveredDesk(blank, found[1], found[2])
    blank.run("python3", "-c", SEND)
    blank.sh(
        f'for i in $(seq 300); do [ "$({PSQL} atum_desk -c "select count(*) from atum.tickets")" = 1 ]'
        " && exit; sleep 0.2; done; exit 1"
    )
    return made


def test_a_certificate_given_to_a_running_desk_is_served_and_one_renewed_in_place_followed(desk: RecoveredDesk) -> None:
    desk.works()
    assert desk.setting("ATUM_OPS_TLS") == "given"
    pair = ("--certificate", f"{PKI}/chain.pem", "--key", f"{PKI}/key.pem")
    assert " 0 steps" in desk.machine.install("--host", HOST, *pair).output
    assert " 0 steps" in desk.machine.install().output

    before = desk.shown()
    desk.machine.run("bash", "-c", MAKE_PAIR, "pair", "2")
    desk.machine.sh("systemctl start atum-desk-certificate.service")
    assert desk.shown() != before
    desk.works()

    desk.machine.run("bash", "-c", MAKE_PAIR, "pair", "3")
    assert f"https://{HOST}" in desk.machine.install(*pair).output
    desk.works()

    # Certificate without its key: a renewal that is not finished.
    desk.machine.sh(f"ln -sfn chain1.pem {PKI}/chain.pem")
    unfinished = desk.machine.atumctl("certificate", check=False)
    assert (unfinished.code, "is not the key" in unfinished.output) == (1, True)
    refused = desk.machine.install(*pair, check=False)
    assert (refused.code, "is not the key" in refused.output) == (2, True)
    desk.machine.sh(f"ln -sfn chain3.pem {PKI}/chain.pem")
    desk.works()
    assert desk.machine.sh("systemctl is-active atum-desk-certificate.timer").strip() == "active"


def test_another_host_reaches_settings_nginx_and_what_is_printed(desk: RecoveredDesk) -> None:
    said = desk.machine.install("--host", "other.example").output
    assert "https://other.example" in said
    assert f"https://{HOST}" not in said
    assert desk.setting("ATUM_URL") == "https://other.example"
    assert "other.example" in desk.machine.sh("cat /etc/nginx/sites-available/atum-desk.conf")
    live = desk.machine.sh("tr '\\0' '\\n' < /proc/$(systemctl show -P MainPID atum-desk-api)/environ")
    assert "ATUM_URL=https://other.example" in live, "the services read it"
    assert f"https://{HOST}" in desk.machine.install("--host", HOST).output
    desk.works()


def test_with_a_backup_the_kept_database_is_set_aside_and_sign_ins_are_as_before(
    desk: RecoveredDesk, archive: object
) -> None:
    desk.remove(archive)
    missing = desk.machine.install("--from-backup", "/root/none.json", "--dry-run", check=False)
    assert (missing.code, "There is no manifest" in missing.output) == (2, True)

    said = desk.machine.install("--from-backup", desk.manifest()).output
    assert "password:" not in said, "none that would not work is printed"
    desk.works()
    aside = desk.query("select datname from pg_database where datname like '%before%'", "postgres")
    assert desk.query("select count(*) from atum.tickets", aside) == "1"


def test_a_plain_installation_uses_database_settings_uploads_and_certificate_again(
    desk: RecoveredDesk, archive: object
) -> None:
    desk.remove(archive)
    said = desk.machine.install().output
    assert "used again" in said
    assert "1 uploads that a removal kept" in said
    desk.works()
    assert desk.setting("ATUM_OPS_TLS") == "given"
    assert " 0 steps" in desk.machine.install().output


def test_a_plain_installation_and_a_restore(desk: RecoveredDesk, archive: object) -> None:
    desk.remove(archive)
    manifest = desk.manifest()
    desk.machine.install()
    restore = ("bash", f"{PREFIX}/infra/scripts/restore.sh")
    desk.machine.run(*restore, manifest, "--yes")
    desk.works()
    desk.machine.run(*restore, "--back", "--yes")
    desk.works()


def test_data_that_was_left_in_place_belongs_to_the_new_user(desk: RecoveredDesk, archive: object) -> None:
    desk.remove(archive, "--keep-data")
    # The number of the user that went is given to somebody else.
    desk.machine.sh("useradd --system squatter")
    desk.machine.install()
    desk.works()
    desk.machine.sh(f"[ -z \"$(find '{PREFIX}/data/uploads' ! -user atum-desk)\" ]")


def test_a_recovery_that_fails_gives_the_kept_database_back(desk: RecoveredDesk, archive: object) -> None:
    desk.remove(archive)
    kept = desk.query("select oid from pg_database where datname = 'atum_desk'", "postgres")
    failed = desk.machine.install("--from-backup", desk.manifest(), check=False, ATUMCTL_FAIL_AT="start atum-desk-api")
    assert failed.code == 1, failed.output
    assert desk.query("select oid from pg_database where datname = 'atum_desk'", "postgres") == kept
    desk.machine.install()
    desk.works()


def test_without_kept_settings_the_database_is_used_again_with_a_warning(desk: RecoveredDesk, archive: object) -> None:
    machine = desk.machine
    machine.sh(f"cp -a '{PREFIX}/data/uploads' /root/uploads")
    secret = desk.setting("ATUM_SECRET")
    machine.rollback("--discard-data", "atum_desk")
    # Those that earlier removals kept would be found by their content.
    machine.sh(f"rm -rf {SPARED}/rollback_*/uploads")
    machine.lay(archive)  # type: ignore[arg-type]
    pair = ("--certificate", f"{PKI}/chain.pem", "--key", f"{PKI}/key.pem")
    said = machine.install("--host", HOST, *pair).output
    assert "no removal kept its settings" in said
    assert "1 files that attachments name are lost" in said
    assert desk.setting("ATUM_SECRET") != secret
    machine.sh(f"cp -a /root/uploads/. '{PREFIX}/data/uploads'; chown -R atum-desk: '{PREFIX}/data/uploads'")
    desk.works()


def test_a_second_rollback_says_that_nothing_is_installed_and_touches_nothing(desk: RecoveredDesk) -> None:
    machine = desk.machine
    machine.rollback()
    assert machine.sh("ls /var/log/nginx/atum-desk.* 2>/dev/null | wc -l").strip() == "0"
    assert machine.sh("ls /var/lib/systemd/timers | grep -c atum || true").strip() == "0"
    machine.sh(f"ls $(ls -d {SPARED}/rollback_* | tail -1)/logs/atum-desk.access.log")
    folders = machine.sh(f"ls {SPARED}")
    tool = ("python3", f"{SPARED}/tool/infra/atumctl", "rollback", "--uninstall", "--yes")
    again = machine.run(*tool, check=False)
    assert again.code == 2, again.output
    assert "Nothing of ATUM DESK is installed" in again.output
    assert "run as before" not in again.output
    assert not machine.path(PREFIX).exists()
    assert machine.sh(f"ls {SPARED}") == folders
    dropped = machine.run(*tool, "--drop-database", "--discard-data", "atum_desk")
    assert "[ ]" not in dropped.output
    assert desk.query("select count(*) from pg_database where datname like 'atum%'", "postgres") == "0"


def test_what_would_stop_an_installation_half_way_is_refused_before_anything_is_touched(
    desk: RecoveredDesk, archive: object
) -> None:
    machine = desk.machine
    machine.lay(archive)  # type: ignore[arg-type]
    machine.sh("""runuser -u postgres -- createdb atum_desk
        useradd --create-home --home-dir /srv/somebody --shell /bin/bash atum-desk
        openssl req -x509 -newkey rsa:2048 -nodes -days -1 -subj /CN=x -keyout /root/old.key \
            -out /root/old.pem 2>/dev/null || true
        mkdir -p /data""")
    # As in the snapshots: Python compiles the tool's beginning before it can be told not to.
    look = "find /data /etc/nginx /etc/systemd/system /srv -name __pycache__ -prune -o -print | sort"
    before = machine.sh(look)
    words = ("--certificate", f"{PKI}/chain1.pem", "--key", f"{PKI}/key2.pem")
    refused = machine.install(*words, "--from-backup", "/root/none.json", check=False)
    assert refused.code == 2
    for said in ("belongs to postgres", "home /srv/somebody", "is not the key", "no manifest"):
        assert said in refused.output, refused.output
    assert machine.sh(look) == before
    machine.sh("userdel -r atum-desk; runuser -u postgres -- dropdb atum_desk")
