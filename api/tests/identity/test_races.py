"""What is opened while somebody's access is being ended: it ends, too, or is not opened at all."""

from __future__ import annotations

import asyncio

import pytest

from atum_desk.identity.passwords import hash_password
from desk import Client, Desk
from factories import SignedIn

OLD, NEW = "seven quiet herons wade", "eleven loud magpies dance"
# Longer than a sign-in takes, so that it is waiting by then.
WHILE_SECONDS = 2.0


@pytest.fixture
async def person(desk: Desk) -> SignedIn:
    person = await desk.given.staff()
    async with desk.database.writing(desk.given.system, "person.test") as work:
        await work.execute("select set_password($1, $2)", person.id, await hash_password(OLD))
    return person


def credentials(person: SignedIn, password: str = OLD) -> dict[str, str]:
    return {"email": f"agent{person.id}@atum.localhost", "password": password}


async def open_ones(desk: Desk, person: SignedIn) -> int:
    return await desk.value("select count(*) from sessions where person_id = $1", person.id)


async def test_a_sign_in_with_the_old_password_during_a_reset_opens_nothing(desk: Desk, person: SignedIn) -> None:
    hashed = await hash_password(NEW)
    async with desk.database.writing(desk.given.system, "person.test") as work:
        await work.execute("select set_password($1, $2)", person.id, hashed)
        await work.execute("select end_sessions($1)", person.id)
        signing_in = asyncio.create_task(desk.client().post("/session", json=credentials(person)))
        await asyncio.sleep(WHILE_SECONDS)
        assert not signing_in.done()
    answer = await signing_in
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_failed")
    assert await open_ones(desk, person) == 0
    again = await desk.client().post("/session", json=credentials(person, NEW))
    assert again.status_code == 200


async def test_a_sign_in_just_before_a_reset_ends_what_it_began_is_ended_by_it(desk: Desk, person: SignedIn) -> None:
    client = desk.client()
    hashed = await hash_password(NEW)
    async with desk.database.writing(desk.given.system, "person.test") as work:
        await work.execute("select set_password($1, $2)", person.id, hashed)
        await client.posted("/session", credentials(person), status=200)
        await work.execute("select end_sessions($1)", person.id)
    assert (await client.get("/me")).status_code == 401
    assert await open_ones(desk, person) == 0


async def test_a_token_made_while_its_makers_session_is_being_ended_is_not_made(desk: Desk, person: SignedIn) -> None:
    client: Client = desk.client(person)
    async with desk.database.writing(desk.given.system, "person.test") as work:
        await work.execute("select end_sessions($1)", person.id)
        making = asyncio.create_task(client.post("/me/tokens", json={"name": "late"}))
        await asyncio.sleep(WHILE_SECONDS)
        assert not making.done()
    assert (await making).status_code == 401
    assert await open_ones(desk, person) == 0
