"""Contacts are found by parts of their phones, however these are written, and never by what became part of another."""

from __future__ import annotations

from typing import Any

import pytest

from atum_desk.search.word_groups import WordGroup, word_groups
from desk import Client, Desk

BERLIN = "+49 (0)30 / 1234-567"
PARTS = [
    "+49 30 1234567",
    "0049/30/1234567",
    "030 1234567",
    "030/1234-567",
    "+49 (0)30 1234",
    "(030) 1234567",
    "301234567",
    "1234-567",
    "12 34 56",
    "+4930123",
    "234",
]
OTHERS = ["+43 30 1234567", "030 1234568", "0043 30 12345", "+49 40 1234567", "12"]


async def contact(client: Client, name: str, *phones: str) -> int:
    email = f"{name.replace(' ', '.').lower()}@phones.example"
    made = await client.posted("/contacts", {"name": name, "email": email})
    body = {"phones": [{"number": one} for one in phones]}
    assert (await client.patch(f"/contacts/{made['id']}", json=body)).status_code == 200
    return made["id"]


async def found(client: Client, q: str) -> list[int]:
    return [one["id"] for one in (await client.got("/search", q=q, kinds="contacts"))["contacts"]["items"]]


async def named(client: Client, q: str) -> list[int]:
    return [one["id"] for one in (await client.got("/contacts", q=q))["items"]]


@pytest.mark.parametrize("stored", [BERLIN, "0049 30 1234567", "+49301234567", "030 1234 567"])
async def test_a_contact_is_found_by_each_way_to_write_a_part_of_the_phone(desk: Desk, stored: str) -> None:
    client = await desk.administrator()
    person = await contact(client, "Anna Berlin", "0160 555", stored)
    await contact(client, "Bruno Other", "+49 89 7654321")
    for q in PARTS:
        assert await found(client, q) == [person], q
        assert await named(client, q) == [person], q
    for q in OTHERS:
        # A number without country may be of any.
        if not (stored == "030 1234 567" and "43 30" in q):
            assert await found(client, q) == [], q
            assert await named(client, q) == [], q


async def test_the_phone_stands_beside_names_and_is_marked(desk: Desk) -> None:
    client = await desk.administrator()
    person = await contact(client, "Anna Berlin", BERLIN, "0160 9999")
    await contact(client, "Anna Munich", "+49 89 1234567")
    answer = await client.got("/search", q="anna 030 1234", kinds="contacts")
    [one] = answer["contacts"]["items"]
    assert one["id"] == person
    assert one["phones"] == [
        [{"text": "+49 (0)", "marked": False}, {"text": "30 / 1234", "marked": True}, {"text": "-567", "marked": False}]
    ]
    assert await found(client, "munich 030 1234") == []


async def test_phones_beyond_the_names_walked_are_found_by_their_trigrams(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from atum_desk.search.queries import contacts

    client = await desk.administrator()
    for n in range(8):
        await contact(client, f"A{n} Before", f"040 22{n}")
    person = await contact(client, "Zoe Last", BERLIN)
    assert "$5, 2000" in contacts.CONTACTS
    monkeypatch.setattr(contacts, "CONTACTS", contacts.CONTACTS.replace("$5, 2000", "$5, 4"))
    monkeypatch.setattr(contacts, "WALKED_FOR_NUMBERS", (3,))
    for q in ("030 1234", "+49 30 12 34 56", "zoe 030 1234"):
        assert await found(client, q) == [person], q


async def offered(client: Client, name: str) -> set[tuple[str, int]]:
    """Return all that pickers and searches offer of a name, by where and id."""
    offers: set[tuple[str, int]] = set()
    searched = await client.got("/search", q=name)
    for kind in ("contacts", "organizations"):
        offers |= {("search", one["id"]) for one in searched[kind]["items"]}
    for path, query in (("/contacts", {}), ("/organizations", {}), ("/people", {"kind": "contact"})):
        offers |= {(path, one["id"]) for one in (await client.got(path, q=name, **query))["items"]}
        everything: list[dict[str, Any]] = (await client.got(path, limit=200, **query))["items"]
        offers |= {(path, one["id"]) for one in everything if name.lower() in one["name"].lower()}
    return offers


async def test_what_was_merged_is_offered_nowhere_and_its_address_leads_to_the_living_one(desk: Desk) -> None:
    client = await desk.administrator()
    old = await contact(client, "Oldname Person", "030 4444444")
    new = await contact(client, "Newname Person")
    old_company = (await client.posted("/organizations", {"name": "Oldname Works"}))["id"]
    new_company = (await client.posted("/organizations", {"name": "Newname Works"}))["id"]
    assert {one for _, one in await offered(client, "Oldname")} == {old, old_company}
    await client.posted(f"/contacts/{old}/merge", {"into": new}, status=200)
    await client.posted(f"/organizations/{old_company}/merge", {"into": new_company}, status=200)
    # By the address and the phone, which are the living one's now.
    assert {one for _, one in await offered(client, "Oldname") if one not in (new,)} == set()
    assert await found(client, "oldname.person@phones") == [new]
    assert await found(client, "030 4444444") == [new]
    assert await named(client, "030 4444444") == [new]
    for field, typed in (("organization", "oldname"), ("requester", "oldname")):
        answer = await client.got("/fields/completions", q=f"{field}:{typed}", at=len(f"{field}:{typed}"))
        assert "Oldname Works" not in str(answer), field
        assert "Oldname Person" not in str(answer), field


@pytest.mark.parametrize(
    ("typed", "patterns", "groups"),
    [
        ("anna 030 1234", [["anna"], ["030"], ["1234"]], [(["anna"], None), (["030", "1234"], "030 1234")]),
        ("12 34 56", [["12"], ["34"], ["56"]], [([], "12 34 56")]),
        ("12", [["12"]], [(["12"], None)]),
        ('"030 1234"', [["030"], ["1234"]], [(["030"], None), (["1234"], None)]),
        ("a or 030 1234", [["a", "030", "1234"]], [(["a", "030", "1234"], None)]),
        ("x1234", [["x1234"]], [(["x1234"], None)]),
    ],
)
def test_the_parts_of_a_number_stand_together(
    typed: str, patterns: list[list[str]], groups: list[tuple[list[str], str | None]]
) -> None:
    def words(group: WordGroup) -> list[str]:
        return group.patterns[0] if "or" in typed else [one[0] for one in group.patterns]

    assert [(words(one), one.number) for one in word_groups(patterns, typed)] == groups
