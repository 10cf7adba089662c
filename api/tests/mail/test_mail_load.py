"""Much mail at once: what filing one costs in round round_trips, and that taking mail leaves filing its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import asyncpg
import msgspec
import pytest
from mail_desk import MailDesk, letter

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.mail.filing.file_mail import file_mail
from atum_desk.mail.receiving import traffic
from atum_desk.mail.receiving.traffic import MailTraffic
from atum_desk.sandbox.public import sandbox
from free_ports import free_port
from round_trips import counted_round_trips
from waiting import deadline, until

# Opening with the lock, what is known, ticket, message, what became of the mail, the change with its commit.
ROUND_TRIPS_OF_A_TICKET = 6
ROUND_TRIPS_OF_A_READING = 3
ROUND_TRIPS_OF_AN_ANSWER = 7
SENDERS = 8


@pytest.fixture
async def deaf_desk(settings: Settings, database: Database) -> AsyncIterator[MailDesk]:
    """A desk that takes mail and files none by itself."""
    async with database.connection("atum_desk_worker") as connection:
        row = await connection.fetchrow("select * from mailbox_of('support@atum.localhost')")
    settings = msgspec.structs.replace(settings, smtp_port=free_port())
    sandbox().warm = 1
    await sandbox().start()
    assert row
    mail_desk = MailDesk(settings, database, row["workspace_id"])
    await mail_desk.start()
    await mail_desk.stop_jobs()
    yield mail_desk
    await mail_desk.stop()


@pytest.fixture
def round_trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that the connections of this process send."""
    return counted_round_trips(monkeypatch)


async def file(mail_desk: MailDesk, *mail_ids: int) -> None:
    await asyncio.gather(*(file_mail(mail_desk.job.via("mail"), mail_id) for mail_id in mail_ids))


async def taken(mail_desk: MailDesk, *subjects: str, sender: str = "Ann <ann@example.org>") -> list[int]:
    answers = [await mail_desk.deliver(letter(subject=one, sender=sender)) for one in subjects]
    return [int(answer.rpartition(" ")[2]) for answer in answers]


async def test_a_mail_that_opens_a_ticket_takes_six_round_trips_beside_reading_it(
    deaf_desk: MailDesk, round_trips: list[str]
) -> None:
    first, second = await taken(deaf_desk, "First", "Second")
    await file(deaf_desk, first)
    round_trips.clear()
    await file(deaf_desk, second)
    told = "\n".join(one.strip()[:80] for one in round_trips)
    assert len(round_trips) <= ROUND_TRIPS_OF_A_READING + ROUND_TRIPS_OF_A_TICKET, told
    assert {row["state"] for row in await deaf_desk.rows("select state from mails")} == {"ticketed"}


async def test_a_stranger_costs_one_round_trip_more(deaf_desk: MailDesk, round_trips: list[str]) -> None:
    [first] = await taken(deaf_desk, "First")
    await file(deaf_desk, first)
    [second] = await taken(deaf_desk, "Second", sender="New <new@example.net>")
    round_trips.clear()
    await file(deaf_desk, second)
    assert len(round_trips) <= ROUND_TRIPS_OF_A_READING + ROUND_TRIPS_OF_A_TICKET + 1


async def test_a_mail_that_joins_a_ticket_takes_few_round_trips_more(
    deaf_desk: MailDesk, round_trips: list[str]
) -> None:
    await deaf_desk.rule("unknown_senders", "participants")
    [asked] = await taken(deaf_desk, "Question")
    await file(deaf_desk, asked)
    asked_id = await deaf_desk.value("select mail_message_id from mails")
    answers = [await deaf_desk.deliver(letter(subject="Re: Question", in_reply_to=f"<{asked_id}>")) for _ in range(2)]
    first, second = (int(answer.rpartition(" ")[2]) for answer in answers)
    await file(deaf_desk, first)
    round_trips.clear()
    await file(deaf_desk, second)
    told = "\n".join(one.strip()[:80] for one in round_trips)
    assert len(round_trips) <= ROUND_TRIPS_OF_A_READING + ROUND_TRIPS_OF_AN_ANSWER, told
    assert await deaf_desk.value("select message_count from tickets") == 3


async def test_mails_that_are_filed_at_once_are_read_by_one_statement(
    deaf_desk: MailDesk, round_trips: list[str]
) -> None:
    mail_ids = await taken(deaf_desk, *(f"Number {n}" for n in range(9)))
    await file(deaf_desk, mail_ids[0])
    round_trips.clear()
    await file(deaf_desk, *mail_ids[1:])
    told = "\n".join(one.strip()[:80] for one in round_trips)
    assert len(round_trips) <= ROUND_TRIPS_OF_A_READING + 8 * ROUND_TRIPS_OF_A_TICKET, told
    assert await deaf_desk.value("select count(*) from tickets") == 9


async def test_a_reading_that_fails_fails_for_all_who_waited_and_not_for_the_next(
    deaf_desk: MailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_ids = await taken(deaf_desk, "First", "Second")
    with monkeypatch.context() as broken:
        broken.setattr("atum_desk.mail.queries.SOURCE_COLUMNS", "m.no_such_column")
        job = deaf_desk.job.via("mail")
        results = await asyncio.gather(*(file_mail(job, one) for one in mail_ids), return_exceptions=True)
    assert [type(one) for one in results] == [asyncpg.UndefinedColumnError] * 2
    await file(deaf_desk, *mail_ids)
    assert await deaf_desk.value("select count(*) from tickets") == 2


async def test_taking_mail_waits_for_filing_and_refuses_nothing(
    mail_desk: MailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However fast mail comes, what waits stays below what is filed within seconds."""
    pace, mails = 5.0, 100
    monkeypatch.setattr(traffic, "BURST_MAILS", 1)
    monkeypatch.setattr(traffic.intake, "pace", pace)
    monkeypatch.setattr(traffic.intake, "_learn", lambda _pace: None)
    numbers, most, answers = count(), 0, []

    async def send() -> None:
        while (number := next(numbers)) < mails:
            answers.append(await mail_desk.deliver(letter(subject=f"Mail {number}")))

    async def look() -> None:
        nonlocal most
        while len(answers) < mails:
            waiting = await mail_desk.value("select count(*) from mails where state = 'received'")
            most = max(most, waiting)
            await asyncio.sleep(0.02)

    async with deadline(60):
        await asyncio.gather(look(), *(send() for _ in range(SENDERS)))
    assert all(answer.startswith("2.0.0 Kept as ") for answer in answers)
    # Beside what waits in the queue: what the worker has picked, and what its senders are sending.
    assert most <= pace * traffic.MOST_WAITING_SECONDS + 16 + SENDERS
    await mail_desk.settled(mails)
    assert await mail_desk.value("select count(*) from tickets") == mails


async def test_a_burst_is_taken_at_once_however_slowly_it_is_filed(mail_desk: MailDesk) -> None:
    await mail_desk.deliver(letter())
    await mail_desk.settled(1)
    await mail_desk.stop_jobs()
    for number in range(60):
        assert (await mail_desk.deliver(letter(text=f"{number}"))).startswith("2.0.0 Kept as ")
    assert await mail_desk.value("select count(*) from mails where state = 'received'") == 60


async def test_what_is_taken_follows_the_pace_of_filing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(traffic, "BURST_MAILS", 1)
    intake, waiting = MailTraffic(), 500

    async def count_waiting(most: int) -> int:
        return min(waiting, most)

    watching = asyncio.create_task(intake.watch(count_waiting))
    await asyncio.sleep(0)
    intake.count(500)
    try:
        # Nothing is filed: the pace falls as far as it may, and one more mail must wait.
        await until(lambda: intake.pace == traffic.LEAST_PACE)
        admitted = asyncio.ensure_future(intake.admit())
        await asyncio.sleep(0)
        assert not admitted.done()
        waiting = 0
        await until(admitted.done)
        await intake.admit()
    finally:
        watching.cancel()
