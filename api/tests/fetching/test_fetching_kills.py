"""The worker is killed at every step of fetching a mail, filing it and moving it away."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from dovecot import Dovecot, mail
from fetching_desk import FetchingDesk

from atum_desk.mail.audit import audit_mail
from crash_schedule import LANES, TIMEOUT_SECONDS, Kill, open_crash_schedule
from suite.machine_speed import scaled


@pytest.mark.timeout(scaled(TIMEOUT_SECONDS))
@pytest.mark.parametrize("lane", range(LANES))
async def test_a_fetched_mail_is_one_ticket_wherever_its_worker_is_killed(
    dovecot: Dovecot, fetching_desk: FetchingDesk, database_url: str, lane: int
) -> None:
    delivered: list[bytes] = []
    async with open_crash_schedule(database_url) as crash_schedule:
        port = await crash_schedule.line("IMAP", dovecot.tls_port)
        await fetching_desk.set_up(port, afterwards="move", move_to="Taken")
        settings = msgspec.structs.replace(fetching_desk.settings, smtp_port=0)
        await crash_schedule.begin(settings, SSL_CERT_FILE=str(dovecot.certificate))

        async def fetch(number: int, kill: Kill | None) -> bool:
            raw = mail(number)

            async def work() -> bool:
                if raw not in delivered:
                    delivered.append(raw)
                    dovecot.deliver(raw)
                if dovecot.held():
                    return False
                return await fetching_desk.value(
                    """select count(*) = $1 and not bool_or(m.state = 'received')
                              and bool_and(s.settled_uid = s.last_uid)
                         from mails m, fetch_states s where m.state <> 'refused'""",
                    len(delivered),
                )

            return await crash_schedule.attempt(kill, work)

        await crash_schedule.lay(lane, 1, fetch)
    kept = [
        bytes(row["raw"])
        for row in await fetching_desk.rows(
            "select s.raw from mail_sources s join mails m on m.id = s.mail_id where m.state = 'ticketed'"
        )
    ]
    assert Counter(kept) == Counter(delivered)
    assert await fetching_desk.value("select count(*) from tickets") == len(delivered)
    assert len(dovecot.held("Taken")) == len(delivered)
    assert all(row.holds for row in await audit_mail(fetching_desk.settings, database_url))
