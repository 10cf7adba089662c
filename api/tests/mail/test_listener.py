"""The servers that take mail: what they accept, refuse and put off."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib
import asyncpg
import msgspec
import pytest
from mail_desk import MAILBOX, MailDesk, letter

from atum_desk.kernel.jobs.handlers import WorkerContext
from atum_desk.mail.public import MailboxTarget, OfferedMail, incoming_mails
from atum_desk.mail.receiving import connection_limits, limits, listener
from atum_desk.mail.receiving.listener import start_listeners
from waiting import in_time, until


class Dialogue:
    """A raw connection: send a line, read an answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def smtp(cls, mail_desk: MailDesk) -> Dialogue:
        dialogue = cls(*await asyncio.open_connection("127.0.0.1", mail_desk.settings.smtp_port))
        assert (await dialogue.read()).startswith("220 ")
        return dialogue

    @classmethod
    async def lmtp(cls, mail_desk: MailDesk) -> Dialogue:
        dialogue = cls(*await asyncio.open_unix_connection(mail_desk.settings.lmtp_socket))
        assert (await dialogue.read()).startswith("220 ")
        return dialogue

    async def say(self, words: str | bytes) -> str:
        self.writer.write(words if isinstance(words, bytes) else words.encode() + b"\r\n")
        return await self.read()

    async def read(self) -> str:
        lines = []
        while True:
            line = (await in_time(self.reader.readline(), 10)).decode()
            lines.append(line.rstrip())
            if len(line) < 4 or line[3] != "-":
                return "\n".join(lines)

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


async def test_the_greeting_names_size_utf8_and_pipelining_and_offers_no_password_in_clear(mail_desk: MailDesk) -> None:
    talk = await Dialogue.smtp(mail_desk)
    answer = await talk.say("EHLO client.example.org")
    for word in (f"SIZE {mail_desk.settings.mail_max_bytes}", "SMTPUTF8", "8BITMIME", "PIPELINING"):
        assert f"250-{word}" in answer
    assert "AUTH" not in answer
    assert (await talk.say("AUTH PLAIN AGEAYg==")).startswith("538")
    await talk.close()


async def test_unknown_recipients_are_refused_and_known_ones_taken_in_any_case_and_with_a_plus(
    mail_desk: MailDesk,
) -> None:
    talk = await Dialogue.smtp(mail_desk)
    await talk.say("EHLO x")
    await talk.say("MAIL FROM:<ann@example.org>")
    assert (await talk.say("RCPT TO:<nobody@atum.localhost>")).startswith("550 5.1.1")
    assert (await talk.say("RCPT TO:<someone@elsewhere.example>")).startswith("550 5.1.1")
    assert (await talk.say(f"RCPT TO:<{MAILBOX.upper()}>")).startswith("250")
    assert (await talk.say("RCPT TO:<support+anything@atum.localhost>")).startswith("250")
    assert (await talk.say("RCPT TO:<postmaster@atum.localhost>")).startswith("250")
    assert (await talk.say("RCPT TO:<postmaster>")).startswith("250")
    await talk.close()


async def test_a_hundred_and_first_recipient_is_put_off(mail_desk: MailDesk) -> None:
    talk = await Dialogue.smtp(mail_desk)
    await talk.say("EHLO x")
    await talk.say("MAIL FROM:<>")
    for number in range(100):
        assert (await talk.say(f"RCPT TO:<support+{number}@atum.localhost>")).startswith("250")
    assert (await talk.say("RCPT TO:<support@atum.localhost>")).startswith("452 4.5.3")
    await talk.close()


async def test_a_mail_above_the_limit_is_refused_announced_or_not(mail_desk: MailDesk) -> None:
    await mail_desk.stop()
    small = msgspec.structs.replace(mail_desk.settings, mail_max_bytes=65536)
    listeners = await start_listeners(WorkerContext(database=mail_desk.database, settings=small, files=mail_desk.files))
    try:
        talk = await Dialogue.smtp(mail_desk)
        await talk.say("EHLO x")
        assert (await talk.say("MAIL FROM:<ann@example.org> SIZE=70000")).startswith("552")
        await talk.close()
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await mail_desk.deliver(letter(text="x" * 50 + "\n" + ("y" * 70 + "\n") * 1000))
        assert refused.value.code == 552
    finally:
        await listeners.close()
    assert await mail_desk.value("select count(*) from mails") == 0


async def test_a_line_of_half_a_megabyte_is_taken(mail_desk: MailDesk) -> None:
    raw = b"From: ann@example.org\r\nSubject: long\r\n\r\n" + b"z" * 500_000 + b"\r\n"
    await mail_desk.deliver(raw)
    await mail_desk.settled(1)
    assert await mail_desk.value("select length(raw) from mail_sources") == len(raw)


async def test_a_mail_is_kept_byte_for_byte_in_less_room_than_it_has(mail_desk: MailDesk) -> None:
    rows = b"".join(b"<tr><td>Line %d of the order</td></tr>\r\n" % n for n in range(500))
    raw = b"From: ann@example.org\r\nSubject: order\r\nContent-Type: text/html\r\n\r\n" + rows
    await mail_desk.deliver(raw)
    await mail_desk.settled(1)
    assert await mail_desk.value("select raw from mail_sources") == raw
    assert await mail_desk.value("select pg_column_size(raw) from mail_sources") < len(raw) / 3
    has_lz4 = "select 'lz4' = any(enumvals) from pg_settings where name = 'default_toast_compression'"
    used = "select pg_column_compression(raw) from mail_sources"
    assert await mail_desk.value(used) == ("lz4" if await mail_desk.value(has_lz4) else "pglz")


async def test_pipelined_commands_and_two_mails_in_one_connection_are_told_apart(mail_desk: MailDesk) -> None:
    talk = await Dialogue.smtp(mail_desk)
    await talk.say("EHLO x")
    body = letter().as_bytes().replace(b"\n", b"\r\n")
    talk.writer.write(b"MAIL FROM:<ann@example.org>\r\nRCPT TO:<support@atum.localhost>\r\nDATA\r\n")
    answers = [await talk.read() for _ in range(3)]
    assert [answer[:3] for answer in answers] == ["250", "250", "354"]
    second = letter(text="second").as_bytes().replace(b"\n", b"\r\n")
    talk.writer.write(body + b".\r\nMAIL FROM:<ann@example.org>\r\nRCPT TO:<support@atum.localhost>\r\nDATA\r\n")
    assert [(await talk.read())[:3] for _ in range(4)] == ["250", "250", "250", "354"]
    talk.writer.write(second + b".\r\nQUIT\r\n")
    assert [(await talk.read())[:3] for _ in range(2)] == ["250", "221"]
    await talk.close()
    await mail_desk.settled(2)
    assert sorted(row["text"] for row in await mail_desk.rows("select text from messages")) == [
        "It is on fire.",
        "second",
    ]


async def test_mail_is_put_off_while_the_database_is_away_and_taken_when_it_is_back(
    mail_desk: MailDesk, database_url: str, cluster: str
) -> None:
    name = urlsplit(database_url).path[1:]
    await mail_desk.stop_jobs()
    admin = await asyncpg.connect(cluster)
    try:
        await admin.execute(f"alter database {name} allow_connections false")
        await admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name)
        with pytest.raises((aiosmtplib.SMTPDataError, aiosmtplib.SMTPRecipientRefused)) as away:
            await mail_desk.deliver(letter())
        assert away.value.code == 451
    finally:
        await admin.execute(f"alter database {name} allow_connections true")
        await admin.close()
    await mail_desk.deliver(letter())
    mail_desk.start_jobs()
    mails = await mail_desk.settled(1)
    assert len(mails) == 1


async def test_one_mail_that_cannot_be_stored_does_not_refuse_its_neighbours(
    mail_desk: MailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = incoming_mails

    def broken(sender: str, recipients: dict[str, MailboxTarget], raw: bytes) -> list[OfferedMail]:
        mails = real(sender, recipients, raw)
        if b"POISON" in raw:
            return [msgspec.structs.replace(mail, dedupe_key=b"short") for mail in mails]
        return mails

    monkeypatch.setattr(listener, "incoming_mails", broken)
    letters = [letter(text="POISON" if number == 3 else f"good {number}") for number in range(8)]
    results = await asyncio.gather(*map(mail_desk.deliver, letters), return_exceptions=True)
    failed = [result for result in results if isinstance(result, BaseException)]
    assert [error.code for error in failed if isinstance(error, aiosmtplib.SMTPDataError)] == [451]
    await mail_desk.settled(7)
    assert await mail_desk.value("select count(*) from messages") == 7


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
async def test_data_is_read_right_however_the_network_cuts_it(mail_desk: MailDesk, size: int) -> None:
    body = b"..\r\n.a\r\n\n.\n\r.\r\nlast\r\n.b..c\r\n"
    head = b"From: ann@example.org\r\nSubject: cut\r\n\r\n"
    talk = await Dialogue.smtp(mail_desk)
    await talk.say("EHLO x")
    await talk.say("MAIL FROM:<ann@example.org>")
    await talk.say("RCPT TO:<support@atum.localhost>")
    await talk.say("DATA")
    stuffed = head + body.replace(b"\r\n.", b"\r\n..").replace(b"..", b"...", 1)
    wire = stuffed + b".\r\nNOOP\r\n"
    for at in range(0, len(wire), size):
        talk.writer.write(wire[at : at + size])
        await talk.writer.drain()
        await asyncio.sleep(0.001)
    assert (await talk.read()).startswith("250 2.0.0")
    assert (await talk.read()).startswith("250")
    await talk.close()
    assert await mail_desk.value("select raw from mail_sources") == head + body


async def test_an_empty_mail_is_a_mail_too_and_a_hang_up_within_the_data_is_none(mail_desk: MailDesk) -> None:
    talk = await Dialogue.smtp(mail_desk)
    await talk.say("EHLO x")
    await talk.say("MAIL FROM:<ann@example.org>")
    await talk.say("RCPT TO:<support@atum.localhost>")
    assert (await talk.say("DATA now")).startswith("501")
    await talk.say("DATA")
    assert (await talk.say(b".\r\n")).startswith("250 2.0.0")
    assert (await talk.say("DATA")).startswith("503")
    await talk.say("MAIL FROM:<ann@example.org>")
    await talk.say("RCPT TO:<support@atum.localhost>")
    await talk.say("DATA")
    talk.writer.write(b"From: ann@example.org\r\n\r\nhalf a ma")
    await talk.close()
    await asyncio.sleep(0.2)
    assert await mail_desk.value("select array_agg(length(raw)) from mail_sources") == [0]


async def test_when_too_much_is_on_the_way_large_mail_is_put_off_and_small_mail_taken(
    mail_desk: MailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mail_desk.stop()
    monkeypatch.setattr(limits, "MAX_BYTES_ON_THE_WAY", 1)
    settings = msgspec.structs.replace(mail_desk.settings, mail_max_bytes=1_100_000)
    listeners = await start_listeners(
        WorkerContext(database=mail_desk.database, settings=settings, files=mail_desk.files)
    )
    large = b"From: ann@example.org\r\n\r\n" + b"y" * 1_060_000 + b"\r\n"
    try:
        slow = []
        for _ in range(2):
            talk = await Dialogue.smtp(mail_desk)
            for line in ("EHLO x", "MAIL FROM:<a@example.org>", f"RCPT TO:<{MAILBOX}>", "DATA"):
                await talk.say(line)
            talk.writer.write(large)
            await talk.writer.drain()
            slow.append(talk)
        await asyncio.sleep(0.3)
        with pytest.raises(aiosmtplib.SMTPDataError) as busy:
            await mail_desk.deliver(large)
        assert busy.value.code == 452
        await mail_desk.deliver(letter())
        for talk in slow:
            assert (await talk.say(b".\r\n")).startswith("250 2.0.0")
            await talk.close()
        await mail_desk.deliver(large + b"again")
    finally:
        await listeners.close()
    assert await mail_desk.value("select count(*) from mails") == 4


async def test_lmtp_answers_for_every_recipient(mail_desk: MailDesk) -> None:
    talk = await Dialogue.lmtp(mail_desk)
    assert (await talk.say("EHLO x")).startswith("500")
    assert (await talk.say("LHLO x")).startswith("250")
    await talk.say("MAIL FROM:<ann@example.org>")
    await talk.say("RCPT TO:<support@atum.localhost>")
    assert (await talk.say("RCPT TO:<nobody@atum.localhost>")).startswith("550")
    await talk.say("RCPT TO:<support+x@atum.localhost>")
    assert (await talk.say("DATA")).startswith("354")
    talk.writer.write(letter().as_bytes().replace(b"\n", b"\r\n") + b".\r\n")
    assert [(await talk.read())[:3] for _ in range(2)] == ["250", "250"]
    assert (await talk.say("NOOP")).startswith("250")
    await talk.close()
    (mail,) = await mail_desk.settled(1)
    assert mail["envelope_to"] == ["support@atum.localhost", "support+x@atum.localhost"]


async def test_a_peer_that_opens_too_many_connections_is_put_off(
    mail_desk: MailDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limits, "MAX_CONNECTIONS_OF_RELAY", 2)
    first, second = await Dialogue.smtp(mail_desk), await Dialogue.smtp(mail_desk)
    third = Dialogue(*await asyncio.open_connection("127.0.0.1", mail_desk.settings.smtp_port))
    assert (await third.read()).startswith("421 4.7.0")
    assert await third.reader.read() == b""
    await third.close()
    await first.close()

    async def there_is_room() -> bool:
        fourth = Dialogue(*await asyncio.open_connection("127.0.0.1", mail_desk.settings.smtp_port))
        greeting = await fourth.read()
        await fourth.close()
        return greeting.startswith("220 ")

    await until(there_is_room)
    await second.close()


async def test_mail_for_two_workspaces_is_kept_in_both(mail_desk: MailDesk, database_url: str) -> None:
    owner = await asyncpg.connect(database_url, server_settings={"search_path": "atum, public"})
    try:
        workspace_id = await _second_workspace(owner)
    finally:
        await owner.close()
    await mail_desk.deliver(letter(), to=[MAILBOX, "help@second.localhost", "sales@second.localhost"])
    second = MailDesk(mail_desk.settings, mail_desk.database, workspace_id)
    (mail,) = await second.rows("select * from mails")
    assert mail["envelope_to"] == ["help@second.localhost", "sales@second.localhost"]
    (mail,) = await mail_desk.rows("select * from mails")
    assert mail["envelope_to"] == [MAILBOX]


async def _second_workspace(owner: asyncpg.Connection) -> int:
    async with owner.transaction():
        workspace_id = await owner.fetchval("select nextval('workspaces_id_seq')")
        await owner.execute("select enter_system($1), open_change()", workspace_id)
        await owner.execute("insert into workspaces (id, name) values ($1, 'second')", workspace_id)
        team_id = await owner.fetchval(
            "insert into teams (workspace_id, name) values ($1, 'Help') returning id", workspace_id
        )
        for address in ("help@second.localhost", "sales@second.localhost"):
            await owner.execute(
                "insert into mailboxes (workspace_id, address, name, team_id) values ($1, $2, 'Help', $3)",
                workspace_id,
                address,
                team_id,
            )
        await owner.execute("select finish_change('workspace.create', 'cli', null, false, '{}', null, null)")
    return workspace_id


async def test_a_closed_listener_takes_no_connection_and_leaves_no_socket(mail_desk: MailDesk) -> None:
    await mail_desk.stop()
    with pytest.raises(OSError, match="onnect"):
        await asyncio.open_connection("127.0.0.1", mail_desk.settings.smtp_port)
    assert not await asyncio.to_thread(Path(mail_desk.settings.lmtp_socket).exists)


async def test_at_the_end_a_mail_on_its_way_is_kept_and_who_waits_is_told_to_come_again(mail_desk: MailDesk) -> None:
    idle, sending = await Dialogue.smtp(mail_desk), await Dialogue.smtp(mail_desk)
    for line in ("EHLO a.example", "MAIL FROM:<a@example.org>", f"RCPT TO:<{MAILBOX}>"):
        assert (await sending.say(line)).startswith("250")
    assert (await sending.say("DATA")).startswith("354")
    ending = asyncio.create_task(mail_desk.stop())
    assert (await idle.read()).startswith("421 4.3.2")
    text = b"From: a@example.org\r\nSubject: On its way\r\n\r\nHello.\r\n.\r\n"
    assert (await sending.say(text)).startswith("250 2.0.0 Kept")
    await sending.close()
    await idle.close()
    await in_time(ending, 20)
    assert await mail_desk.value("select count(*) from mails") == 1
