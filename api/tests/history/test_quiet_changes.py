"""The list of changes among thousands that hardly anybody may see: receipts of mail, sessions, uploads."""

from __future__ import annotations

from atum_desk.history.queries import list_changes
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import ReadTransaction
from factories import Given
from live_process import rename
from rows_read import PLANS, rows_read, total

FEW, MANY = 20, 1_500


async def receive(given: Given, count: int) -> None:
    """Write the receipts of so many mails, as the mail port leaves them."""
    async with given.database.connection("atum_desk_worker") as connection:
        for _ in range(count):
            await connection.execute(
                f"begin; select atum.enter_system({given.workspace_id}), atum.open_change();"
                "select atum.finish_change('mail.receive', 'mail', null, false, '{}', null, null); commit"
            )


async def commands_seen(given: Given, actor: Actor, limit: int) -> list[str]:
    async with given.database.reading(actor) as transaction:
        return [one.command for one in await list_changes(transaction, 2**62, limit, None)]


async def test_receipts_of_mail_cost_the_list_of_changes_nothing(given: Given) -> None:
    agent, auditor = await given.staff(), await given.staff(role="Administrator")
    ticket = await given.ticket()
    for number in range(5):
        await rename(given, ticket.id, f"Subject {number}")

    async def read(transaction: ReadTransaction) -> object:
        changes = await list_changes(transaction, 2**62, 5, None)
        assert len(changes) == 5
        return changes

    async def rows(plan: str) -> list[int]:
        return [total(await rows_read(given.database, one.actor, read, plan)) for one in (agent, auditor)]

    await receive(given, FEW)
    before = [await rows(plan) for plan in PLANS]
    await receive(given, MANY)
    after = [await rows(plan) for plan in PLANS]
    for few, many in zip(before, after, strict=True):
        assert all(grown <= first + 20 for first, grown in zip(few, many, strict=True))


async def test_the_quiet_ones_are_shown_to_auditors_and_to_who_made_them(given: Given) -> None:
    agent, other = await given.staff(), await given.staff()
    auditor = await given.staff(role="Administrator")
    ticket = await given.ticket()
    await receive(given, 1)
    await rename(given, ticket.id, "Between")
    async with given.database.writing(agent.actor, "attachment.upload"):
        pass
    assert (await commands_seen(given, auditor.actor, 3)) == ["attachment.upload", "ticket.edit", "mail.receive"]
    assert (await commands_seen(given, agent.actor, 2)) == ["attachment.upload", "ticket.edit"]
    seen = await commands_seen(given, other.actor, 50)
    assert seen[0] == "ticket.edit"
    assert "mail.receive" not in seen
    async with given.database.reading(agent.actor) as transaction:
        [only] = await list_changes(transaction, 2**62, 1, ticket.number)
    assert only.command == "ticket.edit"
