"""What applying a macro costs: few statements however many actions, and not much more than a plain reply."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

import asyncpg
import pytest

from desk import Client, Desk

ACTIONS: list[dict[str, Any]] = [
    {"do": "set", "field": "priority", "value": "high"},
    {"do": "set", "field": "type", "value": "incident"},
    {"do": "assign", "to": "me"},
    {"do": "add_tags", "tags": ["printer"]},
    {"do": "status", "status": "waiting"},
]
# Eight read the macro, its condition and the ticket's values; each property is checked once, and all are written at once.
MOST_MORE_STATEMENTS = 16
MOST_TIMES_AS_LONG = 4.0
TURNS = 7


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that is sent from here on."""
    sent: list[str] = []
    for name in ("_execute", "execute"):
        original = getattr(asyncpg.Connection, name)

        def recording(connection: Any, query: str, *arguments: Any, _original: Any = original, **options: Any) -> Any:
            # With values, `execute` goes on to `_execute`.
            if _original.__name__ == "_execute" or not arguments:
                sent.append(query)
            return _original(connection, query, *arguments, **options)

        monkeypatch.setattr(asyncpg.Connection, name, recording)
    return sent


async def replied(desk: Desk, client: Client, macro_id: int | None) -> float:
    """Reply to a new ticket with a macro or without; return how many seconds that took."""
    number = (await desk.given.ticket("Printer")).number
    body = {"kind": "reply", "text": "Done"} | ({"macro_id": macro_id} if macro_id else {})
    begun = time.perf_counter()
    await client.posted(f"/tickets/{number}/messages", body)
    return time.perf_counter() - begun


async def counted(desk: Desk, client: Client, macro_id: int | None, statements: list[str]) -> int:
    number = (await desk.given.ticket("Printer")).number
    body = {"kind": "reply", "text": "Done"} | ({"macro_id": macro_id} if macro_id else {})
    statements.clear()
    await client.posted(f"/tickets/{number}/messages", body)
    return len(statements)


async def test_a_macro_with_five_actions_takes_few_statements_more_than_its_reply(
    desk: Desk, statements: list[str]
) -> None:
    client = await desk.administrator()
    new = {"name": "Five", "kind": "reply", "texts": [{"text": "x"}], "actions": ACTIONS, "condition": "status:new"}
    macro = await client.posted("/macros", new)
    for macro_id in (None, macro["id"]):
        await counted(desk, client, macro_id, statements)
    plain = await counted(desk, client, None, statements)
    five = await counted(desk, client, macro["id"], statements)
    print(f"a reply: {plain} statements; with a macro of five actions: {five}")
    assert five - plain <= MOST_MORE_STATEMENTS, statements


async def test_twenty_macros_are_judged_in_as_many_statements_as_one(desk: Desk, statements: list[str]) -> None:
    client = await desk.administrator()
    number = (await desk.given.ticket("Printer")).number
    counts = []
    for place in range(20):
        new = {"name": f"M{place}", "actions": ACTIONS, "condition": f"status:new -tag:t{place}"}
        await client.posted("/macros", new)
        if place in (0, 19):
            await client.got("/macros", ticket=number)
            statements.clear()
            await client.got("/macros", ticket=number, limit=200)
            # That the macro was written is told meanwhile, on a connection of its own.
            counts.append(sum("pg_notify" not in one for one in statements))
    assert counts[0] == counts[1]


async def test_a_macro_takes_no_more_than_a_few_times_as_long_as_its_reply(desk: Desk) -> None:
    client = await desk.administrator()
    new = {"name": "Five", "kind": "reply", "texts": [{"text": "x"}], "actions": ACTIONS}
    macro = await client.posted("/macros", new)
    plain, with_macro = [], []
    for _ in range(TURNS):
        plain.append(await replied(desk, client, None))
        with_macro.append(await replied(desk, client, macro["id"]))
        await asyncio.sleep(0)
    ratio = statistics.median(with_macro) / statistics.median(plain)
    print(f"median of a reply {statistics.median(plain) * 1000:.1f} ms, with five actions {ratio:.2f} times that")
    assert ratio < MOST_TIMES_AS_LONG
