"""The worker is killed at awkward moments while it fetches; and one mail comes two ways."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiosmtplib
import msgspec
import pytest
from dovecot import USER, Dovecot, mail
from fetching_desk import FetchingDesk

from atum_desk.mail.audit import audit_mail
from free_ports import free_port
from suite.machine_speed import scaled
from worker_process import WorkerProcess

# A longer run: ATUM_TEST_KILLS=50.
KILLS = int(os.environ.get("ATUM_TEST_KILLS", "3"))


def worker_of(mail_desk: FetchingDesk, database_url: str, certificate: Path, smtp_port: int = 0) -> WorkerProcess:
    """Return a worker that trusts the test's mail server."""
    settings = msgspec.structs.replace(mail_desk.settings, smtp_port=smtp_port)
    return WorkerProcess(settings, database_url, SSL_CERT_FILE=str(certificate))


@pytest.mark.timeout(scaled(60 + 40 * KILLS))
async def test_a_worker_killed_while_it_fetches_and_moves_loses_and_doubles_nothing(
    dovecot: Dovecot, fetching_desk: FetchingDesk, database_url: str
) -> None:
    chance = random.Random(11)
    total = 60 * KILLS
    mails = [mail(n, size=chance.choice([0, 2000, 30_000])) for n in range(total)]
    dovecot.deliver(*mails[: total // 2])
    await fetching_desk.set_up(dovecot.tls_port, afterwards="move", move_to="Taken")
    worker = worker_of(fetching_desk, database_url, dovecot.certificate)
    killed_at: Counter[str] = Counter()
    try:
        for kill in range(KILLS):
            before = await fetching_desk.value("select count(*) from mails")
            await worker.start()
            part = mails[total // 2 :][kill::KILLS]
            dovecot.deliver(*part)
            await _until_more(fetching_desk, before, total)
            # From before a commit to after a move: the steps take some milliseconds each.
            await asyncio.sleep(chance.uniform(0, 0.08))
            worker.kill()
            state = await fetching_desk.state()
            killed_at["between commit and move" if state["settled_uid"] < state["last_uid"] else "elsewhere"] += 1
        await worker.start()
        await fetching_desk.until("select count(*) >= $1 from mails", total, seconds=60)
        await fetching_desk.until("select settled_uid = last_uid from fetch_states", seconds=30)
        await fetching_desk.until("select count(*) = 0 from mails where state = 'received'", seconds=90)
    finally:
        worker.kill()
    print(f"{KILLS} kills: {dict(killed_at)}")
    kept = [bytes(row["raw"]) for row in await fetching_desk.rows("select raw from mail_sources")]
    assert Counter(kept) == Counter(mails)
    assert await fetching_desk.value("select count(*) from tickets") == total
    assert dovecot.held() == []
    assert len(dovecot.held("Taken")) == total
    assert all(row.holds for row in await audit_mail(fetching_desk.settings, database_url))


async def _until_more(mail_desk: FetchingDesk, before: int, total: int) -> None:
    deadline = time.monotonic() + scaled(40)
    while time.monotonic() < deadline:
        now = await mail_desk.value("select count(*) from mails")
        if now > before or now >= total:
            return
        await asyncio.sleep(0.01)


async def test_a_mail_of_forty_megabytes_takes_bounded_memory(
    dovecot: Dovecot, fetching_desk: FetchingDesk, database_url: str
) -> None:
    dovecot.deliver(*(mail(n, size=40_000_000) for n in range(3)), mail(9))
    await fetching_desk.set_up(dovecot.tls_port)
    worker = worker_of(fetching_desk, database_url, dovecot.certificate)
    await worker.start()
    try:
        await fetching_desk.until("select count(*) = 4 from mails", seconds=120)
        await fetching_desk.until("select count(*) = 4 from mails where state = 'ticketed'", seconds=120)
        peak = worker.peak_bytes()
    finally:
        worker.kill()
    print(f"peak {peak / 1_048_576:.0f} MB")
    # Fetching holds one such mail at a time, filing another.
    assert peak < 900 * 1024 * 1024
    sizes = await fetching_desk.rows("select size from mails order by id")
    assert [row["size"] for row in sizes][:3] == [len(mail(n, size=40_000_000)) for n in range(3)]


@pytest.mark.parametrize("first", ["smtp", "imap"])
async def test_the_same_mail_by_smtp_and_by_imap_is_one_message(
    dovecot: Dovecot, fetching_desk: FetchingDesk, database_url: str, first: str
) -> None:
    port = free_port()
    worker = worker_of(fetching_desk, database_url, dovecot.certificate, smtp_port=port)
    await worker.start()
    raw = mail(1).partition(b"\r\n")[2]
    # The copy in the folder went through more servers, and one of them wrote plain line ends.
    by_imap = b"Received: from a by b\r\n" + mail(1)

    async def by_smtp() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
            await client.sendmail("ann1@example.org", [USER], raw)

    async def by_folder() -> None:
        dovecot.deliver(by_imap)
        await fetching_desk.set_up(dovecot.tls_port)

    ways: dict[str, Any] = {"smtp": by_smtp, "imap": by_folder}
    try:
        await ways.pop(first)()
        await fetching_desk.until("select count(*) = 1 from mails where state = 'ticketed'", seconds=40)
        [other] = ways.values()
        await other()
        await fetching_desk.until("select count(*) = 2 from mails where state <> 'received'", seconds=40)
    finally:
        worker.kill()
    rows = await fetching_desk.rows("select state, reason from mails order by id")
    assert [row["state"] for row in rows] == ["ticketed", "refused"]
    assert rows[1]["reason"].startswith("Duplicate of mail")
    assert await fetching_desk.value("select count(*) from messages") == 1
