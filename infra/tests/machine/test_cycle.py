"""The whole cycle on one machine: install, watch, back up and prove, remove, come back from the backup."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from machine import PREFIX, Machine

SPARED = "/var/backups/atum-desk"
CURL = "curl -sk --resolve desk.example:443:127.0.0.1 --max-time 20"
COUNT = "runuser -u postgres -- psql -qtAd atum_desk -c 'select count(*) from atum.tickets'"
MAIL = r"From: ines@example.com\r\nTo: support@desk.example\r\nSubject: Through it all\r\n\r\nHelp.\r\n"


def sign_in(machine: Machine, words: str) -> str:
    """Sign in through nginx with what install told, and return the HTTP status."""
    found = re.search(r"sign in +(\S+) +password: (\S+)", words)
    assert found, words
    body = json.dumps({"email": found[1], "password": found[2]})
    return machine.sh(
        f"{CURL} -o /dev/null -w '%{{http_code}}' -H 'content-type: application/json' "
        f"-d '{body}' https://desk.example/api/v1/session"
    )


@pytest.mark.short
def test_installed_backed_up_removed_and_brought_back(blank: Machine, archive: Path) -> None:
    blank.lay(archive)
    first = blank.install("--host", "desk.example").output
    again = blank.install()
    assert " 0 steps" in again.output
    ready = json.loads(blank.sh(f"{CURL} https://desk.example/api/v1/health/ready"))
    assert ready["status"] == "ok", ready
    assert sign_in(blank, first) == "200"

    script = (
        "import smtplib; smtplib.SMTP('127.0.0.1', 2525).sendmail("
        f"'ines@example.com', 'support@desk.example', '{MAIL}')"
    )
    blank.run("python3", "-c", script)
    blank.sh(f'for i in $(seq 150); do [ "$({COUNT})" = 1 ] && break; sleep 0.2; done; [ "$({COUNT})" = 1 ]')

    doctor = blank.atumctl("doctor", "--json", check=False)
    # What is told to people stands around the document.
    document = json.JSONDecoder().raw_decode(doctor.output[doctor.output.index("{\n") :])[0]
    findings = document["findings"]
    # Busy processors of whoever runs this are no fault of the installation.
    fired = [f for f in findings if f["state"] == "fires" and not f["trigger"].startswith("performance.")]
    assert fired == [], fired

    blank.atumctl("backup", "--verify", "--yes")
    [kept] = json.loads(blank.path(f"{PREFIX}/data/backups/index.json").read_text())["backups"]
    assert kept["proof"]["state"] == "proven", kept

    removed = blank.rollback("--drop-database")
    report = blank.sh(f"cat {SPARED}/rollback_*/report.txt")
    assert "[x]" in report
    assert "[ ]" not in report, removed.output
    assert not blank.path(PREFIX).exists()

    blank.lay(archive)
    manifest = blank.sh(f"ls {SPARED}/rollback_*/backups/manifest_*.json | tail -1").strip()
    blank.install("--host", "desk.example", "--from-backup", manifest)
    assert blank.sh(COUNT).strip() == "1"
    assert sign_in(blank, first) == "200", "the first password is good again"
