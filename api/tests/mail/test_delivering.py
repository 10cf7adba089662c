"""Mail handed over whole: by the API and by a mail server's pipe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mail_desk import MAILBOX, letter

from atum_desk.kernel.config.settings import REPOSITORY
from desk import Desk
from scratch_databases import SECRET
from suite.machine_speed import scaled

RAW = b"From: Ann <ann@example.org>\nTo: support@atum.localhost\nSubject: As it is\n\nbare \r and \x00 and \xff\n"


async def kept(desk: Desk) -> list[dict[str, Any]]:
    """Return what is kept, with its bytes."""
    return [
        dict(row)
        for row in await desk.rows(
            "select m.id, m.envelope_from, m.envelope_to, m.state, s.raw from mails m join mail_sources s on s.mail_id = m.id"
        )
    ]


async def test_a_mail_is_kept_byte_for_byte_before_the_answer(desk: Desk) -> None:
    client = await desk.administrator()
    answer = await client.post("/mail/raw", params={"to": MAILBOX, "sender": "ann@example.org"}, content=RAW)
    assert answer.status_code == 201
    [mail] = await kept(desk)
    assert answer.json() == {"mail_ids": [mail["id"]]}
    assert (mail["raw"], mail["envelope_from"], mail["envelope_to"], mail["state"]) == (
        RAW,
        "ann@example.org",
        [MAILBOX],
        "received",
    )


@pytest.mark.parametrize(
    ("params", "content", "code"),
    [
        ({"to": "nobody@elsewhere.example"}, RAW, "recipient_unknown"),
        ({"to": "not an address"}, RAW, "recipient_unknown"),
        ({"to": [MAILBOX, "nobody@elsewhere.example"]}, RAW, "recipient_unknown"),
        ({}, RAW, "validation_failed"),
        ({"to": MAILBOX}, b"", "validation_failed"),
        ({"to": [f"{MAILBOX}{n}" for n in range(101)]}, RAW, "validation_failed"),
    ],
)
async def test_what_cannot_be_kept_is_said_and_nothing_is(
    desk: Desk, params: dict[str, Any], content: bytes, code: str
) -> None:
    client = await desk.administrator()
    answer = await client.post("/mail/raw", params=params, content=content)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await kept(desk) == []


async def test_only_who_manages_mail_may_hand_it_over(desk: Desk) -> None:
    agent = await desk.staff()
    answer = await agent.post("/mail/raw", params={"to": MAILBOX}, content=RAW)
    assert answer.status_code == 403
    assert (await desk.client().post("/mail/raw", params={"to": MAILBOX}, content=RAW)).status_code == 401
    assert await kept(desk) == []


def pipe(environment: dict[str, str], words: list[str], raw: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run the command a mail server runs."""
    return subprocess.run(
        [sys.executable, "-m", "atum_desk.entry.cli", "mail", "deliver", *words],
        input=raw,
        capture_output=True,
        env=environment,
        cwd=REPOSITORY / "api",
        timeout=scaled(60),
        check=False,
    )


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """Return the settings of the command."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ATUM_")}
    own = {"ATUM_DATABASE_URL": database_url, "ATUM_SECRET": SECRET, "ATUM_DATA": str(tmp_path)}
    return kept | own | {"ATUM_MAIL_MAX_BYTES": "70000"}


async def test_a_piped_mail_is_kept_byte_for_byte(desk: Desk, environment: dict[str, str]) -> None:
    done = pipe(environment, [MAILBOX, "--sender", "<>"], RAW)
    assert (done.returncode, done.stderr) == (0, b"")
    [mail] = await kept(desk)
    assert (mail["raw"], mail["envelope_from"]) == (RAW, "")
    assert done.stdout.decode() == f"Kept as {mail['id']}.\n"


async def test_the_same_mail_by_pipe_and_by_api_is_one_message(desk: Desk, environment: dict[str, str]) -> None:
    raw = letter().as_bytes()
    assert pipe(environment, [MAILBOX], raw).returncode == 0
    client = await desk.administrator()
    assert (await client.post("/mail/raw", params={"to": MAILBOX}, content=raw)).status_code == 201
    keys = await desk.rows("select distinct dedupe_key from mails")
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("words", "raw", "code"),
    [(["nobody@elsewhere.example"], RAW, 67), ([MAILBOX], b"", 65), ([MAILBOX], b"x" * 70_001, 65)],
)
async def test_the_mail_server_is_told_in_its_own_codes(
    desk: Desk, environment: dict[str, str], words: list[str], raw: bytes, code: int
) -> None:
    done = pipe(environment, words, raw)
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith(b"atum: ")
    assert await kept(desk) == []


async def test_whoever_hands_over_mail_by_the_api_is_no_relay(desk: Desk) -> None:
    """A lead who could write "proven" above a mail would write as the administrator in the ledger."""
    lead = await desk.staff("Team lead")
    answer = await lead.post("/mail/raw", params={"to": MAILBOX}, content=RAW)
    assert answer.status_code == 201
    (mail,) = await desk.rows("select peer, helo from mails")
    # No trusted network holds it: the address that the desk's clients come from.
    assert mail["peer"].startswith("10.")
    assert mail["helo"] is None


def test_without_a_database_the_mail_server_keeps_the_mail(environment: dict[str, str]) -> None:
    away = environment | {"ATUM_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    assert pipe(away, [MAILBOX], RAW).returncode == 75
    broken = environment | {"ATUM_MAIL_MAX_BYTES": "a lot"}
    assert pipe(broken, [MAILBOX], RAW).returncode == 75
