"""Custom fields on the rows of lists: those that were asked for, and in live frames all that are short enough."""

from __future__ import annotations

from typing import Any

import msgspec

from atum_desk.kernel.database.units_of_work import READ_ONE_MOMENT
from atum_desk.tickets.list_row import MOST_TOLD_CHARACTERS, list_facts
from atum_desk.tickets.queries.row_fields import FIELDS_OF_PAGE
from desk import Client, Desk

FIELDS: tuple[dict[str, Any], ...] = (
    {"name": "Machine", "key": "machine", "kind": "choice", "options": [{"name": "HX-210", "key": "hx"}]},
    {"name": "Hours", "key": "hours", "kind": "number"},
    {"name": "Engineer", "key": "engineer", "kind": "person"},
    {"name": "Story", "key": "story", "kind": "long_text"},
)


async def desk_with_fields(desk: Desk) -> tuple[Client, list[str]]:
    """Return an administrator's client and the keys of the fields, as they were made of their names."""
    client = desk.client(await desk.given.staff("Ada", role="Administrator"))
    made = [await client.posted("/custom-fields", {"entity": "ticket", **_without_key(one)}) for one in FIELDS]
    return client, [one["key"] for one in made]


def _without_key(field: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in field.items() if name != "key"}


async def test_rows_carry_the_fields_that_were_asked_for_and_no_others(desk: Desk) -> None:
    client, keys = await desk_with_fields(desk)
    engineer = await desk.given.staff("Eli")
    filled, bare = await desk.given.ticket(), await desk.given.ticket()
    values = {"machine": "hx", "hours": 2.5, "engineer": engineer.id, "story": "long"}
    await client.patched(f"/tickets/{filled.number}", {"fields": values})
    for query in ({"view": "all"}, {"view": "all", "q": "open:yes"}, {"view": "all", "sort": "-priority"}):
        rows = await client.got("/tickets", **query, fields=",".join([*keys, "no_such"]))
        by_number = {row["number"]: row["fields"] for row in rows["items"]}
        assert by_number[filled.number] == {
            "machine": "hx",
            "hours": 2.5,
            "engineer": {"id": engineer.id, "name": "Eli"},
        }
        assert by_number[bare.number] == {}
        some = await client.got("/tickets", **query, fields="hours")
        assert {row["number"]: row["fields"] for row in some["items"]}[filled.number] == {"hours": 2.5}
        plain = await client.got("/tickets", **query)
        assert all("fields" not in row for row in plain["items"])


async def test_a_search_and_a_stored_view_carry_them_as_well(desk: Desk) -> None:
    client, _ = await desk_with_fields(desk)
    ticket = await desk.given.ticket(subject="Rotor blade")
    await client.patched(f"/tickets/{ticket.number}", {"fields": {"hours": 7}})
    view = await client.posted("/views", {"name": "Rotors", "text": "subject:rotor", "columns": ["field.hours"]})
    assert view["columns"] == ["field.hours"]
    for query in ({"view": "all", "q": "help"}, {"view": view["id"]}):
        rows = (await client.got("/tickets", **query, fields="hours"))["items"]
        assert [row["fields"] for row in rows if row["number"] == ticket.number] == [{"hours": 7}], query


async def test_a_field_out_of_use_and_a_long_text_are_no_columns(desk: Desk) -> None:
    client, _ = await desk_with_fields(desk)
    ticket = await desk.given.ticket()
    await client.patched(f"/tickets/{ticket.number}", {"fields": {"hours": 7}})
    await client.patched("/custom-fields/hours", {"active": False})
    rows = (await client.got("/tickets", view="all", fields="hours,story"))["items"]
    assert [row["fields"] for row in rows] == [{}]
    for column in ("field.hours", "field.story"):
        assert (await client.post("/views", json={"name": "V", "columns": [column]})).status_code == 422


async def test_frames_tell_what_a_list_with_every_field_tells(desk: Desk) -> None:
    client, keys = await desk_with_fields(desk)
    short, long = await desk.given.ticket(), await desk.given.ticket()
    await client.patched(f"/tickets/{short.number}", {"fields": {"machine": "hx", "hours": 1}})
    texts = [
        await client.posted("/custom-fields", {"entity": "ticket", "name": f"T{n}", "kind": "text"}) for n in range(9)
    ]
    much = {one["key"]: "x" * (MOST_TOLD_CHARACTERS // 8) for one in texts}
    await client.patched(f"/tickets/{long.number}", {"fields": much})
    async with desk.database.reading(desk.given.system, READ_ONE_MOMENT) as transaction:
        teams = [await desk.given.first_team()]
        told = await list_facts(transaction, [short.id, long.id], teams)
    listed = (await client.got("/tickets", view="all", fields=",".join(keys)))["items"]
    by_number = {row["number"]: row["fields"] for row in listed}
    assert msgspec.to_builtins(told[short.id])["fields"] == by_number[short.number] == {"machine": "hx", "hours": 1}
    assert told[long.id].fields is None


async def test_a_page_reads_values_by_their_ids(desk: Desk) -> None:
    """However many values there are: those of a ticket are one range of the primary key."""
    client, keys = await desk_with_fields(desk)
    await desk.given.ticket()
    actor = (await desk.given.staff("Bea", role="Administrator")).actor
    async with desk.database.reading(actor) as transaction:
        await transaction.execute("set local enable_seqscan = off")
        [plan] = await transaction.fetchval(f"explain (format json) {FIELDS_OF_PAGE}", [1, 2], keys)
    text = msgspec.json.encode(plan).decode()
    assert '"Index Name":"ticket_field_values_pkey"' in text
    assert "ticket_field_values" not in _seq_scans(plan["Plan"])
    del client


def _seq_scans(node: dict[str, Any]) -> list[str]:
    below = [name for one in node.get("Plans", ()) for name in _seq_scans(one)]
    return [node["Relation Name"], *below] if node["Node Type"] == "Seq Scan" else below
