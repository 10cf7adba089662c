"""Lists as CSV and XLSX: what the list shows is in the file, in its order, in the person's zone and language."""

from __future__ import annotations

import json
import random
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from exported_files import ROWS, material, read_csv, read_xlsx

from atum_desk.exports.columns import exported_fields
from atum_desk.exports.words import FOLDER, words_of
from atum_desk.kernel.spreadsheet_formulas import is_formula, neutralised
from atum_desk.tickets.register import REGISTER
from desk import Client, Desk

ZONE = "Pacific/Auckland"


async def listed(client: Client, **query: Any) -> list[int]:
    """Return the numbers of a whole list, page by page."""
    numbers: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = await client.got("/tickets", **{"limit": 7, **query, **cursor})
        numbers += [item["number"] for item in page["items"]]
        if page["next_cursor"] is None:
            return numbers
        cursor = {"cursor": page["next_cursor"]}


async def test_a_file_holds_what_people_read_of_a_ticket(desk: Desk) -> None:
    lead = await desk.given.staff("Ada Adams", role="Team lead")
    client = desk.client(lead)
    requester = await desk.given.contact("Mina", "mina@example.org")
    ticket = await desk.given.ticket("Größe; 5,5", requester_id=requester)
    await client.patched(
        f"/tickets/{ticket.number}", {"assignee_id": lead.id, "tags": ["vpn", "wlan"], "priority": "urgent"}
    )
    (row,) = await read_csv(client, columns=ROWS, zone=ZONE)
    stored = await desk.value("select created_at from tickets where id = $1", ticket.id)
    at = stored.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None, microsecond=0)
    assert row == {
        "No.": str(ticket.number),
        "Subject": "Größe; 5,5",
        "Status": "New",
        "Priority": "Urgent",
        "Assignee": "Ada Adams",
        "Requester": "Mina",
        "Requester's address": "mina@example.org",
        "Tags": "vpn, wlan",
        f"Created ({ZONE})": at.isoformat(" "),
        "Open": "Yes",
    }
    headings, cells = await read_xlsx(client, columns=ROWS, zone=ZONE)
    assert [cell.value for cell in headings] == list(row)
    assert [cell.value for cell in cells] == [
        *(ticket.number, "Größe; 5,5", "New", "Urgent", "Ada Adams", "Mina", "mina@example.org", "vpn, wlan"),
        *(at, True),
    ]
    assert [cell.data_type for cell in cells] == ["n", *"sssssss", "d", "b"]
    assert headings[0].font.b


async def test_headings_and_choices_are_in_the_persons_language(desk: Desk) -> None:
    client = await desk.staff("Team lead")
    await desk.given.ticket()
    await client.patched("/me", {"locale": "de-AT"})
    (row,) = await read_csv(client, columns="number,priority,requester,unread")
    assert row == {"Nr.": row["Nr."], "Priorität": "Normal", "Anfragender": row["Anfragender"], "Ungelesen": "Nein"}
    (row,) = await read_csv(client, columns="number", locale="en")
    assert list(row) == ["No."]


async def test_columns_stand_in_the_order_asked_for(desk: Desk) -> None:
    client = await desk.staff("Team lead")
    await desk.given.ticket()
    for columns in ("subject,number", "number,subject", "created_at,created"):
        (row,) = await read_csv(client, columns=columns)
        assert len(row) == len({REGISTER.named(one) for one in columns.split(",")})
    assert list(row) == ["Created (UTC)"]
    for columns, code in (
        ("number,nonsense", "column_unknown"),
        ("words", "column_unknown"),
        ("from", "column_unknown"),
    ):
        refused = await client.get("/tickets.csv", params={"columns": columns})
        assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_every_column_can_be_exported(desk: Desk) -> None:
    client = await desk.staff("Team lead")
    copied = await desk.given.contact("Copied", "copied@example.org")
    organization = await desk.given.organization("Alpha", "alpha.example", "beta.example")
    requester = await desk.given.contact(organization_id=organization)
    await desk.given.ticket(requester_id=requester, cc_ids=(copied,))
    preview = await client.got("/exports/preview")
    keys = [column["key"] for column in preview["columns"]]
    assert {"cc", "organization.domain", "category", "closed_at", "follow_up_of"} <= set(keys)
    (row,) = await read_csv(client, columns=",".join(keys))
    assert len(row) == len(keys)
    assert (row["Participants"], row["Organization's domain"]) == ("Copied", "alpha.example, beta.example")


def test_every_field_has_a_word_in_every_language() -> None:
    keys = {f"column.{field.key}" for field in exported_fields(REGISTER)}
    choices = {f"value.{one}" for field in exported_fields(REGISTER) for one in field.choices}
    english = words_of("en")
    assert keys | choices <= english.keys()
    for path in FOLDER.glob("*.toml"):
        assert words_of(path.stem).keys() == english.keys(), path.name


async def test_any_list_is_exported_as_it_is_shown(desk: Desk) -> None:
    """Generated lists of views, filters, conditions, words and orders; for who sees all and who sees one team."""
    lead = await desk.given.staff("Ada", role="Team lead")
    teams = [await desk.given.first_team(), await desk.given.team("Second line")]
    few = await desk.given.staff(role="Team lead", sees_all_teams=False, teams=(teams[1],))
    client, choose = desk.client(lead), random.Random(48)
    for number in range(36):
        ticket = await desk.given.ticket(
            f"Ticket {choose.choice(('vpn', 'printer', '=1+1'))}",
            team_id=choose.choice(teams),
            text=choose.choice(("the printer is slow", "nothing works", "slow again")),
        )
        change = {
            "priority": choose.choice(("low", "normal", "high", "urgent")),
            "assignee_id": choose.choice((None, lead.id)),
            "tags": choose.sample(("vpn", "wlan", "lan"), k=choose.randrange(3)),
            **({"status": choose.choice(("open", "waiting", "resolved"))} if number % 3 else {}),
        }
        await client.patched(f"/tickets/{ticket.number}", change)
    parts = ("status:open", "-tag:vpn", "assignee:me", "slow", "subject:printer or tag:lan", "priority:>=high")
    compared = 0
    for _ in range(40):
        query = {
            "view": choose.choice(("my_open", "unassigned", "all_open", "waiting", "recently_resolved", "all")),
            "sort": choose.choice(("-updated_at", "updated_at", "-created_at", "-priority", "number", "-number")),
            "q": " ".join(choose.sample(parts, k=choose.randrange(3))),
            **choose.choice(({}, {"tag": "vpn"}, {"priority": "high,urgent"}, {"assignee_id": "none"})),
        }
        for who in (client, desk.client(few)):
            shown = await listed(who, **query)
            rows = await read_csv(who, columns="number", **query)
            assert [int(row["No."]) for row in rows] == shown, query
            preview = await who.got("/exports/preview", **{k: v for k, v in query.items() if k != "sort"})
            assert (preview["tickets"], preview["is_exact"]) == (len(shown), True)
            compared += len(shown)
    assert compared > 300


async def test_batches_follow_each_other_without_a_gap(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atum_desk.exports.list_export.BATCH", 3)
    client = await desk.staff("Team lead")
    for number in range(10):
        await desk.given.ticket(f"Ticket {number}", text="slow")
    for query in ({}, {"sort": "-priority"}, {"sort": "number"}, {"q": "slow"}, {"tag": "none"}, {"status": "new"}):
        rows = await read_csv(client, columns="number", view="all", **query)
        assert [int(row["No."]) for row in rows] == await listed(client, view="all", **query), query


@pytest.mark.parametrize("kind", ["number", "choice", "date"])
async def test_an_export_sorted_by_a_custom_field_has_the_order_of_the_list(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("atum_desk.exports.list_export.BATCH", 3)
    admin = await desk.administrator()
    options = [{"name": "Low"}, {"name": "Middle"}, {"name": "High"}] if kind == "choice" else []
    by_kind: dict[str, list[Any]] = {
        "number": [3, -1.5, 7, 7],
        "choice": ["high", "low", "low"],
        "date": ["2026-01-02", "1999-12-31"],
    }
    values = by_kind[kind]
    body = {"entity": "ticket", "name": "Measure", "kind": kind, "options": options}
    key = (await admin.posted("/custom-fields", body))["key"]
    teams = [await desk.given.first_team(), await desk.given.team("Second line")]
    few = desk.client(await desk.given.staff(role="Team lead", sees_all_teams=False, teams=(teams[1],)))
    for place in range(14):
        ticket = await desk.given.ticket(f"Ticket {place}", team_id=teams[place % 2])
        value = None if place % 4 == 3 else values[place % len(values)]
        change = {"fields": {key: value}, **({"status": "resolved"} if place % 5 == 4 else {})}
        await admin.patched(f"/tickets/{ticket.number}", change)
    view = await admin.posted("/views", {"name": "By measure", "sort": f"-field.{key}", "scope": "shared"})
    lists: list[dict[str, Any]] = [
        {"view": name, "sort": f"{sign}field.{key}", **more}
        for name in ("all", "all_open")
        for sign in ("", "-")
        for more in ({}, {"q": "subject:1"})
    ]
    # A view has its own order unless another is asked for.
    lists += [{"view": view["id"]}, {"view": view["id"], "sort": "number"}]
    for query in lists:
        for client in (admin, few):
            shown = await listed(client, **query)
            rows = await read_csv(client, columns=f"number,field.{key}", **query)
            assert [int(row["No."]) for row in rows] == shown, query
    assert len(shown) == 7
    await admin.patched(f"/custom-fields/{key}", {"active": False})
    rows = await read_csv(admin, columns="number", view="all", sort=f"field.{key}")
    assert [int(row["No."]) for row in rows] == await listed(admin, view="all", sort="-updated_at")
    refused = await admin.get("/tickets.csv", params={"sort": "subject"})
    assert refused.status_code in (400, 422)


# ---------------------------------------------------------------- hostile texts
def hostile_texts() -> list[str]:
    """Return the lists of formulas and of naughty strings, as far as a ticket may be called so."""
    formulas = material("csv-injection").joinpath("csv-payload.txt").read_text().splitlines()
    naughty = json.loads(material("naughty-strings").joinpath("blns.json").read_text())
    ours = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        '"=1+1',
        "'=1",
        " =1",
        "＝1+1",
        '";=1',
        "\u200b=1",
        "_x000D_",
        "x" * 500,
    ]
    return [text for text in (*formulas, *naughty, *ours) if text.strip()]


@pytest.fixture
async def hostile(desk: Desk) -> dict[int, str]:
    """Tickets, contacts and tags with these texts; returns the subjects, as they are stored, by number."""
    texts = hostile_texts()
    async with desk.database.writing(desk.given.system, "ticket.open") as work:
        await work.execute(
            """insert into tickets (workspace_id, number, subject, status_id, category, channel, team_id, requester_id,
                                    tags, preview)
               select $1, next_ticket_number(), left(u, 500), s.id, s.category, 'email', $2, $3, array[left(u, 50)], ''
                 from unnest($4::text[]) u, statuses s where s.key = 'new'""",
            desk.given.workspace_id,
            await desk.given.first_team(),
            await desk.given.contact("=HYPERLINK(1)"),
            [text.replace("\x00", "") for text in texts],
        )
    return {row["number"]: row["subject"] for row in await desk.rows("select number, subject from tickets")}


@pytest.mark.slow("hundreds of texts are read back from two formats")
async def test_no_cell_of_a_csv_is_a_formula_and_every_text_comes_back(desk: Desk, hostile: dict[int, str]) -> None:
    client = await desk.staff("Team lead")
    rows = await read_csv(client, columns="number,subject,tags,requester")
    assert len(rows) == len(hostile) > 500
    for row in rows:
        subject = hostile[int(row["No."])]
        printable = "".join(c for c in subject if c in "\t\n\r" or not (ord(c) < 32 or c in "\ufffe\uffff"))
        assert row["Subject"] in (printable, f"'{printable}")
        for cell in (row["Subject"], row["Tags"], row["Requester"]):
            assert not is_formula(cell) or cell.startswith("'")
            assert cell.lstrip("\"' \t")[:1] not in ("=", "+", "-", "@") or cell.startswith("'")
        assert row["Requester"] == "'=HYPERLINK(1)"


async def test_every_cell_of_a_workbook_is_typed_as_text(desk: Desk, hostile: dict[int, str]) -> None:
    client = await desk.staff("Team lead")
    rows = await read_xlsx(client, columns="number,subject")
    assert len(rows) == len(hostile) + 1
    for number, subject in rows[1:]:
        stored = hostile[number.value]
        if subject.value is None:
            continue
        assert subject.data_type == "s", stored
        assert subject.quotePrefix == is_formula(subject.value)
        assert "\n" in stored or "_x" in stored or "\r" in stored or subject.value in (stored, printable_of(stored))


def printable_of(text: str) -> str:
    return "".join(c for c in text if c == "\t" or not (ord(c) < 32 or c in "\ufffe\uffff"))


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx", '"=1', "' =1", "＋1", "\ufeff=1"])
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1+1", "a=b", "VPN - slow", "(=)", "\xa0x"])
def test_what_is_no_formula_stays(text: str) -> None:
    assert neutralised(text) == text


# ---------------------------------------------------------------- who, and what is known of it
async def test_an_export_takes_its_permission_and_is_known(desk: Desk) -> None:
    await desk.given.ticket()
    agent = await desk.staff("Agent")
    for path in ("/tickets.csv", "/tickets.xlsx", "/exports/preview"):
        refused = await agent.get(path)
        assert (refused.status_code, refused.json()["permission"]) == (403, "ticket:export")
    lead = await desk.given.staff("Lea", role="Team lead")
    await read_csv(desk.client(lead), q="status:new", columns="number", priority="normal")
    auditor = await desk.staff("Auditor")
    (change,) = [c for c in (await auditor.got("/changes"))["items"] if c["command"] == "export.list"]
    assert change["actor"]["name"] == "Lea"
    assert change["summary"] == {
        **{"format": "csv", "view": "all", "q": "status:new", "columns": ["number"]},
        "filters": {"priorities": ["normal"]},
    }
    assert change["undo_refusal"]["code"]
    seen = {c["command"] for c in (await agent.got("/changes"))["items"]}
    assert "export.list" not in seen


async def test_a_condition_that_cannot_be_read_is_refused_before_the_file_begins(desk: Desk) -> None:
    client = await desk.staff("Team lead")
    refused = await client.get("/tickets.csv", params={"q": "status:nonsense"})
    assert (refused.status_code, refused.json()["code"]) == (422, "condition_invalid")
    assert await desk.value("select count(*) from changes where command = 'export.list'") == 0


async def test_a_byte_order_mark_is_a_matter_of_choice(desk: Desk) -> None:
    client = await desk.staff("Team lead")
    assert (await client.get("/tickets.csv")).content.startswith(b"\xef\xbb\xbf")
    assert (await client.get("/tickets.csv", params={"bom": "false"})).content.startswith(b'"No."')


async def test_a_moment_before_spreadsheets_began_is_left_empty_in_a_workbook(desk: Desk) -> None:
    client = await desk.staff("Team lead")
    await desk.given.ticket()
    rows = await read_xlsx(client, columns="number,resolved,closed")
    assert [cell.value for cell in rows[1]][1:] == [None, None]
    assert isinstance((await read_xlsx(client, columns="updated"))[1][0].value, datetime)
