"""Values of every kind: set, read, cleared, refused, found by conditions, told in history and undone."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from desk import Client, Desk
from factories import MadeTicket

COLORS = [{"name": "Red", "key": "red"}, {"name": "Blue", "key": "blue"}, {"name": "Green", "key": "green"}]
TREE = [
    {"name": "Hardware", "key": "hw"},
    {"name": "Pump", "key": "pump", "parent": "hw"},
    {"name": "Other", "key": "other"},
]


class Kind(msgspec.Struct, frozen=True):
    """A kind of field: how one is made, two values and how they are read, wrong ones, and conditions."""

    settings: dict[str, Any]
    first: Any
    second: Any
    wrong: tuple[Any, ...]
    # Texts that the first value meets and the second does not.
    meets: tuple[str, ...]
    # What is read of the first value, where it is not what was given.
    read: Any = None


KINDS: dict[str, Kind] = {
    "text": Kind({"kind": "text"}, "Pump 7", "Valve", (7, "a\nb", "x" * 501, "\u200b"), ("pump", '="pump 7"', "^pu")),
    "pattern": Kind(
        {"kind": "text", "pattern": "[A-Z]{2}-[0-9]+"}, "HX-21", "TR-6", ("hx-21", "HX-", "A" * 201), ("hx", "^HX-")
    ),
    "long_text": Kind({"kind": "long_text"}, "one\ntwo", "three", (7, "x" * 20_001), ("two", "^one")),
    "number": Kind(
        {"kind": "number"}, 12.5, -3, ("many", True, 1e12, "1e99", "nan", [1]), ("12.5", ">3", ">=12.50", ">-3")
    ),
    "money": Kind({"kind": "money", "currency": "EUR"}, 99.9, 5, (1.005, "x", "-"), (">5", "99.90")),
    "date": Kind(
        {"kind": "date"},
        "2026-03-01",
        "2025-12-31",
        ("2026-02-30", "2026-3-1", 7),
        ("2026-03", ">2025", ">=2026-03-01"),
    ),
    "moment": Kind(
        {"kind": "moment"},
        "2026-03-01T10:00:00+02:00",
        "2025-03-01T10:00:00Z",
        ("2026-03-01T10:00", "x", 7),
        ("2026", "2026-03-01"),
        read="2026-03-01T08:00:00+00:00",
    ),
    "choice": Kind({"kind": "choice", "options": COLORS}, "red", "blue", ("black", 7, ["red"]), ("red", "red,green")),
    "multiple": Kind(
        {"kind": "multiple_choice", "options": COLORS},
        ["green", "red"],
        ["blue"],
        ("red", ["black"], ["red", 7]),
        ("red", "green"),
        read=["red", "green"],
    ),
    "tree": Kind({"kind": "tree", "options": TREE}, "pump", "other", ("valve", ["pump"]), ("pump", "hw")),
    "boolean": Kind({"kind": "boolean"}, True, False, ("yes", 1), ("yes", "true")),
    "url": Kind(
        {"kind": "url"}, "https://example.com/a?b=c", "http://x.example", ("ftp://x", "x", "https://"), ("example.com",)
    ),
    "email": Kind(
        {"kind": "email"}, "mina@example.com", "b@example.com", ("mina", "a@b@c"), ("mina", "=mina@example.com")
    ),
    "phone": Kind({"kind": "phone"}, "+49 (30) 123-4", "110", ("abc", "1", "+" * 5), ("+49", '"^+49 (30)"')[:1]),
}


async def administrator(desk: Desk) -> Client:
    return desk.client(await desk.given.staff(role="Administrator"))


async def add(client: Client, **settings: Any) -> dict[str, Any]:
    return await client.posted("/custom-fields", {"entity": "ticket", "name": "Field", "key": "f", **settings})


async def fields_of(client: Client, ticket: MadeTicket) -> dict[str, Any]:
    return (await client.got(f"/tickets/{ticket.number}"))["fields"]


async def found(client: Client, text: str) -> set[int]:
    page = await client.got("/tickets", view="all", q=text, limit=200)
    return {one["number"] for one in page["items"]}


async def undo_last(client: Client) -> None:
    [newest] = (await client.got("/changes", limit=1))["items"]
    await client.posted(f"/changes/{newest['id']}/undo", status=200)


async def set_field(client: Client, ticket: MadeTicket, value: Any) -> dict[str, Any]:
    return await client.patched(f"/tickets/{ticket.number}", {"fields": {"f": value}})


@pytest.mark.parametrize("name", KINDS)
async def test_a_kind_is_set_found_cleared_and_undone(desk: Desk, name: str) -> None:
    kind, client = KINDS[name], await administrator(desk)
    await add(client, **kind.settings)
    first, second, without = [await desk.given.ticket() for _ in range(3)]
    read = kind.first if kind.read is None else kind.read
    changed = await set_field(client, first, kind.first)
    assert changed["fields"] == {"f": read}
    assert changed["version"] > 1
    await set_field(client, second, kind.second)
    for text in kind.meets:
        assert await found(client, f"field.f:{text}") == {first.number}, text
        assert await found(client, f"-field.f:{text}") == {second.number, without.number}, text
    if name != "boolean":
        assert await found(client, "field.f:none") == {without.number}
        assert await found(client, "field.f:any") == {first.number, second.number}
    await set_field(client, first, kind.second)
    await undo_last(client)
    assert await fields_of(client, first) == {"f": read}
    assert (await set_field(client, first, None))["fields"] == {}
    assert await found(client, f"field.f:{kind.meets[0]}") == set()
    await undo_last(client)
    assert await fields_of(client, first) == {"f": read}
    assert await found(client, f"field.f:{kind.meets[0]}") == {first.number}


@pytest.mark.parametrize("name", KINDS)
async def test_a_wrong_value_of_a_kind_is_refused_and_says_why(desk: Desk, name: str) -> None:
    kind, client = KINDS[name], await administrator(desk)
    await add(client, **kind.settings)
    ticket = await desk.given.ticket()
    for wrong in kind.wrong:
        answer = await client.patch(f"/tickets/{ticket.number}", json={"fields": {"f": wrong}})
        assert answer.status_code == 422, (wrong, answer.text)
        [error] = answer.json()["errors"]
        assert error["field"] == "fields.f", wrong
        assert error["message"], wrong
    assert await fields_of(client, ticket) == {}


async def test_people_and_organizations_are_looked_for_and_shown_by_name(desk: Desk) -> None:
    client = await administrator(desk)
    agent, contact = await desk.given.staff("Mina"), await desk.given.contact("Ada", "ada@example.com")
    organization = await desk.given.organization("Pumps", "pumps.example")
    rows = {"person": agent.id, "contact": contact, "organization": organization}
    for kind in rows:
        await add(client, kind=kind, key=kind, name=kind)
    ticket = await desk.given.ticket()
    changed = await client.patched(f"/tickets/{ticket.number}", {"fields": rows})
    assert changed["fields"] == {
        "person": {"id": agent.id, "name": "Mina"},
        "contact": {"id": contact, "name": "Ada"},
        "organization": {"id": organization, "name": "Pumps"},
    }
    for text in (
        "field.person:Mina",
        "field.contact:ada@example.com",
        "field.organization:Pumps",
        f"field.contact:{contact}",
    ):
        assert await found(client, text) == {ticket.number}, text
    assert await found(desk.client(agent), "field.person:me") == {ticket.number}
    assert await found(client, "field.person:me") == set()
    for kind, wrong in (("person", contact), ("contact", agent.id), ("organization", 999_999)):
        answer = await client.patch(f"/tickets/{ticket.number}", json={"fields": {kind: wrong}})
        assert [one["field"] for one in answer.json()["errors"]] == [f"fields.{kind}"]


async def test_history_says_each_field_with_the_names_of_its_options(desk: Desk) -> None:
    client = await administrator(desk)
    await add(client, kind="tree", options=TREE, name="Cause")
    await add(client, kind="multiple_choice", options=COLORS, key="colors", name="Colors")
    ticket = await desk.given.ticket()
    await client.patched(f"/tickets/{ticket.number}", {"fields": {"f": "pump", "colors": ["red"]}})
    await client.patched(f"/tickets/{ticket.number}", {"fields": {"f": None}})
    [cleared, set_] = (await client.got(f"/tickets/{ticket.number}/history"))["items"]
    assert [(one["key"], one["old"], one["new"]) for one in cleared["fields"]] == [("f", "Hardware / Pump", None)]
    assert {one["key"]: one["new"] for one in set_["fields"]} == {"f": "Hardware / Pump", "colors": ["Red"]}
    assert (set_["can_undo"], set_["undo_refusal"]["code"]) == (False, "changed_since")
    assert cleared["can_undo"] is True
    thread = (await client.got(f"/tickets/{ticket.number}"))["thread"]
    assert [one["id"] for one in thread if one["type"] == "change"] == [set_["id"], cleared["id"]]


async def test_the_undo_of_one_field_leaves_the_others(desk: Desk) -> None:
    client = await administrator(desk)
    for key in ("a", "b"):
        await add(client, kind="text", key=key, name=key)
    ticket = await desk.given.ticket()
    await client.patched(f"/tickets/{ticket.number}", {"fields": {"a": "1"}})
    [first] = (await client.got("/changes", limit=1))["items"]
    await client.patched(f"/tickets/{ticket.number}", {"fields": {"b": "2"}, "subject": "Other"})
    await client.posted(f"/changes/{first['id']}/undo", status=200)
    assert await fields_of(client, ticket) == {"b": "2"}
    await client.patched(f"/tickets/{ticket.number}", {"fields": {"a": "3"}})
    [third] = (await client.got("/changes", limit=1))["items"]
    await client.patched(f"/tickets/{ticket.number}", {"fields": {"a": "4"}})
    answer = await client.post(f"/changes/{third['id']}/undo")
    assert answer.status_code == 409
    assert await fields_of(client, ticket) == {"a": "4", "b": "2"}


async def test_a_renamed_option_keeps_its_values_and_a_retired_one_its_history(desk: Desk) -> None:
    client = await administrator(desk)
    await add(client, kind="choice", options=COLORS)
    ticket = await desk.given.ticket()
    await set_field(client, ticket, "red")
    await client.patched("/custom-fields/f", {"options": [{"key": "red", "name": "Crimson", "active": False}]})
    assert await fields_of(client, ticket) == {"f": "red"}
    assert await found(client, "field.f:red") == {ticket.number}
    answer = await client.patch(f"/tickets/{(await desk.given.ticket()).number}", json={"fields": {"f": "red"}})
    assert answer.json()["errors"][0]["code"] == "custom_field.no_option"
    [change] = (await client.got(f"/tickets/{ticket.number}/history"))["items"]
    assert change["fields"][0]["new"] == "Crimson"


async def test_a_field_out_of_use_is_shown_and_found_nowhere_and_comes_back_whole(desk: Desk) -> None:
    client = await administrator(desk)
    await add(client, kind="text")
    ticket = await desk.given.ticket()
    await set_field(client, ticket, "here")
    assert "field.f" in {one["key"] for one in (await client.got("/fields"))["items"]}
    await client.patched("/custom-fields/f", {"active": False})
    assert await fields_of(client, ticket) == {}
    assert "field.f" not in {one["key"] for one in (await client.got("/fields"))["items"]}
    answer = await client.get("/tickets", params={"q": "field.f:here"})
    assert answer.json()["code"] == "condition_invalid"
    refused = await client.patch(f"/tickets/{ticket.number}", json={"fields": {"f": "x"}})
    assert refused.json()["errors"][0]["code"] == "custom_field.unknown"
    await client.patched("/custom-fields/f", {"active": True})
    assert await found(client, "field.f:here") == {ticket.number}


async def test_contacts_and_organizations_have_fields_that_conditions_know(desk: Desk) -> None:
    client = await administrator(desk)
    for entity in ("contact", "organization"):
        await add(client, entity=entity, kind="text", key=f"{entity}_f", name="F", default=None)
    made = await client.posted("/organizations", {"name": "Pumps", "fields": {"organization_f": "gold"}})
    assert made["fields"] == {"organization_f": "gold"}
    contact = await client.posted(
        "/contacts",
        {"name": "Ada", "email": "ada@x.example", "organization_id": made["id"], "fields": {"contact_f": "4711"}},
    )
    assert contact["fields"] == {"contact_f": "4711"}
    ticket = await desk.given.ticket(requester_id=contact["id"])
    await desk.given.ticket()
    assert await found(client, "requester.field.contact_f:4711") == {ticket.number}
    assert await found(client, "organization.field.organization_f:=gold") == {ticket.number}
    changed = await client.patched(
        f"/contacts/{contact['id']}", {"fields": {"contact_f": ""}, "version": contact["version"]}
    )
    assert changed["fields"] == {}
    assert changed["version"] > contact["version"]
    await undo_last(client)
    assert (await client.got(f"/contacts/{contact['id']}"))["fields"] == {"contact_f": "4711"}
    answer = await client.patch(f"/organizations/{made['id']}", json={"fields": {"contact_f": "x"}})
    assert answer.json()["errors"][0]["code"] == "custom_field.unknown"


async def test_what_is_new_has_defaults_whoever_opens_it(desk: Desk) -> None:
    client = await administrator(desk)
    await add(client, kind="choice", options=COLORS, default="blue")
    await add(client, kind="number", key="n", name="N", default=7, ticket_types=["incident"])
    ticket = await desk.given.ticket()
    assert await fields_of(client, ticket) == {"f": "blue"}
    assert await found(client, "field.f:blue") == {ticket.number}
    opened = await client.posted(
        "/tickets",
        {
            "subject": "S",
            "text": "t",
            "requester": {"email": "r@x.example"},
            "type": "incident",
            "fields": {"f": "red"},
        },
    )
    assert opened["fields"] == {"f": "red", "n": 7}
    assert await found(client, "field.f:red") == {opened["number"]}


async def test_staff_of_other_teams_read_and_write_no_values(desk: Desk) -> None:
    client = await administrator(desk)
    await add(client, kind="choice", options=COLORS)
    ticket = await desk.given.ticket()
    await set_field(client, ticket, "red")
    other = desk.client(await desk.given.staff(teams=(await desk.given.team(),), sees_all_teams=False))
    assert await found(other, "field.f:red") == set()
    assert (await other.patch(f"/tickets/{ticket.number}", json={"fields": {"f": "blue"}})).status_code == 404


async def test_many_tickets_are_set_at_once_and_undone_at_once(desk: Desk) -> None:
    client = await administrator(desk)
    await add(client, kind="number")
    tickets = [await desk.given.ticket() for _ in range(3)]
    await set_field(client, tickets[0], 1)
    result = await client.posted(
        "/tickets/bulk", {"numbers": [one.number for one in tickets], "set": {"fields": {"f": 1}}}, status=200
    )
    assert result["refused"] == []
    assert await found(client, "field.f:1") == {one.number for one in tickets}
    await client.posted(f"/changes/{result['change_id']}/undo", status=200)
    assert await found(client, "field.f:1") == {tickets[0].number}
