"""Whatever ends a session closes its live connections at once, and leaves everybody else's open."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import pytest

from atum_desk.identity.commands import reset_password_of
from atum_desk.identity.passwords import hash_password
from desk import Client, Desk
from factories import SignedIn
from live_process import Clients

OLD, NEW = "seven quiet herons wade", "eleven loud magpies dance"
End = Callable[[Desk, Client, SignedIn], Awaitable[None]]


async def by_new_password(desk: Desk, _admin: Client, person: SignedIn) -> None:
    async with desk.database.writing(desk.given.system, "person.test") as work:
        await work.execute("select set_password($1, $2)", person.id, await hash_password(OLD))
    elsewhere = desk.client(await desk.given.sign_in(person.id, "staff"))
    body = {"current_password": OLD, "new_password": NEW}
    assert (await elsewhere.post("/me/password", json=body)).status_code == 204


async def by_reset(_desk: Desk, admin: Client, person: SignedIn) -> None:
    await admin.posted(f"/people/{person.id}/password", status=200)


async def by_command_line(desk: Desk, _admin: Client, person: SignedIn) -> None:
    async with desk.database.writing(desk.given.system, "person.test") as work:
        await work.execute("select set_password($1, $2)", person.id, await hash_password(OLD))
    await reset_password_of(desk.database, f"agent{person.id}@atum.localhost")


async def by_deactivation(_desk: Desk, admin: Client, person: SignedIn) -> None:
    await admin.patched(f"/people/{person.id}", {"active": False})


async def by_administrator(_desk: Desk, admin: Client, person: SignedIn) -> None:
    path = f"/people/{person.id}/sessions/{person.actor.session_id}"
    assert (await admin.delete(path)).status_code == 204


async def by_administrator_with_all_others(_desk: Desk, admin: Client, person: SignedIn) -> None:
    assert (await admin.delete(f"/people/{person.id}/sessions")).status_code == 204


async def by_signing_out_elsewhere(desk: Desk, _admin: Client, person: SignedIn) -> None:
    elsewhere = desk.client(await desk.given.sign_in(person.id, "staff"))
    assert (await elsewhere.delete("/me/sessions")).status_code == 204


@pytest.mark.parametrize(
    "end",
    [
        by_new_password,
        by_reset,
        by_command_line,
        by_deactivation,
        by_administrator,
        by_administrator_with_all_others,
        by_signing_out_elsewhere,
    ],
    ids=lambda end: end.__name__,
)
async def test_a_connection_is_closed_with_its_session(desk: Desk, clients: Clients, end: End) -> None:
    person, admin = await desk.given.staff(), await desk.administrator()
    other = await clients.listen(await desk.given.staff())
    listener = await clients.listen(person)
    await end(desk, admin, person)
    began_at = time.monotonic()
    assert await listener.closed() == 4401
    assert time.monotonic() - began_at < 2
    await desk.given.ticket()
    assert (await other.change())["command"]


async def test_an_undone_activation_closes_what_was_opened_since(desk: Desk, clients: Clients) -> None:
    person, admin = await desk.given.staff(), await desk.administrator()
    await admin.patched(f"/people/{person.id}", {"active": False})
    on = await admin.patch(f"/people/{person.id}", json={"active": True})
    listener = await clients.listen(await desk.given.sign_in(person.id, "staff"))
    await admin.posted(f"/changes/{on.headers['x-change-id']}/undo", status=200)
    assert await listener.closed() == 4401
