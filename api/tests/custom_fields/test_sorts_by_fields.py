"""Lists sorted by custom fields: exact over pages, nothing twice, tickets without a value last, led by an index."""

from __future__ import annotations

import random
from typing import Any

import pytest

from desk import Client, Desk

OPTIONS = ["Low", "Middle", "High"]
VALUES: dict[str, list[Any]] = {
    "number": [-2.5, 0, 0.000001, 7, 10_000_000_000.5, 7],
    "money": [-1, 0.01, 5, 5],
    "date": ["1969-12-31", "2026-01-01", "2026-01-01", "2030-05-05"],
    "moment": ["1969-12-31T23:59:59Z", "2026-01-01T10:00:00Z", "2026-01-01T10:00:00+01:00"],
    "choice": ["low", "high", "middle", "high"],
    "boolean": [True, False, True],
}
TICKETS = 11


async def filled(desk: Desk, kind: str, seed: int) -> tuple[Client, str, list[tuple[int, Any]]]:
    """Return an administrator, the field, and each ticket's number and value; two of three tickets have one."""
    chance = random.Random(f"{kind} {seed}")
    client = desk.client(await desk.given.staff("Ada", role="Administrator"))
    options = [{"name": one} for one in OPTIONS] if kind == "choice" else []
    settings = {"currency": "EUR"} if kind == "money" else {}
    body = {"entity": "ticket", "name": "Measure", "kind": kind, "options": options, **settings}
    key = (await client.posted("/custom-fields", body))["key"]
    tickets = []
    for place in range(TICKETS):
        ticket = await desk.given.ticket()
        value = None if place % 3 == 2 else chance.choice(VALUES[kind])
        if value is not None:
            await client.patched(f"/tickets/{ticket.number}", {"fields": {key: value}})
        if place % 5 == 4:
            await client.patched(f"/tickets/{ticket.number}", {"status": "resolved"})
        tickets.append((ticket.number, value))
    return client, key, tickets


def rank(kind: str, value: Any) -> Any:
    """Say by what values are compared, written apart from what the product does."""
    if kind == "choice":
        return [one.lower() for one in OPTIONS].index(value)
    return (
        value.replace("+01:00", "Z").replace("10:00:00Z", "09:00:00Z", "+01:00" in value) if kind == "moment" else value
    )


async def pages(client: Client, limit: int, **query: Any) -> list[int]:
    numbers: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = await client.got("/tickets", **query, limit=limit, **cursor)
        assert len(page["items"]) <= limit
        numbers += [row["number"] for row in page["items"]]
        if page["next_cursor"] is None:
            return numbers
        assert page["items"], "a page that goes on has tickets"
        cursor = {"cursor": page["next_cursor"]}


@pytest.mark.parametrize("kind", VALUES)
async def test_pages_are_in_the_order_of_the_values_and_those_without_come_last(desk: Desk, kind: str) -> None:
    client, key, tickets = await filled(desk, kind, 1)
    values = dict(tickets)
    having = sum(value is not None for value in values.values())
    for descending in (False, True):
        sort = f"{'-' if descending else ''}field.{key}"
        whole = await pages(client, 200, view="all", sort=sort)
        assert sorted(whole) == sorted(values)
        ranks = [rank(kind, values[number]) for number in whole[:having]]
        assert None not in ranks
        assert ranks == sorted(ranks, reverse=descending), (kind, sort)
        assert all(values[number] is None for number in whole[having:])
        for limit in (1, 2, having, having + 1):
            assert await pages(client, limit, view="all", sort=sort) == whole, (kind, sort, limit)
        # Narrowed, it is the same order with fewer tickets.
        listed = {row["number"] for row in (await client.got("/tickets", view="all_open", limit=200))["items"]}
        assert await pages(client, 2, view="all_open", sort=sort) == [one for one in whole if one in listed]
        text = await pages(client, 2, view="all", q="open:no", sort=sort)
        assert text == [one for one in whole if one not in listed]


async def test_ranks_follow_values_teams_and_statuses(desk: Desk) -> None:
    client, key, tickets = await filled(desk, "number", 2)
    other = await desk.given.team()
    few = desk.client(await desk.given.staff(teams=(other,), sees_all_teams=False))
    with_value = [number for number, value in tickets if value is not None]
    moved, changed, cleared = with_value[:3]
    await client.patched(f"/tickets/{moved}", {"team_id": other})
    await client.patched(f"/tickets/{changed}", {"fields": {key: -99}})
    await client.patched(f"/tickets/{cleared}", {"fields": {key: None}})
    assert await pages(few, 2, view="all", sort=f"field.{key}") == [moved]
    whole = await pages(client, 3, view="all", sort=f"field.{key}")
    assert whole[0] == changed
    assert whole.index(cleared) >= len(with_value) - 1


async def test_a_view_keeps_its_sort_and_one_that_is_gone_is_that_by_updates(desk: Desk) -> None:
    client, key, _ = await filled(desk, "date", 3)
    view = await client.posted("/views", {"name": "By date", "sort": f"-field.{key}"})
    assert view["sort"] == f"-field.{key}"
    by_view = await pages(client, 3, view=view["id"])
    assert by_view == await pages(client, 200, view="all", sort=f"-field.{key}")
    await client.patched(f"/custom-fields/{key}", {"active": False})
    assert await pages(client, 3, view=view["id"]) == await pages(client, 200, view="all", sort="-updated_at")
    for wrong in (f"field.{key}", "field.nothing"):
        assert (await client.post("/views", json={"name": "V", "sort": wrong})).status_code == 422
    assert (await client.get("/tickets", params={"sort": "subject"})).status_code == 422


async def test_text_and_people_are_no_order_of_lists(desk: Desk) -> None:
    client = desk.client(await desk.given.staff("Ada", role="Administrator"))
    for kind in ("text", "person", "multiple_choice"):
        options = [{"name": "One"}] if kind == "multiple_choice" else []
        body = {"entity": "ticket", "name": f"A {kind}", "kind": kind, "options": options}
        key = (await client.posted("/custom-fields", body))["key"]
        answer = await client.post("/views", json={"name": "V", "sort": f"field.{key}"})
        assert (answer.status_code, answer.json()["code"]) == (422, "sort_unknown")
        items = {one["key"]: one for one in (await client.got("/fields"))["items"]}
        assert items[f"field.{key}"]["sorts"] == []
