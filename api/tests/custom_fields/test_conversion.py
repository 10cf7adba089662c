"""The type of a field is changed: rehearsed without a trace, refused while values would be lost, undone whole."""

from __future__ import annotations

from typing import Any

import pytest
from made_fields import field_of

from atum_desk.custom_fields.checks import WrongValue
from atum_desk.custom_fields.conversion import converted
from atum_desk.custom_fields.models import FieldKind
from desk import Client, Desk


async def with_values(desk: Desk, client: Client, settings: dict[str, Any], values: list[Any]) -> list[int]:
    await client.posted("/custom-fields", {"entity": "ticket", "name": "Machine", "key": "f", **settings})
    tickets = [await desk.given.ticket() for _ in values]
    for ticket, value in zip(tickets, values, strict=True):
        await client.patched(f"/tickets/{ticket.number}", {"fields": {"f": value}})
    return [ticket.number for ticket in tickets]


async def values_of(client: Client, numbers: list[int]) -> list[Any]:
    return [(await client.got(f"/tickets/{number}"))["fields"].get("f") for number in numbers]


async def test_texts_become_a_choice_and_come_back(desk: Desk) -> None:
    client = await desk.administrator()
    texts = ["HX-210", "hx-210", "HX-400", "both pumps", "unknown"]
    numbers = await with_values(desk, client, {"kind": "text", "default": "none"}, texts)
    options = [{"name": "HX-210", "key": "hx210"}, {"name": "HX-400", "key": "hx400"}]
    body: dict[str, Any] = {"kind": "choice", "options": options}
    rehearsed = await client.posted("/custom-fields/f/type", body | {"rehearse": True}, status=200)
    assert (rehearsed["converted"], rehearsed["refused"]) == (3, 2)
    assert {one["value"] for one in rehearsed["lost"]} == {"both pumps", "unknown"}
    assert await values_of(client, numbers) == texts
    refused = await client.post("/custom-fields/f/type", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "custom_field_not_converted")
    assert await values_of(client, numbers) == texts
    body["values"] = {"both pumps": "hx400", "unknown": None}
    report = await client.posted("/custom-fields/f/type", body, status=200)
    assert (report["converted"], report["cleared"], report["refused"]) == (4, 1, 0)
    assert await values_of(client, numbers) == ["hx210", "hx210", "hx400", "hx400", None]
    page = await client.got("/tickets", view="all", q="field.f:hx400")
    assert {one["number"] for one in page["items"]} == set(numbers[2:4])
    [change] = (await client.got("/changes", limit=1))["items"]
    assert change["command"] == "custom_field.convert"
    await client.posted(f"/changes/{change['id']}/undo", status=200)
    assert await values_of(client, numbers) == texts
    [field] = (await client.got("/custom-fields"))["items"]
    assert (field["kind"], field["options"], field["default"]) == ("text", [], "none")


async def test_options_are_made_of_the_values(desk: Desk) -> None:
    client = await desk.administrator()
    numbers = await with_values(desk, client, {"kind": "text"}, ["Pump", "pump", "Valve"])
    await client.posted("/custom-fields/f/type", {"kind": "choice"}, status=200)
    [field] = (await client.got("/custom-fields"))["items"]
    assert sorted(one["key"] for one in field["options"]) == ["pump", "valve"]
    assert await values_of(client, numbers) == ["pump", "pump", "valve"]


@pytest.mark.parametrize(
    ("before", "value", "after", "stored"),
    [
        ("number", 12.5, "text", "12.5"),
        ("text", " 12,5", "number", WrongValue),
        ("text", "12.5", "money", "12.5"),
        ("number", 1.234, "money", WrongValue),
        ("date", "2026-03-01", "moment", "2026-03-01T00:00:00+00:00"),
        ("moment", "2026-03-01T10:00:00+00:00", "date", "2026-03-01"),
        ("text", "2026-02-30", "date", WrongValue),
        ("text", "Yes", "boolean", True),
        ("text", "perhaps", "boolean", WrongValue),
        ("boolean", False, "text", "no"),
        ("choice", "red", "text", "Red"),
        ("tree", "dark", "text", "Red / Dark red"),
        ("choice", "red", "multiple_choice", ["red"]),
        ("multiple_choice", ["red"], "choice", ["red"]),
        ("multiple_choice", ["red", "dark"], "choice", WrongValue),
        ("text", "red, dark RED", "multiple_choice", ["red", "dark"]),
        ("text", "Gone", "choice", WrongValue),
        ("long_text", "a\nb", "text", "a b"),
        ("person", {"id": 7, "name": "Mina"}, "text", "Mina"),
        ("person", {"id": 7, "name": "Mina"}, "contact", WrongValue),
        ("text", "Mina", "person", WrongValue),
    ],
)
def test_what_a_value_becomes(before: FieldKind, value: Any, after: FieldKind, stored: Any) -> None:
    if stored is WrongValue:
        with pytest.raises(WrongValue):
            converted(field_of(before), field_of(after), value)
    else:
        assert converted(field_of(before), field_of(after), value) == stored
