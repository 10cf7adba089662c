"""Programs that answer programs: two installations over real SMTP, a desk without manners, floods."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import msgspec
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from mail_desk import MAILBOX, FakeRelay, MailDesk, eventually, letter

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.roles import LOGIN_ROLES
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.outbox.public import MailAddress, OutgoingMail, queue_mail
from free_ports import free_port
from scratch_databases import SECRET, copied_database
from suite.machine_speed import scaled

OTHER = "help@other.localhost"


@pytest.fixture
async def desks(
    cluster: str, template: str, settings: Settings, tmp_path: Path
) -> AsyncIterator[tuple[MailDesk, MailDesk]]:
    """Two installations with keys and databases of their own, each the other's relay."""
    ports = free_port(), free_port()
    async with copied_database(cluster, template) as one, copied_database(cluster, template) as two:
        desks = []
        for url, port, other, key in ((one, ports[0], ports[1], "a"), (two, ports[1], ports[0], "b")):
            own = msgspec.structs.replace(
                settings, secret=key * 40, smtp_port=port, mail_relay=f"smtp://127.0.0.1:{other}", data=tmp_path / key
            )
            # The roles' passwords are the cluster's; what the desk signs with is its own.
            database = Database(own, url, SECRET)
            await database.open(*LOGIN_ROLES, size=4)
            async with database.connection("atum_desk_worker") as connection:
                row = await connection.fetchrow("select * from mailbox_of('support@atum.localhost')")
            assert row
            desks.append(MailDesk(own, database, row["workspace_id"]))
        async with desks[1].database.writing(desks[1].system, "mailbox.edit") as work:
            await work.execute("update mailboxes set address = $1", OTHER)
        for mail_desk in desks:
            await mail_desk.rule("confirm_email_tickets", True)
            await mail_desk.start()
        yield desks[0], desks[1]
        for mail_desk in desks:
            await mail_desk.stop()
            await mail_desk.database.close()


async def quiet(*desks: MailDesk) -> None:
    """Wait until nothing is on its way in either desk, and stays so."""

    async def nothing() -> bool:
        for mail_desk in desks:
            waiting = await mail_desk.value(
                """select (select count(*) from mails where state = 'received')
                        + (select count(*) from outbox where state in ('queued', 'sending'))
                        + (select count(*) from jobs.pgqueuer where entrypoint = 'mail.confirm')"""
            )
            if waiting:
                return False
        return True

    for _ in range(4):
        await eventually(nothing, 30)
        await asyncio.sleep(0.4)


async def test_a_confirmation_of_one_desk_ends_at_the_other(desks: tuple[MailDesk, MailDesk]) -> None:
    here, there = desks
    await here.deliver(letter(sender=f"Help <{OTHER}>", subject="From desk to desk"), sender=OTHER)
    await quiet(here, there)
    sent = await here.rows("select kind, state from outbox")
    assert [(one["kind"], one["state"]) for one in sent] == [("confirmation", "sent")]
    (came,) = await there.rows("select state, reason from mails")
    assert (came["state"], came["reason"]) == ("refused", "Automatic reply")
    assert await there.value("select count(*) from outbox") == 0


async def test_an_agents_answer_to_another_desk_opens_a_ticket_there_and_nothing_answers_it(
    desks: tuple[MailDesk, MailDesk],
) -> None:
    here, there = desks
    await here.rule("confirm_email_tickets", False)
    await here.deliver(letter(sender=f"Help <{OTHER}>"), sender=OTHER)
    await here.settled(1)
    await here.rule("confirm_email_tickets", True)
    ticket_id = await here.value("select id from tickets")
    async with here.database.writing(here.system, "ticket.reply") as work:
        await queue_mail(
            work,
            here.settings,
            OutgoingMail(
                mailbox_id=await work.fetchval("select id from mailboxes"),
                kind="reply",
                recipients=[MailAddress("Help", OTHER)],
                subject="Printer",
                text="Which one?",
                ticket_id=ticket_id,
            ),
        )
    await quiet(here, there)
    assert await here.value("select count(*) from outbox") == 1
    assert await there.value("select count(*) from tickets") == 1
    assert await there.value("select count(*) from outbox") == 0
    assert await here.value("select count(*) from mails") == 1


class RudeDesk(FakeRelay):
    """A help desk that confirms every mail with a new one that hides that a program wrote it."""

    def __init__(self) -> None:
        super().__init__()
        self.answers_to = 0
        self.sent = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        _envelope, mail = self.taken[-1]
        asyncio.get_running_loop().create_task(self._confirm(mail))
        return answer

    async def _confirm(self, mail: EmailMessage) -> None:
        self.sent += 1
        message = letter(
            sender=f"Rude <{OTHER}>",
            to=str(mail["From"]),
            text="We have your request.",
            subject=f"[Rude #{self.sent}] {mail['Subject']}",
        )
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=self.answers_to, timeout=scaled(20))
        async with client:
            await client.sendmail(OTHER, [MAILBOX], message.as_bytes())


@asynccontextmanager
async def writing_to(rude: RudeDesk, settings: Settings, database: Database) -> AsyncIterator[MailDesk]:
    """A desk of ours that confirms, and the other one its relay."""
    await rude.start()
    settings = msgspec.structs.replace(settings, smtp_port=free_port(), mail_relay=f"smtp://127.0.0.1:{rude.port}")
    mail_desk = MailDesk(settings, database, 1)
    rude.answers_to = settings.smtp_port
    await mail_desk.rule("confirm_email_tickets", True)
    await mail_desk.start()
    try:
        yield mail_desk
    finally:
        await mail_desk.stop()
        await rude.stop()


async def test_a_desk_without_manners_gets_one_confirmation_too(
    settings: Settings, database: Database, given: object
) -> None:
    rude = RudeDesk()
    async with writing_to(rude, settings, database) as mail_desk:
        await mail_desk.deliver(letter(sender=f"Rude <{OTHER}>", subject="[Rude #0] Broken"), sender=OTHER)
        await quiet(mail_desk)
        assert len(rude.taken) == 1
        assert rude.sent == 1
        assert await mail_desk.value("select count(*) from outbox") == 1


class ForgetfulDesk(RudeDesk):
    """The same with a subject of its own each time, so that nothing of ours comes back."""

    async def _confirm(self, mail: EmailMessage) -> None:
        self.sent += 1
        if self.sent > 10:
            return
        text = f"Dear customer, we received your request and registered it as INC{self.sent:04}."
        message = letter(sender=f"ServiceDesk <{OTHER}>", subject=f"INC{self.sent:04}: request received", text=text)
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=self.answers_to, timeout=scaled(20))
        async with client:
            await client.sendmail(OTHER, [MAILBOX], message.as_bytes())


async def test_a_desk_that_confirms_everything_gets_two_mails_and_is_then_held(
    settings: Settings, database: Database, given: object
) -> None:
    rude = ForgetfulDesk()
    async with writing_to(rude, settings, database) as mail_desk:
        await rude._confirm(EmailMessage())
        await mail_desk.settled(3)
        await quiet(mail_desk)
        mails = await mail_desk.rows("select state, cause, reason from mails order by id")
        assert [one["state"] for one in mails] == ["ticketed", "ticketed", "quarantined"]
        assert mails[2]["cause"] == "rate"
        assert "a program, it seems" in mails[2]["reason"]
        assert len(rude.taken) == 2
        # Somebody who writes three different requests is no program; and the program is done.
        rude.sent = 10
        texts = ("My printer is broken.", "Where is my invoice of May?", "Please add Bob to the list")
        for number, text in enumerate(texts, start=4):
            await mail_desk.deliver(letter(subject=text, text=text))
            await mail_desk.settled(number)
        states = await mail_desk.rows("select state from mails order by id offset 3")
        assert [one["state"] for one in states] == ["ticketed"] * 3


async def test_a_flood_of_one_sender_waits_for_a_person(mail_desk: MailDesk) -> None:
    await mail_desk.rule("pair_ten_minutes", 3)
    await mail_desk.rule("sender_hourly", 5)
    async with mail_desk.database.writing(mail_desk.system, "mailbox.add") as work:
        await work.execute(
            """insert into mailboxes (workspace_id, address, name, team_id)
               select ctx_workspace(), 'second@atum.localhost', 'Second', team_id from mailboxes"""
        )
    for number in range(5):
        await mail_desk.deliver(letter(text=f"{number}", sender="Ann@Example.org"))
        await mail_desk.settled(number + 1)
    states = [mail["state"] for mail in await mail_desk.settled(5)]
    assert states == ["ticketed"] * 3 + ["quarantined"] * 2
    for number in range(2):
        await mail_desk.deliver(letter(text=f"b{number}"), to="second@atum.localhost")
        await mail_desk.settled(6 + number)
    mails = await mail_desk.settled(7)
    assert [mail["cause"] for mail in mails[3:]] == ["rate"] * 4
    assert "in ten minutes from Ann@Example.org to this mailbox" in mails[3]["reason"]
    assert "5 mails in an hour" in mails[5]["reason"]
    await mail_desk.deliver(letter(sender="bob@example.net"))
    assert (await mail_desk.settled(8))[7]["state"] == "ticketed"
    async with mail_desk.database.writing(mail_desk.system, "test.age") as work:
        await work.execute("update mails set received_at = received_at - interval '2 hours'")
    await mail_desk.deliver(letter(text="later"))
    assert (await mail_desk.settled(9))[8]["state"] == "ticketed"


async def test_vacation_notices_and_lists_never_answer_each_other(mail_desk: MailDesk) -> None:
    await mail_desk.rule("confirm_email_tickets", True)
    await mail_desk.deliver(
        letter(subject="Out of office: Printer", X_Auto_Response_Suppress="All", Auto_Submitted="auto-replied")
    )
    await mail_desk.deliver(letter(List_Id="<users.example.org>", List_Unsubscribe="<mailto:x@example.org>"))
    mails = await mail_desk.settled(2)
    await quiet(mail_desk)
    assert [mail["state"] for mail in mails] == ["refused", "ticketed"]
    assert await mail_desk.value("select count(*) from outbox") == 0
