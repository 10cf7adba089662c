"""Custom fields: added, changed, put out of use, ordered; what does not fit is refused, and all of it is undone."""

from __future__ import annotations

import time
from typing import Any

import pytest

from atum_desk.custom_fields.patterns import MOST_CHARACTERS, NotBounded, fits, require_bounded
from desk import Client, Desk


async def fields_of(client: Client) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for one in (await client.got("/custom-fields"))["items"]}


async def undo_last(client: Client) -> None:
    [newest] = (await client.got("/changes", limit=1))["items"]
    await client.posted(f"/changes/{newest['id']}/undo", status=200)


async def administrator(desk: Desk) -> Client:
    return desk.client(await desk.given.staff(role="Administrator"))


async def test_a_field_is_added_changed_and_each_is_undone(desk: Desk) -> None:
    client = await administrator(desk)
    colors = [{"name": "Red", "color": "#ff0000"}, {"name": "Blue"}]
    made = await client.posted(
        "/custom-fields", {"entity": "ticket", "name": "Color", "kind": "choice", "options": colors, "default": "red"}
    )
    assert (made["key"], made["default"], made["version"]) == ("color", "red", 1)
    assert [(one["key"], one["color"]) for one in made["options"]] == [("red", "#FF0000"), ("blue", None)]
    renamed = await client.patched(
        "/custom-fields/color",
        {"name": "Colour", "options": [{"key": "blue", "name": "Azure"}], "required_on": ["open"]},
    )
    assert [(one["key"], one["name"]) for one in renamed["options"]] == [("blue", "Azure"), ("red", "Red")]
    assert renamed["required_on"] == ["open"]
    await undo_last(client)
    before = (await fields_of(client))["color"]
    assert before | {"version": 0} == made | {"version": 0}
    [_, newest] = (await client.got("/changes", limit=2))["items"]
    retired = await client.patched("/custom-fields/color", {"active": False})
    assert retired["active"] is False
    await undo_last(client)
    assert (await fields_of(client))["color"]["active"] is True
    added = next(
        one for one in (await client.got("/changes", limit=10))["items"] if one["command"] == "custom_field.add"
    )
    assert newest["id"] > added["id"]


async def test_an_addition_is_undone_whole(desk: Desk) -> None:
    client = await administrator(desk)
    await client.posted(
        "/custom-fields", {"entity": "ticket", "name": "Part", "kind": "choice", "options": [{"name": "A"}]}
    )
    await undo_last(client)
    assert await fields_of(client) == {}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "number", "pattern": "[0-9]+"}, "pattern"),
        ({"kind": "text", "pattern": "(a+)+b"}, "pattern"),
        ({"kind": "text", "pattern": "("}, "pattern"),
        ({"kind": "money"}, "currency"),
        ({"kind": "text", "currency": "EUR"}, "currency"),
        ({"kind": "choice"}, "options"),
        ({"kind": "text", "options": [{"name": "A"}]}, "options"),
        ({"kind": "choice", "options": [{"name": "A"}, {"name": "a"}]}, "options"),
        ({"kind": "choice", "options": [{"name": "A", "key": "a"}, {"name": "B", "key": "a"}]}, "options"),
        ({"kind": "choice", "options": [{"name": "A", "key": "a"}, {"name": "B", "parent": "a"}]}, "options"),
        ({"kind": "tree", "options": [{"name": "A", "parent": "b"}]}, "options"),
        ({"kind": "tree", "options": [{"name": "A", "key": "a", "parent": "a"}]}, "options"),
        ({"kind": "person", "requesters": "see"}, "requesters"),
        ({"kind": "number", "default": "seven"}, "default"),
        ({"kind": "choice", "options": [{"name": "A"}], "default": "b"}, "default"),
        ({"kind": "text", "team_ids": [999_999]}, "team_ids"),
        ({"kind": "text", "entity": "contact", "required_on": ["open"]}, "required_on"),
    ],
)
async def test_what_does_not_fit_a_field_is_refused(desk: Desk, body: dict[str, Any], field: str) -> None:
    client = await administrator(desk)
    answer = await client.post("/custom-fields", json={"entity": "ticket", "name": "X", **body})
    assert answer.status_code == 422, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert await fields_of(client) == {}


async def test_a_tree_has_six_levels_and_no_option_moves_beneath_another(desk: Desk) -> None:
    client = await administrator(desk)
    levels = [{"name": f"L{n}", "key": f"l{n}", "parent": f"l{n - 1}" if n > 1 else None} for n in range(1, 8)]
    answer = await client.post(
        "/custom-fields", json={"entity": "ticket", "name": "Cause", "kind": "tree", "options": levels}
    )
    assert answer.json()["errors"][0]["code"] == "custom_field.no_tree"
    await client.posted("/custom-fields", {"entity": "ticket", "name": "Cause", "kind": "tree", "options": levels[:6]})
    moved = await client.patch("/custom-fields/cause", json={"options": [levels[5] | {"parent": "l1"}]})
    assert moved.json()["errors"][0]["code"] == "custom_field.option_moved"


async def test_names_and_keys_are_unique_and_orders_whole(desk: Desk) -> None:
    client = await administrator(desk)
    for name in ("Machine", "Serial"):
        await client.posted("/custom-fields", {"entity": "ticket", "name": name, "kind": "text"})
    twice = await client.post("/custom-fields", json={"entity": "ticket", "name": "MACHINE", "kind": "text"})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_exists")
    other = await client.posted("/custom-fields", {"entity": "contact", "name": "Machine", "kind": "text"})
    assert other["key"] == "machine_2"
    answer = await client.put("/custom-fields/order", json={"entity": "ticket", "keys": ["serial"]})
    assert answer.json()["code"] == "custom_field_order_incomplete"
    ordered = await client.put("/custom-fields/order", json={"entity": "ticket", "keys": ["serial", "machine"]})
    assert [one["key"] for one in ordered.json()["items"]] == ["serial", "machine", "machine_2"]
    conflict = await client.patch("/custom-fields/serial", json={"name": "S", "version": 99})
    assert conflict.json()["code"] == "version_conflict"
    assert (await client.patch("/custom-fields/nothing", json={"name": "S"})).status_code == 404


async def test_only_who_may_edit_fields_does(desk: Desk) -> None:
    agent = desk.client(await desk.given.staff(role="Agent"))
    answer = await agent.post("/custom-fields", json={"entity": "ticket", "name": "X", "kind": "text"})
    assert answer.json()["code"] == "permission_missing"
    assert await fields_of(agent) == {}


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+", "(a|ab)*c", "(a|b|cd){2,30}", "a*a*a*a*b", r"(x)\1", "(?=a)b", "(?<!a)b", "(.*){9}", "a{1,9999}" * 9],
)
def test_a_pattern_that_may_take_long_is_refused(pattern: str) -> None:
    with pytest.raises(NotBounded):
        require_bounded(pattern)


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("[A-Z]{2}-[0-9]{3,6}", "HX-2100", "HX2100"),
        (r"\d+(/\d)?", "12/3", "12/34"),
        ("(cat|dog)s?", "dogs", "doggs"),
        ("[a-z]+-[a-z]+-[a-z]+", "a-b-c", "a-b"),
    ],
)
def test_a_bounded_pattern_is_checked_whole_and_at_once(pattern: str, good: str, bad: str) -> None:
    require_bounded(pattern)
    assert fits(pattern, good)
    assert not fits(pattern, bad)
    started = time.process_time()
    assert not fits(pattern, "a" * (MOST_CHARACTERS - 1) + "!")
    assert time.process_time() - started < 2
