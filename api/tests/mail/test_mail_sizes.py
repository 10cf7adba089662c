"""How large a mail may be: what the relay announces is kept, what would not pass it is refused before it is queued."""

from __future__ import annotations

import os

import pytest
from mail_desk import FakeRelay, MailDesk, letter

from atum_desk.files.public import store_attachment
from atum_desk.kernel.database.units_of_work import UnitOfWork
from atum_desk.outbox.problems import MailTooLarge
from atum_desk.tickets.commands.agent_messages import answer_ticket
from atum_desk.tickets.queries.mail_limits import get_mail_limit
from atum_desk.tickets.schemas import MessageInput
from factories import Given, SignedIn


@pytest.fixture
async def agent(given: Given) -> SignedIn:
    return await given.staff("Mina Farouk", role="Administrator")


async def ask(mail_desk: MailDesk) -> int:
    await mail_desk.deliver(letter())
    await mail_desk.settled(1)
    return await mail_desk.value("select max(number) from tickets")


async def upload(mail_desk: MailDesk, agent: SignedIn, size: int) -> int:
    async with mail_desk.database.writing(agent.actor, "attachment.upload") as work:
        content = os.urandom(size)
        return await store_attachment(
            work, mail_desk.job.files, filename="log.bin", mime_type="application/octet-stream", content=content
        )


async def set_limit(mail_desk: MailDesk, agent: SignedIn, max_bytes: int | None) -> None:
    async with mail_desk.database.writing(agent.actor, "sending.edit") as work:
        await _set_limit(work, max_bytes)


async def _set_limit(work: UnitOfWork, max_bytes: int | None) -> None:
    await work.execute(
        """insert into mailbox_sending (workspace_id, mailbox_id, max_bytes)
           select workspace_id, id, $1 from mailboxes order by id limit 1
           on conflict (mailbox_id) do update set max_bytes = excluded.max_bytes""",
        max_bytes,
    )


async def limit_of(mail_desk: MailDesk, agent: SignedIn, number: int) -> int | None:
    async with mail_desk.database.reading(agent.actor) as transaction:
        return await get_mail_limit(transaction, number)


@pytest.mark.parametrize("size", [1, 57, 58, 40_000, 300_000])
async def test_what_is_counted_is_what_travels_and_never_less(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn, size: int
) -> None:
    number = await ask(mail_desk)
    await set_limit(mail_desk, agent, 100_000)
    file_id = await upload(mail_desk, agent, size)
    text = "Grüße, " * 40
    counted = None
    try:
        given = MessageInput(kind="reply", text=text, attachment_ids=[file_id])
        await answer_ticket(mail_desk.database, mail_desk.settings, agent.actor, number, given)
    except MailTooLarge as refused:
        counted = refused.data["size_bytes"]
        await set_limit(mail_desk, agent, None)
        await answer_ticket(mail_desk.database, mail_desk.settings, agent.actor, number, given)
    await mail_desk.outbox_in("sent")
    ((envelope, _),) = relay.taken
    assert isinstance(envelope.content, bytes)
    travelled = len(envelope.content)
    assert counted is not None or travelled <= 100_000
    if counted is not None:
        assert travelled <= counted <= travelled + 12_000


async def test_the_limit_that_the_relay_announces_is_kept_and_holds_until_somebody_sets_another(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn
) -> None:
    number = await ask(mail_desk)
    assert await limit_of(mail_desk, agent, number) is None
    answered = MessageInput(kind="reply", text="Hello")
    await answer_ticket(mail_desk.database, mail_desk.settings, agent.actor, number, answered)
    await mail_desk.outbox_in("sent")
    # aiosmtpd's own, which it announces by SIZE.
    assert await limit_of(mail_desk, agent, number) == 33_554_432
    await set_limit(mail_desk, agent, 200_000)
    assert await limit_of(mail_desk, agent, number) == 200_000
    # Another relay has announced nothing yet.
    async with mail_desk.database.writing(agent.actor, "sending.edit") as work:
        await work.execute("update mailbox_sending set max_bytes = null, host = 'other.example', port = 25")
    assert await limit_of(mail_desk, agent, number) is None


async def test_a_reply_that_would_not_pass_leaves_nothing_behind(
    mail_desk: MailDesk, relay: FakeRelay, agent: SignedIn
) -> None:
    number = await ask(mail_desk)
    await set_limit(mail_desk, agent, 250_000)
    before = await mail_desk.value("select count(*) from messages")
    file_id = await upload(mail_desk, agent, 200_000)
    given = MessageInput(kind="reply", text="Here it is", attachment_ids=[file_id])
    with pytest.raises(MailTooLarge) as refused:
        await answer_ticket(mail_desk.database, mail_desk.settings, agent.actor, number, given)
    assert refused.value.status == 422
    assert refused.value.data["max_bytes"] == 250_000
    assert await mail_desk.value("select count(*) from messages") == before
    assert await mail_desk.value("select count(*) from outbox") == 0
    # The file is still one's own upload: a smaller mail, or a note, takes it.
    note = MessageInput(kind="note", text="Here it is", attachment_ids=[file_id])
    await answer_ticket(mail_desk.database, mail_desk.settings, agent.actor, number, note)
    assert relay.taken == []
