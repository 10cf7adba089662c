"""Each person is told of their own inbox: how many are unread, when it moves and when they come."""

from __future__ import annotations

import asyncio

from desk import Desk
from factories import Given
from live_process import Clients, LiveListener
from waiting import deadline


async def write(given: Given, person_id: int, *, ticket_id: int, change_id: int) -> None:
    async with given.database.marking(given.system) as transaction:
        await transaction.execute(
            """insert into notifications (workspace_id, person_id, ticket_id, change_id, reason, shown, by_mail)
               values (ctx_workspace(), $1, $2, $3, 'assigned', true, false)""",
            person_id,
            ticket_id,
            change_id,
        )
        await transaction.execute("select count_unread($1)", [person_id])


async def unread(listener: LiveListener) -> int:
    """Return what the next frame of an inbox says."""
    async with deadline(20):
        while True:
            frame = await listener.frame(20)
            if frame["type"] == "inbox":
                count: int = frame["unread"]
                return count


async def test_an_inbox_is_told_to_its_person_alone(clients: Clients, given: Given) -> None:
    ines, otto = await given.staff("Ines"), await given.staff("Otto")
    ticket = await given.ticket()
    of_ines, of_otto = await clients.listen(ines), await clients.listen(otto)
    # Later ones are told as news only once a client was looked at.
    await asyncio.sleep(1.5)
    await write(given, ines.id, ticket_id=ticket.id, change_id=1)
    assert await unread(of_ines) == 1
    await write(given, ines.id, ticket_id=ticket.id, change_id=2)
    assert await unread(of_ines) == 2
    # Who comes later is told what waits, and who has nothing is told nothing.
    assert await unread(await clients.listen(ines)) == 2
    await write(given, otto.id, ticket_id=ticket.id, change_id=3)
    assert await unread(of_otto) == 1


async def told_of_timers(listener: LiveListener) -> None:
    """Wait for the frame that says that timers moved."""
    async with deadline(20):
        while (await listener.frame(20))["type"] != "timers":
            pass


async def test_a_timer_is_told_to_every_window_of_its_person_and_to_nobody_else(clients: Clients, desk: Desk) -> None:
    ines, otto = await desk.given.staff("Ines"), await desk.given.staff("Otto")
    ticket = await desk.given.ticket()
    path = f"/tickets/{ticket.number}"
    first, second, of_otto = await clients.listen(ines), await clients.listen(ines), await clients.listen(otto)
    async with desk.client(ines) as client:
        for running in (True, False):
            assert (await client.put(f"{path}/timer", json={"running": running})).status_code == 200
            await told_of_timers(first)
            await told_of_timers(second)
        # Entering the time ends the timer.
        await client.posted(f"{path}/time-entries", {"seconds": 60, "timer": True})
        await told_of_timers(second)
        assert (await client.put(f"{path}/timer", json={"running": True})).status_code == 200
        await told_of_timers(second)
        assert (await client.delete(f"{path}/timer")).status_code == 204
        await told_of_timers(second)
    # Whoever comes back was away when it moved.
    await told_of_timers(await clients.listen(ines))
    # All that otto heard until he is told of his own inbox.
    await write(desk.given, otto.id, ticket_id=ticket.id, change_id=1)
    heard = []
    async with deadline(20):
        while "inbox" not in heard:
            heard.append((await of_otto.frame(20))["type"])
    assert "timers" not in heard
