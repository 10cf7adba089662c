"""A timer is kept on the server: one runs at a time, and what it measured becomes an entry."""

from __future__ import annotations

from typing import Any

import pytest

from atum_desk.time_entries import timers
from desk import Client, Desk


async def opened(client: Client) -> int:
    ticket = await client.posted(
        "/tickets", {"subject": "Printer", "text": "It is on fire", "requester": {"email": "ann@example.org"}}
    )
    number: int = ticket["number"]
    return number


async def set_timer(client: Client, number: int, running: bool) -> dict[str, Any] | None:
    answer = await client.put(f"/tickets/{number}/timer", json={"running": running})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] | None = answer.json() if answer.content else None
    return found


async def let_pass(desk: Desk, seconds: int) -> None:
    async with desk.database.marking(desk.given.system) as transaction:
        await transaction.execute(
            "update timers set running_since = running_since - make_interval(secs => $1)", float(seconds)
        )


async def test_a_timer_runs_on_another_device_and_after_a_new_sign_in(desk: Desk) -> None:
    person = await desk.given.staff()
    here = desk.client(person)
    number = await opened(here)
    assert await set_timer(here, number, False) is None
    started = await set_timer(here, number, True)
    assert started
    assert started["running_since"]
    await let_pass(desk, 300)
    elsewhere = desk.client(await desk.given.sign_in(person.id, "staff"))
    [there] = (await elsewhere.got("/timers"))["items"]
    assert (there["number"], there["started_at"]) == (number, started["started_at"])
    assert there["seconds"] >= 300
    # To start what runs changes nothing.
    again = await set_timer(elsewhere, number, True)
    assert again
    assert again["running_since"] == there["running_since"]
    paused = await set_timer(elsewhere, number, False)
    assert paused
    assert paused["running_since"] is None
    assert paused["seconds"] >= 300
    await desk.given.staff()
    assert (await (await desk.staff()).got("/timers"))["items"] == []


async def test_one_timer_runs_at_a_time_and_none_is_lost(desk: Desk) -> None:
    client = await desk.staff()
    first, second = await opened(client), await opened(client)
    await set_timer(client, first, True)
    await let_pass(desk, 60)
    await set_timer(client, second, True)
    running, waiting = (await client.got("/timers"))["items"]
    assert (running["number"], waiting["number"], waiting["running_since"]) == (second, first, None)
    assert waiting["seconds"] >= 60
    await set_timer(client, first, True)
    await let_pass(desk, 60)
    timer = (await client.got(f"/tickets/{first}/time-entries"))["timer"]
    assert timer["seconds"] >= 120


async def test_what_was_measured_is_entered_and_ends_the_timer_in_one_change(desk: Desk) -> None:
    client = await desk.staff()
    number = await opened(client)
    await set_timer(client, number, True)
    refused = await client.post(f"/tickets/{number}/time-entries", json={"seconds": 0, "timer": True})
    assert refused.status_code in (400, 422)
    assert len((await client.got("/timers"))["items"]) == 1
    await client.posted(f"/tickets/{number}/time-entries", {"seconds": 61, "timer": True})
    assert (await client.got("/timers"))["items"] == []
    await set_timer(client, number, True)
    assert (await client.delete(f"/tickets/{number}/timer")).status_code == 204
    told = await client.got(f"/tickets/{number}/time-entries")
    assert (told["timer"], told["seconds"], len(told["items"])) == (None, 61, 1)


async def test_a_timer_of_a_merged_ticket_is_shown_on_the_one_that_goes_on(desk: Desk) -> None:
    client = await desk.administrator()
    first, second = await opened(client), await opened(client)
    await set_timer(client, first, True)
    await client.posted(f"/tickets/{first}/merge", {"into": second}, status=200)
    assert (await client.got(f"/tickets/{second}/time-entries"))["timer"]["number"] == second
    assert [one["number"] for one in (await client.got("/timers"))["items"]] == [second]
    paused = await set_timer(client, second, False)
    assert paused
    assert paused["running_since"] is None
    await client.posted(f"/tickets/{second}/time-entries", {"seconds": 5, "timer": True})
    assert (await client.got("/timers"))["items"] == []


async def test_the_number_of_timers_is_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "MOST_TIMERS", 2)
    client = await desk.staff()
    numbers = [await opened(client) for _ in range(3)]
    for number in numbers[:2]:
        await set_timer(client, number, True)
    refused = await client.put(f"/tickets/{numbers[2]}/timer", json={"running": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_timers")
    # The one that runs goes on.
    assert (await client.got("/timers"))["items"][0]["running_since"]
    assert (await set_timer(client, numbers[0], True) or {})["number"] == numbers[0]
