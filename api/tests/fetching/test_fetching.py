"""Mail is fetched from a real IMAP server: all of it, once, whatever happens in between."""

from __future__ import annotations

import asyncio
import os
import random
import time

import msgspec
import pytest
from dovecot import USER, Dovecot, FaultProxy, Spoiler, mail
from fetching_desk import FetchingDesk

from atum_desk.fetching import folder_reader
from atum_desk.fetching.folder_reader import POLL_SECONDS
from suite.machine_speed import scaled


async def test_what_lies_there_and_what_comes_later_is_kept_byte_for_byte(
    dovecot: Dovecot, fetching_desk: FetchingDesk
) -> None:
    dovecot.deliver(mail(1), mail(2))
    await fetching_desk.set_up(dovecot.tls_port)
    fetching_desk.start()
    assert await fetching_desk.kept(2) == [mail(1), mail(2)]
    began = time.monotonic()
    dovecot.deliver(mail(3))
    assert (await fetching_desk.kept(3))[2] == mail(3)
    # The server told of it: nobody waited for a look every minute.
    assert time.monotonic() - began < POLL_SECONDS / 2
    [row] = await fetching_desk.rows("select * from mails where mail_message_id like 'fetched3%'")
    assert (row["envelope_from"], row["envelope_to"]) == ("ann3@example.org", [USER])
    log = await fetching_desk.log()
    assert log[0] == "Connected to 127.0.0.1. INBOX holds 2 mails."
    assert "Fetched 2 mails." in log
    assert dovecot.seen() == 0


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
async def test_each_kind_of_encryption_works(dovecot: Dovecot, fetching_desk: FetchingDesk, security: str) -> None:
    dovecot.deliver(mail(1))
    port = dovecot.tls_port if security == "tls" else dovecot.port
    await fetching_desk.set_up(port, security=security)
    fetching_desk.start()
    assert await fetching_desk.kept(1) == [mail(1)]


async def test_mail_that_was_read_elsewhere_is_fetched_all_the_same(
    dovecot: Dovecot, fetching_desk: FetchingDesk
) -> None:
    dovecot.deliver(mail(1))
    [path] = dovecot.held()
    path.rename(path.parents[1] / "cur" / f"{path.name}:2,S")
    await fetching_desk.set_up(dovecot.tls_port)
    fetching_desk.start()
    assert await fetching_desk.kept(1) == [mail(1)]


async def test_without_idle_the_folder_is_looked_at(
    dovecot_program: None, fetching_desk: FetchingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_reader, "POLL_SECONDS", 0.2)
    server = Dovecot(capabilities="IMAP4rev1 SASL-IR LITERAL+")
    server.start()
    try:
        await fetching_desk.set_up(server.port, security="none")
        fetching_desk.start()
        await fetching_desk.until("select looked_at is not null from fetch_states")
        server.deliver(mail(1))
        assert await fetching_desk.kept(1) == [mail(1)]
    finally:
        server.remove()


async def test_the_server_restarts_while_it_is_listened_to(dovecot: Dovecot, fetching_desk: FetchingDesk) -> None:
    dovecot.deliver(mail(1))
    await fetching_desk.set_up(dovecot.tls_port)
    fetching_desk.start()
    await fetching_desk.kept(1)
    dovecot.stop()
    await fetching_desk.until("select state = 'failed' from fetch_states")
    dovecot.deliver(mail(2), mail(3))
    dovecot.start()
    assert await fetching_desk.kept(3) == [mail(1), mail(2), mail(3)]
    log = await fetching_desk.log()
    assert any("listens on 127.0.0.1" in words or "broke" in words for words in log)


async def test_mails_numbered_anew_are_read_again_and_kept_once(dovecot: Dovecot, fetching_desk: FetchingDesk) -> None:
    dovecot.deliver(*(mail(n) for n in range(5)))
    await fetching_desk.set_up(dovecot.tls_port)
    fetching_desk.start()
    fetching_desk.file()
    await fetching_desk.until("select count(*) = 5 from mails where state = 'ticketed'")
    before = (await fetching_desk.state())["uid_validity"]
    dovecot.forget_numbers()
    dovecot.deliver(mail(6))
    await fetching_desk.until("select count(*) = 6 from mails where state = 'ticketed'")
    await fetching_desk.looked()
    assert (await fetching_desk.state())["uid_validity"] != before
    assert await fetching_desk.value("select count(*) from mails") == 6
    assert await fetching_desk.value("select count(*) from tickets") == 6
    log = await fetching_desk.log()
    assert any("numbered its mails anew" in words for words in log)
    assert "5 mails had been kept before." in log


async def test_mail_that_was_left_alone_stays_so_when_mails_are_numbered_anew(
    dovecot: Dovecot, fetching_desk: FetchingDesk
) -> None:
    dovecot.deliver(mail(1), mail(2))
    await asyncio.sleep(1.1)
    await fetching_desk.set_up(dovecot.tls_port, existing="leave")
    fetching_desk.start()
    await fetching_desk.until("select looked_at is not null from fetch_states")
    await asyncio.sleep(1.1)
    dovecot.deliver(mail(3))
    assert await fetching_desk.kept(1) == [mail(3)]
    dovecot.forget_numbers()
    dovecot.deliver(mail(4))
    assert await fetching_desk.kept(2) == [mail(3), mail(4)]
    await fetching_desk.looked()
    assert len(await fetching_desk.kept(2)) == 2


async def test_mail_that_goes_away_meanwhile_holds_up_nothing(dovecot: Dovecot, fetching_desk: FetchingDesk) -> None:
    dovecot.deliver(*(mail(n) for n in range(20)))
    for path in dovecot.held()[5:9]:
        path.unlink()
    await fetching_desk.set_up(dovecot.tls_port)
    fetching_desk.start()
    await fetching_desk.kept(16)
    dovecot.deliver(mail(100))
    kept = await fetching_desk.kept(17)
    assert kept[-1] == mail(100)
    assert len(kept) == 17


async def test_mail_moved_into_the_folder_is_new_whatever_its_date(
    dovecot: Dovecot, fetching_desk: FetchingDesk
) -> None:
    dovecot.deliver(mail(2))
    await fetching_desk.set_up(dovecot.tls_port, existing="leave")
    fetching_desk.start()
    await fetching_desk.until("select looked_at is not null from fetch_states")
    old = dovecot.folder() / "tmp" / "1500000000.M1.localhost"
    old.write_bytes(mail(1))
    os.utime(old, (1_500_000_000, 1_500_000_000))
    old.rename(dovecot.folder() / "new" / old.name)
    assert await fetching_desk.kept(1) == [mail(1)]


@pytest.mark.parametrize("capabilities", ["", "IMAP4rev1 IDLE UIDPLUS SASL-IR LITERAL+"])
async def test_mails_are_moved_once_they_are_committed(
    dovecot_program: None, fetching_desk: FetchingDesk, capabilities: str
) -> None:
    server = Dovecot(capabilities=capabilities)
    server.start()
    try:
        server.deliver(*(mail(n) for n in range(10)))
        await fetching_desk.set_up(server.port, security="none", afterwards="move", move_to="Taken in")
        fetching_desk.start()
        await fetching_desk.kept(10)
        await fetching_desk.until("select settled_uid >= 10 from fetch_states")
        assert server.held() == []
        assert len(server.held("Taken in")) == 10
    finally:
        server.remove()


async def test_mails_are_marked_as_read_once_they_are_committed(dovecot: Dovecot, fetching_desk: FetchingDesk) -> None:
    dovecot.deliver(*(mail(n) for n in range(10)))
    await fetching_desk.set_up(dovecot.tls_port, afterwards="seen")
    fetching_desk.start()
    await fetching_desk.kept(10)
    await fetching_desk.until("select settled_uid >= 10 from fetch_states")
    assert dovecot.seen() == 10


async def test_a_mail_too_large_is_told_and_those_behind_it_come(dovecot: Dovecot, fetching_desk: FetchingDesk) -> None:
    fetching_desk.worker = msgspec.structs.replace(
        fetching_desk.worker, settings=msgspec.structs.replace(fetching_desk.settings, mail_max_bytes=200_000)
    )
    dovecot.deliver(mail(1), mail(2, size=300_000), mail(3))
    await fetching_desk.set_up(dovecot.tls_port, afterwards="move", move_to="Done")
    fetching_desk.start()
    assert await fetching_desk.kept(2) == [mail(1), mail(3)]
    [left] = await fetching_desk.rows("select * from fetch_leftovers")
    assert left["uid"] == 2
    assert "0.3 MB" in left["words"]
    assert "ATUM_MAIL_MAX_BYTES" in left["words"]
    await fetching_desk.until("select settled_uid >= 3 from fetch_states")
    # What was not taken is not moved away.
    assert len(dovecot.held()) == 1
    assert len(dovecot.held("Done")) == 2


async def test_a_mail_the_server_cannot_read_holds_up_nothing_and_comes_later(
    dovecot: Dovecot, fetching_desk: FetchingDesk
) -> None:
    dovecot.deliver(*(mail(n) for n in range(8)))
    broken = dovecot.held()[3]
    # A server that lists a mail and then fails to open it: a dangling link is listed by its name.
    kept_aside = dovecot.root / "aside"
    broken.rename(kept_aside)
    broken.symlink_to(broken)
    await fetching_desk.set_up(dovecot.tls_port)
    fetching_desk.start()
    await fetching_desk.kept(7)
    await fetching_desk.until("select count(*) = 1 from fetch_leftovers")
    [left] = await fetching_desk.rows("select * from fetch_leftovers")
    assert left["uid"] == 4
    assert left["words"]
    [now] = [p for p in dovecot.held() if p.is_symlink()]
    now.unlink()
    kept_aside.rename(now)
    async with fetching_desk.database.marking(fetching_desk.system) as transaction:
        await transaction.execute("update fetch_leftovers set next_attempt_at = now()")
        await transaction.execute("update fetch_states set asked_at = now()")
    kept = await fetching_desk.kept(8)
    assert set(kept) == {mail(n) for n in range(8)}
    assert await fetching_desk.value("select count(*) from fetch_leftovers") == 0


async def test_a_wrong_password_is_told_without_the_password(
    dovecot: Dovecot, fetching_desk: FetchingDesk, capfd: pytest.CaptureFixture[str]
) -> None:
    await fetching_desk.set_up(dovecot.tls_port, password="not-the-pass-word")
    fetching_desk.start()
    await fetching_desk.until("select state = 'failed' from fetch_states")
    words = (await fetching_desk.state())["words"]
    assert words.startswith(f"127.0.0.1 does not let {USER} in:")
    dump = str(await fetching_desk.rows("select row_to_json(r)::text from row_changes r"))
    assert "not-the-pass-word" not in words + dump + "".join(capfd.readouterr())
    await fetching_desk.set_up(dovecot.tls_port)
    dovecot.deliver(mail(1))
    assert await fetching_desk.kept(1) == [mail(1)]


async def test_a_certificate_nobody_vouches_for_is_refused(
    dovecot: Dovecot, fetching_desk: FetchingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    await fetching_desk.set_up(dovecot.tls_port)
    fetching_desk.start()
    await fetching_desk.until("select state = 'failed' from fetch_states")
    assert "certificate of 127.0.0.1 cannot be trusted" in (await fetching_desk.state())["words"]


async def test_a_folder_that_is_missing_is_told(dovecot: Dovecot, fetching_desk: FetchingDesk) -> None:
    await fetching_desk.set_up(dovecot.tls_port, folder="Nowhere")
    fetching_desk.start()
    await fetching_desk.until("select state = 'failed' from fetch_states")
    assert "The folder Nowhere cannot be opened" in (await fetching_desk.state())["words"]


async def test_another_folder_is_read_from_its_beginning(dovecot: Dovecot, fetching_desk: FetchingDesk) -> None:
    dovecot.deliver(mail(1), mail(2))
    dovecot.deliver(mail(3), folder="Spam")
    await fetching_desk.set_up(dovecot.tls_port)
    fetching_desk.start()
    await fetching_desk.kept(2)
    await fetching_desk.set_up(dovecot.tls_port, folder="Spam")
    assert (await fetching_desk.kept(3))[2] == mail(3)


async def test_two_thousand_mails_come_in_bounded_batches(dovecot: Dovecot, fetching_desk: FetchingDesk) -> None:
    dovecot.deliver(*(mail(n) for n in range(2000)))
    await fetching_desk.set_up(dovecot.tls_port)
    began = time.monotonic()
    fetching_desk.start()
    kept = await fetching_desk.kept(2000, seconds=120)
    print(f"2000 mails in {time.monotonic() - began:.1f} s")
    assert set(kept) == {mail(n) for n in range(2000)}
    changes = await fetching_desk.rows(
        "select jsonb_array_length(summary->'mail_ids') as n from changes where command = 'mail.receive'"
    )
    assert sum(row["n"] for row in changes) == 2000
    assert max(row["n"] for row in changes) <= 64


async def test_cut_and_slowed_connections_lose_nothing_and_double_nothing(
    dovecot: Dovecot, fetching_desk: FetchingDesk
) -> None:
    chance = random.Random(4)
    dovecot.deliver(*(mail(n, size=chance.choice([0, 0, 2000, 60_000])) for n in range(60)))

    def plan(number: int) -> Spoiler:
        if number > 120:
            return Spoiler()
        return Spoiler(cut_after=int(10 ** chance.uniform(0, 5.7)), delay=chance.choice([0, 0, 0, 0.002]))

    async with FaultProxy(dovecot.port, plan) as proxy:
        await fetching_desk.set_up(proxy.port, security="none")
        fetching_desk.start()
        await _all_come(fetching_desk, dovecot, 60)
        print(f"{proxy.connections} connections, {proxy.spoiled} cut")
        assert proxy.spoiled > 20


async def test_garbled_bytes_never_get_through_encryption(dovecot: Dovecot, fetching_desk: FetchingDesk) -> None:
    chance = random.Random(7)
    dovecot.deliver(*(mail(n, size=chance.choice([0, 3000, 40_000])) for n in range(20)))

    def plan(number: int) -> Spoiler:
        if number > 40:
            return Spoiler()
        return Spoiler(garble_at=int(10 ** chance.uniform(0, 4.7)))

    async with FaultProxy(dovecot.tls_port, plan) as proxy:
        await fetching_desk.set_up(proxy.port)
        fetching_desk.start()
        await _all_come(fetching_desk, dovecot, 20)
        print(f"{proxy.connections} connections, {proxy.spoiled} garbled")
        assert proxy.spoiled > 10


async def _all_come(mail_desk: FetchingDesk, dovecot: Dovecot, count: int) -> None:
    """Wait for all mails, hurrying those that were put off, and compare every byte."""
    deadline = time.monotonic() + scaled(90)
    while await mail_desk.value("select count(*) from mails") < count:
        assert time.monotonic() < deadline, (await mail_desk.log())[-10:]
        async with mail_desk.database.marking(mail_desk.system) as transaction:
            await transaction.execute("update fetch_leftovers set next_attempt_at = now()")
            await transaction.execute("update fetch_states set asked_at = now()")
        await asyncio.sleep(0.3)
    await mail_desk.looked()
    raws = [row["raw"] for row in await mail_desk.rows("select raw from mail_sources")]
    assert sorted(raws) == sorted(path.read_bytes() for path in dovecot.held())
