"""A file of contacts is rehearsed, carried out once, and taken back by one undo."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from atum_desk.contact_imports import jobs, plan_rows, queries
from atum_desk.contact_imports.feature import RunImport
from atum_desk.contact_imports.jobs import run_import
from desk import Client, Desk


@pytest.fixture
async def agent(shared_desk: Desk) -> Client:
    return await shared_desk.administrator()


async def upload(agent: Client, text: str, name: str = "contacts.csv") -> dict[str, Any]:
    answer = await agent.post("/contact-imports", files={"file": (name, text.encode())})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def rows_of(agent: Client, import_id: int) -> list[dict[str, Any]]:
    return (await agent.got(f"/contact-imports/{import_id}/rows", limit=100))["items"]


async def carry_out(desk: Desk, agent: Client, import_id: int) -> tuple[dict[str, Any], int]:
    answer = await agent.post(f"/contact-imports/{import_id}/start")
    assert answer.status_code == 200, answer.text
    await run_import(desk.job, RunImport(import_id=import_id))
    return await agent.got(f"/contact-imports/{import_id}"), int(answer.headers["x-change-id"])


async def people(desk: Desk) -> list[dict[str, Any]]:
    return await desk.rows(
        """select p.id, p.name, p.vip, p.external_id, p.locale, p.time_zone, p.organization_id,
                  array(select a.email from addresses a where a.person_id = p.id order by 1) as emails,
                  array(select n.number from phones n where n.person_id = p.id order by 1) as phones,
                  array(select n.text from contact_notes n where n.person_id = p.id order by 1) as notes
             from people p order by p.id"""
    )


FILE = """Name,Email,Phone,Company,ID,Language,Time zone,VIP,Note
Known Person,known@import.example,+49 30 555 01,Import Ltd,,de,Europe/Berlin,yes,Call first
New Person,new@import.example;second@import.example,,Import Ltd,imp-1,,,,
Same Person,same@import.example,,,,,,,
,bad address,,,,,,,
Ours,support@atum.localhost,,,,,,,
Twin Person,other@import.example,,,,,,,
No Address,,,,imp-2,,,,
Zone,zone@import.example,,,,,Middle/Earth,,
New Person,second@import.example,+49 30 9999999,,,,,,
"""


async def test_a_file_is_rehearsed_row_by_row_and_carried_out_as_rehearsed(shared_desk: Desk, agent: Client) -> None:
    known = await agent.posted("/contacts", {"name": "Known", "email": "known@import.example"})
    same = await agent.posted("/contacts", {"name": "Same Person", "email": "same@import.example"})
    twin = await agent.posted("/contacts", {"name": "Twin Person", "email": "twin@import.example"})
    made = await upload(agent, FILE)
    assert (made["state"], made["row_count"], made["mapping"][:5]) == (
        "ready",
        9,
        ["name", "email", "phone", "organization", "external_id"],
    )
    before = await people(shared_desk)
    rows = await rows_of(agent, made["id"])
    assert [row["outcome"] for row in rows] == [
        *("changed", "added", "unchanged", "refused", "refused", "skipped", "refused", "refused", "added")
    ]
    assert rows[0]["contact"]["id"] == known["id"]
    assert rows[0]["differences"]["name"] == ["Known", "Known Person"]
    assert rows[2]["contact"]["id"] == same["id"]
    assert rows[5]["alike"]["id"] == twin["id"]
    assert [bool(row["notices"]) for row in rows] == [row["outcome"] == "refused" for row in rows]
    assert await people(shared_desk) == before, "a rehearsal writes nothing"
    chosen = await agent.patched(f"/contact-imports/{made['id']}/rows/6", {"if_alike": "update"})
    assert chosen["outcome"] == "changed"

    done, change_id = await carry_out(shared_desk, agent, made["id"])
    assert (done["state"], done["done_rows"]) == ("done", 9)
    assert done["counts"] == {"changed": 3, "added": 1, "unchanged": 1, "refused": 4}
    page = await agent.got(f"/contacts/{known['id']}")
    assert (page["name"], page["vip"], page["language"], page["time_zone"]) == (
        "Known Person",
        True,
        "de",
        "Europe/Berlin",
    )
    assert [note["text"] for note in (await agent.got(f"/contacts/{known['id']}/notes"))["items"]] == ["Call first"]
    assert (await agent.got(f"/contacts/{twin['id']}"))["emails"] == ["twin@import.example", "other@import.example"]
    (new,) = (await agent.got("/contacts", q="second@import.example"))["items"]
    assert (new["emails"], new["organization"]["name"]) == (
        ["new@import.example", "second@import.example"],
        "Import Ltd",
    )
    assert [one["number"] for one in (await agent.got(f"/contacts/{new['id']}"))["phones"]] == ["+49 30 9999999"]

    report = await agent.get(f"/contact-imports/{made['id']}/report.csv")
    lines = list(csv.reader(io.StringIO(report.content.decode("utf-8-sig"))))
    assert [line[1] for line in lines[1:]] == [row["outcome"] for row in await rows_of(agent, made["id"])]
    assert "'+49 30 555 01" in lines[1], "what a spreadsheet takes for a formula is text"

    undone = await agent.post(f"/changes/{change_id}/undo", params={"scope": "chain"})
    assert undone.status_code == 200, undone.text
    assert await people(shared_desk) == before
    assert (await agent.got(f"/contact-imports/{made['id']}"))["undone"] is True


async def test_the_same_file_again_changes_nothing(shared_desk: Desk, agent: Client) -> None:
    text = "name,email,external id\nOnce,once@again.example,again-1\nTwo,two@again.example,\n"
    await carry_out(shared_desk, agent, (await upload(agent, text))["id"])
    before = await people(shared_desk)
    done, _ = await carry_out(shared_desk, agent, (await upload(agent, text))["id"])
    assert done["counts"] == {"unchanged": 2}
    assert await people(shared_desk) == before


@pytest.mark.parametrize("dies_in", [1, 2, 3])
async def test_an_import_that_dies_goes_on_where_it_was_and_does_nothing_twice(
    shared_desk: Desk, agent: Client, monkeypatch: pytest.MonkeyPatch, dies_in: int
) -> None:
    monkeypatch.setattr(jobs, "ROWS_AT_ONCE", 4)
    lines = [f"Person {n},person{n}@dies{dies_in}.example,note {n}" for n in range(12)]
    made = await upload(agent, "\n".join(["name,email,note", *lines]))
    before = await people(shared_desk)
    started = await agent.post(f"/contact-imports/{made['id']}/start")
    whole, calls = queries.write_outcomes, 0

    async def dies(*arguments: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == dies_in:
            raise RuntimeError("the worker is gone")
        await whole(*arguments)

    monkeypatch.setattr(queries, "write_outcomes", dies)
    with pytest.raises(RuntimeError, match="gone"):
        await run_import(shared_desk.job, RunImport(import_id=made["id"]))
    halfway = await agent.got(f"/contact-imports/{made['id']}")
    assert (halfway["state"], halfway["done_rows"]) == ("running", 4 * (dies_in - 1))
    for _ in range(2):  # a job that was delivered twice finds nothing left
        await run_import(shared_desk.job, RunImport(import_id=made["id"]))
    done = await agent.got(f"/contact-imports/{made['id']}")
    assert (done["state"], done["counts"]) == ("done", {"added": 12})
    assert len(await people(shared_desk)) == len(before) + 12
    undone = await agent.post(f"/changes/{started.headers['x-change-id']}/undo", params={"scope": "chain"})
    assert undone.status_code == 200, undone.text
    assert await people(shared_desk) == before


async def test_an_import_is_refused_what_makes_no_sense(shared_desk: Desk, agent: Client) -> None:
    made = await upload(agent, "name,email\nA,a@sense.example\n")
    path = f"/contact-imports/{made['id']}"
    assert (await agent.patch(path, json={"mapping": ["name"]})).status_code == 422
    await agent.patched(path, {"mapping": ["name", ""]})
    assert (await agent.post(f"{path}/start")).json()["code"] == "import_without_key"
    await agent.patched(path, {"mapping": ["name", "email"], "if_alike": "add"})
    assert (await agent.patch(f"{path}/rows/2", json={"if_alike": "skip"})).status_code == 404
    await carry_out(shared_desk, agent, made["id"])
    for again in (await agent.post(f"{path}/start"), await agent.patch(path, json={"if_alike": "skip"})):
        assert (again.status_code, again.json()["code"]) == (409, "import_started")
    big = await agent.post("/contact-imports", files={"file": ("c.csv", b"x" * 10_000_000)})
    assert big.status_code == 413
    nul = await agent.post("/contact-imports", files={"file": ("c.csv", b"name\n\0\n")})
    assert (nul.status_code, nul.json()["code"]) == (422, "import_unreadable")


async def test_an_import_costs_the_same_statements_for_more_rows(
    shared_desk: Desk, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rehearsal of a page is five statements and the reading of its rows, whatever the number."""
    text = "\n".join(["name,email", *(f"Bulk {n},bulk{n}@bulk.example" for n in range(120))])
    made = await upload(agent, text)
    asked: list[str] = []
    async with shared_desk.database.reading(shared_desk.given.system) as transaction:
        rows = await queries.list_rows(transaction, made["id"], 0, 200)
        fetch = transaction.fetch

        async def counted(statement: str, *values: Any) -> Any:
            asked.append(statement)
            return await fetch(statement, *values)

        monkeypatch.setattr(transaction, "fetch", counted)
        planned = await plan_rows.plan(transaction, rows, made["mapping"], "skip")
    assert (len(planned), len(asked)) == (120, 4)
