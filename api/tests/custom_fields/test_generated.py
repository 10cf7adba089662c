"""Naughty strings in every kind of text, and generated conditions against a plain evaluation; plans of lists."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from made_fields import field_of

from atum_desk.conditions.public import Leaf
from atum_desk.custom_fields.checks import WrongValue, stored_of
from atum_desk.custom_fields.models import FieldKind
from atum_desk.tickets.narrowed_list import narrowed
from atum_desk.tickets.queries import conditions, lists
from atum_desk.tickets.queries.fields import register_of
from atum_desk.tickets.schemas import TicketFilter
from desk import Client, Desk

MATERIAL = Path(os.environ.get("ATUM_MATERIAL") or Path(__file__).resolve().parents[3] / "../shared/material")
NAUGHTY = MATERIAL / "naughty-strings" / "blns.json"
TEXTS: tuple[FieldKind, ...] = ("text", "long_text", "url", "email", "phone")
COLORS = ("red", "blue", "green")
UTC = ZoneInfo("UTC")


@pytest.mark.skipif(
    not NAUGHTY.exists(), reason=f"test material naughty-strings is not at {MATERIAL} (set ATUM_MATERIAL)"
)
async def test_naughty_strings_are_kept_or_refused_in_every_kind_of_text(desk: Desk) -> None:
    """What a check takes is stored and read again as it is; what it refuses is a problem with a reason."""
    strings = [one for one in msgspec.json.decode(NAUGHTY.read_bytes(), type=list[str]) if one.strip()]
    client = await desk.administrator()
    fields = {}
    # Each ticket holds one string of each kind, 120 of them.
    for kind in TEXTS:
        await client.posted("/custom-fields", {"entity": "ticket", "name": kind, "key": kind, "kind": kind})
        fields[kind] = field_of(kind)
    ticket = await desk.given.ticket()
    taken, faults = 0, set()
    for text in strings[:: max(1, len(strings) // 120)]:
        given = {}
        for kind, field in fields.items():
            try:
                given[kind] = stored_of(field, text)
            except WrongValue as wrong:
                faults.add(wrong.fault.code)
        changed = await client.patched(f"/tickets/{ticket.number}", {"fields": dict.fromkeys(given, text)})
        assert {kind: changed["fields"][kind] for kind in given} == given
        taken += len(given)
    assert taken > 150
    assert faults >= {"custom_field.no_url", "field.not_an_address", "custom_field.no_phone"}


async def plant(desk: Desk, client: Client, random: Random) -> dict[int, dict[str, Any]]:
    """Make fields of four kinds and 24 tickets with values of some; return these by ticket number."""
    options = [{"name": one, "key": one} for one in COLORS]
    for key, kind in (("c", "choice"), ("m", "multiple_choice"), ("n", "number"), ("d", "date")):
        given = {"options": options} if key in "cm" else {}
        await client.posted("/custom-fields", {"entity": "ticket", "name": key, "key": key, "kind": kind, **given})
    planted = {}
    for _ in range(24):
        values: dict[str, Any] = {
            "c": random.choice(COLORS),
            "m": sorted(random.sample(COLORS, random.randint(1, 3)), key=COLORS.index),
            "n": random.choice((-1.5, 0, 2, 7.25)),
            "d": date(2026, random.randint(1, 3), random.randint(1, 28)).isoformat(),
        }
        kept = {key: value for key, value in values.items() if random.random() < 0.7}
        ticket = await desk.given.ticket()
        await client.patched(f"/tickets/{ticket.number}", {"fields": kept})
        planted[ticket.number] = kept
    return planted


def cases(random: Random) -> Iterator[tuple[str, Any]]:
    """Yield texts of conditions, and what they ask of a ticket's values, in Python."""
    for _ in range(12):
        one, other = random.choice(COLORS), random.choice(COLORS)
        number, day = random.choice((-1.5, 0, 2, 7.25)), f"2026-0{random.randint(1, 3)}-{random.randint(10, 28)}"
        yield f"field.c:{one},{other}", lambda v, a=one, b=other: v.get("c") in (a, b)
        yield f"-field.m:{one}", lambda v, a=one: a not in v.get("m", ())
        yield f"field.n:>={number}", lambda v, n=number: "n" in v and v["n"] >= n
        yield f"-field.n:{number}", lambda v, n=number: v.get("n") != n
        yield f"field.d:<{day}", lambda v, d=day: "d" in v and v["d"] < d
        yield f"field.d:>{day[:7]}", lambda v, d=day: "d" in v and v["d"][:7] > d[:7]
        yield (
            f"(field.c:{one} or field.m:{other}) -field.d:none",
            lambda v, a=one, b=other: (v.get("c") == a or b in v.get("m", ())) and "d" in v,
        )
        yield f"-(field.c:{one} field.n:any)", lambda v, a=one: not (v.get("c") == a and "n" in v)


@pytest.mark.parametrize("seed", [1, 2])
async def test_conditions_find_what_a_plain_evaluation_finds(desk: Desk, seed: int) -> None:
    random, client = Random(seed), await desk.administrator()
    planted = await plant(desk, client, random)
    for text, holds in cases(random):
        page = await client.got("/tickets", view="all", q=text, limit=200)
        found = {one["number"] for one in page["items"]}
        assert found == {number for number, values in planted.items() if holds(values)}, text


async def test_a_stored_condition_on_a_field_that_is_gone_matches_nothing(desk: Desk) -> None:
    agent = await desk.given.staff(role="Administrator")
    client = desk.client(agent)
    await plant(desk, client, Random(3))
    async with desk.database.reading(agent.actor) as transaction:
        register, before = await register_of(transaction), Leaf("field.c", "is_not", ("red",))
        reader = conditions.reader_of(agent.actor, UTC)
        wanted = narrowed(TicketFilter(view="all"), before, reader, register)
        assert (await lists.read_tickets_in(transaction, wanted, None, 50)).items
    await client.patched("/custom-fields/c", {"active": False})
    async with desk.database.reading(agent.actor) as transaction:
        register = await register_of(transaction)
        wanted = narrowed(TicketFilter(view="all"), before, reader, register)
        assert (await lists.read_tickets_in(transaction, wanted, None, 50)).items == []


async def test_a_text_without_custom_fields_costs_no_statement_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def read(_transaction: object) -> str:
        asked.append(1)
        return "[]"

    monkeypatch.setattr("atum_desk.tickets.queries.fields.read_fields_text", read)
    client = await desk.administrator()
    await client.got("/tickets", q="status:open -tag:vpn printer")
    assert asked == []
    await client.get("/tickets", params={"q": "field.c:red"})
    assert asked == [1]


async def test_one_value_leads_the_list_in_every_order(desk: Desk) -> None:
    """Keys follow their tickets: another team, another priority, resolved and opened again."""
    client = await desk.administrator()
    planted = await plant(desk, client, Random(4))
    red = {number for number, values in planted.items() if values.get("c") == "red"}
    team = await desk.given.team()
    for place, number in enumerate(sorted(planted)):
        change = [{"priority": "urgent"}, {"team_id": team}, {"status": "resolved"}][place % 3]
        await client.patched(f"/tickets/{number}", change)
    for view in ("all", "all_open"):
        for sort in ("-updated_at", "updated_at", "-priority", "number", "-number"):
            all_of = (await client.got("/tickets", view=view, sort=sort, limit=200))["items"]
            page = (await client.got("/tickets", view=view, sort=sort, q="field.c:red", limit=200))["items"]
            assert page == [one for one in all_of if one["number"] in red], (view, sort)
