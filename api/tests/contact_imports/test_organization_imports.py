"""A file of organizations is rehearsed, carried out once, and taken back by one undo."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from atum_desk.contact_imports import plan_organizations, plan_rows, queries
from atum_desk.contact_imports.feature import RunImport
from atum_desk.contact_imports.jobs import run_import
from atum_desk.contact_imports.read_file import read_file
from atum_desk.kernel.spreadsheet_formulas import is_formula
from desk import Client, Desk

MATERIAL = Path(os.environ.get("ATUM_MATERIAL") or Path(__file__).resolve().parents[3] / "../shared/material")
NAUGHTY = MATERIAL / "naughty-strings" / "blns.json"
FORMULAS = MATERIAL / "csv-injection" / "csv-payload.txt"
KINDS = ("text", "long_text", "number", "date", "boolean", "choice", "multiple_choice", "url", "email", "phone")


def naughty_strings() -> list[str]:
    strings = [one for one in json.loads(NAUGHTY.read_text("utf-8")) if one and "\0" not in one]
    return strings + [one for one in FORMULAS.read_text("utf-8").splitlines() if one]


@pytest.fixture
async def agent(desk: Desk) -> Client:
    client = await desk.administrator()
    tiers = [{"name": "Gold plan", "key": "gold"}, {"name": "Silver", "key": "silver"}]
    for name, kind, more in (("Tier", "choice", {"options": tiers}), ("Seats", "number", {}), ("Since", "date", {})):
        await client.posted("/custom-fields", {"entity": "organization", "name": name, "kind": kind, **more})
    return client


async def upload(agent: Client, raw: str | bytes, entity: str = "organization") -> dict[str, Any]:
    content = raw if isinstance(raw, bytes) else raw.encode()
    files = {"file": ("organizations.csv", content)}
    answer = await agent.post("/contact-imports", files=files, params={"entity": entity})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def rows_of(agent: Client, import_id: int) -> list[dict[str, Any]]:
    return (await agent.got(f"/contact-imports/{import_id}/rows", limit=100))["items"]


async def carry_out(desk: Desk, agent: Client, import_id: int) -> tuple[dict[str, Any], int]:
    answer = await agent.post(f"/contact-imports/{import_id}/start")
    assert answer.status_code == 200, answer.text
    await run_import(desk.job, RunImport(import_id=import_id))
    return await agent.got(f"/contact-imports/{import_id}"), int(answer.headers["x-change-id"])


async def organizations(desk: Desk) -> list[dict[str, Any]]:
    return await desk.rows(
        """select o.id, o.name, o.vip, o.external_id, o.locale, o.time_zone,
                  array(select d.domain from organization_domains d where d.organization_id = o.id order by 1) as domains,
                  array(select n.text from contact_notes n where n.organization_id = o.id order by 1) as notes,
                  array(select p.id from people p where p.organization_id = o.id order by 1) as people,
                  array(select coalesce(v.text_value, v.number_value::text, v.date_value::text, v.options::text)
                          from organization_field_values v where v.organization_id = o.id order by v.id) as fields
             from organizations o order by o.id"""
    )


FILE = """Company,Website,ID,Language,Time zone,VIP,Note,Tier,Seats,Since
Known Works,known.example,k-1,de,Europe/Berlin,yes,Call first,Gold plan,12,2026-01-31
New Works,https://www.new.example/about;second.example,,pt-br,,,,silver,,
Twin Works,,,,,,,,,
Other name,taken.example,,,,,,,,
,nameless.example,,,,,,,,
Wrong Works,not a domain,,,Middle/Earth,,,Bronze,many,31.01.2026
New Works,third.example,,,,,,,7,
"""


async def test_a_file_of_organizations_is_carried_out_as_rehearsed_and_undone_as_one(desk: Desk, agent: Client) -> None:
    known = await agent.posted("/organizations", {"name": "Known"})
    await agent.patched(f"/organizations/{known['id']}", {"external_id": "k-1"})
    twin = await agent.posted("/organizations", {"name": "twin works"})
    taken = await agent.posted("/organizations", {"name": "Taken", "domains": ["taken.example"]})
    person = await agent.posted("/contacts", {"name": "Ana", "email": "ana@second.example"})
    made = await upload(agent, FILE)
    assert made["mapping"] == [
        *("name", "domain", "external_id", "language", "time_zone", "vip", "note"),
        *("field.tier", "field.seats", "field.since"),
    ]
    before = await organizations(desk)
    rows = await rows_of(agent, made["id"])
    assert [row["outcome"] for row in rows] == [
        *("changed", "added", "skipped", "skipped", "refused", "refused", "added")
    ]
    assert rows[0]["contact"] == {"id": known["id"], "name": "Known"}
    assert rows[0]["differences"] == {
        "name": ["Known", "Known Works"],
        "language": ["", "de"],
        "time_zone": ["", "Europe/Berlin"],
        "vip": ["no", "yes"],
        "domain": ["", "known.example"],
        "field.tier": ["", "Gold plan"],
        "field.seats": ["", "12"],
        "field.since": ["", "2026-01-31"],
        "note": ["", "Call first"],
    }
    assert [rows[place]["alike"]["id"] for place in (2, 3)] == [twin["id"], taken["id"]]
    assert len(rows[5]["notices"]) == 7, rows[5]["notices"]
    assert await organizations(desk) == before, "a rehearsal writes nothing"
    # Merged by choice: the row of the same domain changes that organization.
    chosen = await agent.patched(f"/contact-imports/{made['id']}/rows/4", {"if_alike": "update"})
    assert chosen["differences"] == {"name": ["Taken", "Other name"]}
    refused = await agent.patched(f"/contact-imports/{made['id']}/rows/4", {"if_alike": "add"})
    assert refused["notices"] == ["taken.example belongs to Taken."]
    await agent.patched(f"/contact-imports/{made['id']}/rows/4", {"if_alike": "update"})

    done, change_id = await carry_out(desk, agent, made["id"])
    # The last row finds what the second has made, and nobody chose to change it.
    assert done["counts"] == {"changed": 2, "added": 1, "skipped": 2, "refused": 2}
    page = await agent.got(f"/organizations/{known['id']}")
    assert (page["name"], page["language"], page["time_zone"], page["vip"]) == (
        *("Known Works", "de", "Europe/Berlin", True),
    )
    assert page["fields"] == {"tier": "gold", "seats": 12, "since": "2026-01-31"}
    (new,) = (await agent.got("/organizations", q="New Works"))["items"]
    assert (new["domains"], new["language"]) == (["new.example", "second.example"], "pt-BR")
    assert (await agent.got(f"/contacts/{person['id']}"))["organization"]["id"] == new["id"]

    again, _ = await carry_out(
        desk, agent, (await upload(agent, FILE.splitlines()[0] + "\n" + FILE.splitlines()[1]))["id"]
    )
    assert again["counts"] == {"unchanged": 1}
    undone = await agent.post(f"/changes/{change_id}/undo", params={"scope": "chain"})
    assert undone.status_code == 200, undone.text
    assert await organizations(desk) == before


async def test_a_row_that_looks_like_several_organizations_changes_none(desk: Desk, agent: Client) -> None:
    await agent.posted("/organizations", {"name": "One", "domains": ["one.example"]})
    await agent.posted("/organizations", {"name": "Two"})
    made = await upload(agent, "name,domain\nTwo,one.example\n")
    await agent.patched(f"/contact-imports/{made['id']}", {"if_alike": "update"})
    (row,) = await rows_of(agent, made["id"])
    assert (row["outcome"], row["notices"]) == ("refused", ["It looks like several organizations: One, Two."])


async def test_new_contacts_begin_with_the_language_and_zone_of_their_organization(desk: Desk, agent: Client) -> None:
    body = {"name": "Oslo", "domains": ["oslo.example"], "language": "nb", "time_zone": "Europe/Oslo", "vip": True}
    made = await agent.posted("/organizations", body)
    assert (made["language"], made["time_zone"], made["vip"]) == ("nb", "Europe/Oslo", True)
    added = await agent.posted("/contacts", {"name": "Åse", "email": "ase@oslo.example"})
    body = {"subject": "S", "text": "T", "requester": {"email": "per@oslo.example", "name": "Per"}, "channel": "phone"}
    ticket = await agent.posted("/tickets", body)
    for contact_id in (added["id"], ticket["requester"]["id"]):
        contact = await agent.got(f"/contacts/{contact_id}")
        assert (contact["organization"]["id"], contact["language"], contact["time_zone"]) == (
            *(made["id"], "nb", "Europe/Oslo"),
        )
    wrong = await agent.patch(f"/organizations/{made['id']}", json={"time_zone": "Middle/Earth"})
    assert wrong.status_code == 422
    cleared = await agent.patched(f"/organizations/{made['id']}", {"language": None, "time_zone": None, "vip": False})
    assert (cleared["language"], cleared["time_zone"], cleared["vip"]) == (None, None, False)


async def test_only_whoever_edits_organizations_imports_them(desk: Desk, agent: Client) -> None:
    made = await upload(agent, "name\nA\n")
    async with desk.database.writing(desk.given.system, "role.add") as work:
        await work.execute(
            """insert into roles (workspace_id, name, permissions)
               values (ctx_workspace(), 'People only', '{contact:read,contact:edit}')"""
        )
    contacts = await desk.staff("People only")
    files = {"file": ("o.csv", b"name\nA\n")}
    assert (await contacts.post("/contact-imports", files=files, params={"entity": "organization"})).status_code == 403
    for method, path, body in (
        ("PATCH", "", {"if_alike": "add"}),
        ("PATCH", "/rows/1", {"if_alike": "add"}),
        ("POST", "/start", None),
    ):
        answer = await contacts.request(method, f"/contact-imports/{made['id']}{path}", json=body)
        assert answer.status_code == 403, answer.text
    wrong = await agent.patch(f"/contact-imports/{made['id']}", json={"mapping": ["email"]})
    assert wrong.status_code == 422
    await agent.patched(f"/contact-imports/{made['id']}", {"mapping": ["note"]})
    assert (await agent.post(f"/contact-imports/{made['id']}/start")).json()["code"] == "import_without_key"


async def test_custom_fields_of_contacts_are_imported_too(desk: Desk, agent: Client) -> None:
    await agent.posted("/custom-fields", {"entity": "contact", "name": "Trained", "kind": "boolean"})
    text = "name,email,trained\nAna,ana@fields.example,ja\nBo,bo@fields.example,perhaps\n"
    made = await upload(agent, text, "contact")
    rows = await rows_of(agent, made["id"])
    assert [(row["outcome"], row["notices"]) for row in rows] == [
        ("added", []),
        ("refused", ["Trained is neither yes nor no."]),
    ]
    await carry_out(desk, agent, made["id"])
    (ana,) = (await agent.got("/contacts", q="ana@fields.example"))["items"]
    assert ana["fields"] == {"trained": True}
    (row, _) = await rows_of(agent, (await upload(agent, text, "contact"))["id"])
    assert row["outcome"] == "unchanged"
    (row,) = await rows_of(agent, (await upload(agent, "email,trained\nana@fields.example,nein\n", "contact"))["id"])
    assert row["differences"] == {"field.trained": ["yes", "no"]}


async def test_a_page_costs_the_same_statements_for_more_rows(
    desk: Desk, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\n".join(["name,domain,tier", *(f"Bulk {n},bulk{n}.example,gold" for n in range(120))])
    made = await upload(agent, text)
    asked: list[str] = []
    async with desk.database.reading(desk.given.system) as transaction:
        rows = await queries.list_rows(transaction, made["id"], 0, 200)
        fetch = transaction.fetch

        async def counted(statement: str, *values: Any) -> Any:
            asked.append(statement)
            return await fetch(statement, *values)

        monkeypatch.setattr(transaction, "fetch", counted)
        planned = await plan_organizations.plan(transaction, rows, made["mapping"], "skip")
    # The custom fields are read in one more, as one value.
    assert (len(planned), len(asked)) == (120, 2)


def test_a_card_says_the_name_of_its_organization() -> None:
    raw = b"BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nORG:Works;Sales\nEMAIL:ana@works.example\nEND:VCARD\n"
    file = read_file("c.vcf", raw, "organization")
    assert [cell for cell, field in zip(file.rows[0], file.mapping, strict=True) if field == "name"] == ["Works"]


@pytest.mark.skipif(
    not NAUGHTY.exists(), reason=f"test material naughty-strings is not at {MATERIAL} (set ATUM_MATERIAL)"
)
@pytest.mark.parametrize(
    ("say", "columns"),
    [
        (plan_organizations.say, ("name", "domain", "external_id", "language", "time_zone", "vip", "note")),
        (
            plan_rows.say,
            *[("name", "email", "phone", "organization", "external_id", "language", "time_zone", "vip", "note")],
        ),
    ],
)
def test_every_naughty_string_is_read_in_every_column(say: Any, columns: tuple[str, ...]) -> None:
    refused = 0
    for column in columns:
        for text in naughty_strings():
            said = say(1, [text], [column], [])
            refused += bool(said.wrong)
            assert all(one.text for one in said.wrong)
    assert 0 < refused < len(columns) * len(naughty_strings())


@pytest.mark.slow("carries a thousand naughty rows out, and takes them back")
@pytest.mark.skipif(
    not NAUGHTY.exists(), reason=f"test material naughty-strings is not at {MATERIAL} (set ATUM_MATERIAL)"
)
@pytest.mark.parametrize("entity", ["organization", "contact"])
async def test_every_naughty_string_and_formula_is_kept_or_refused_in_every_column(
    desk: Desk, agent: Client, entity: str
) -> None:
    options = [{"name": "One", "key": "one"}]
    for kind in KINDS:
        more = {"options": options} if kind.endswith("choice") else {}
        body = {"entity": entity, "name": f"As {kind}", "kind": kind, **more}
        await agent.posted("/custom-fields", body)
    plain = {
        "organization": ["name", "domain", "external_id", "language", "time_zone", "vip", "note"],
        "contact": ["name", "email", "phone", "organization", "external_id", "language", "time_zone", "vip", "note"],
    }[entity]
    mapping = [*plain, *(f"field.as_{kind}" for kind in KINDS)]
    strings = naughty_strings()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(mapping)
    # What takes any text stands in one row together; what is picky stands alone, so that nothing else refuses the row.
    loose = {"note", "organization", "field.as_text", "field.as_long_text"} & set(mapping)
    count = 0
    picky = [column for column in mapping if column not in loose]
    for columns, tried in (
        (loose, strings),
        *(({one}, strings[place :: len(picky)]) for place, one in enumerate(picky)),
    ):
        for text in tried:
            count += 1
            # What the row is found by, so that the string alone decides.
            given = {"name": f"Naughty {entity} {count}"}
            if entity == "contact":
                given["email"] = f"{count}@naughty.example"
            writer.writerow([text if column in columns else given.get(column, "") for column in mapping])
    made = await upload(agent, out.getvalue().encode(), entity)
    await agent.patched(f"/contact-imports/{made['id']}", {"mapping": mapping, "if_alike": "add"})
    rehearsed: list[str] = []
    cursor = None
    while True:
        params = {"limit": 100} | ({"cursor": cursor} if cursor else {})
        page = await agent.got(f"/contact-imports/{made['id']}/rows", **params)
        rehearsed += [row["outcome"] for row in page["items"]]
        if not (cursor := page["next_cursor"]):
            break
    assert len(rehearsed) == count
    assert {"added", "refused"} <= set(rehearsed)
    kept = rehearsed[: len(strings)].count("added")
    assert kept > 0.9 * len(strings), "what takes any text takes these"
    done, change_id = await carry_out(desk, agent, made["id"])
    assert (done["state"], done["done_rows"], sum(done["counts"].values())) == ("done", count, count)
    report = await agent.get(f"/contact-imports/{made['id']}/report.csv")
    cells_of = csv.reader(io.StringIO(report.content.decode("utf-8-sig")))
    assert [cell for line in cells_of for cell in line if is_formula(cell) and not cell.startswith("'")] == []
    undone = await agent.post(f"/changes/{change_id}/undo", params={"scope": "chain"})
    assert undone.status_code == 200, undone.text
