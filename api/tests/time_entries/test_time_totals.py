"""Totals of time equal the entries that the reader sees, whatever they are grouped by, and so does the export."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from desk import Client, Desk

ZONES = ("UTC", "Pacific/Auckland", "America/St_Johns", "Europe/Berlin", "Pacific/Kiritimati")
BY = ("agent", "ticket", "organization", "day", "activity")
FIRST, LAST = date(2026, 3, 27), date(2026, 4, 2)


async def filled(desk: Desk, seed: int) -> None:
    """Enter 120 generated times around a change of the clocks, on tickets of two teams and three organizations."""
    drawn = random.Random(seed)
    hidden, shown = await desk.given.team(), await desk.given.first_team()
    organizations = [await desk.given.organization(), await desk.given.organization(), None]
    requesters = [await desk.given.contact(organization_id=one) for one in organizations]
    people = [(await desk.given.staff()).id for _ in range(3)]
    admin = await desk.administrator()
    activities = [(await admin.posted("/time-activities", {"name": f"A{n}"}))["id"] for n in range(2)]
    tickets = []
    for team_id in (hidden, shown, shown):
        for requester_id in requesters:
            body = {"subject": "x", "text": "x", "requester_id": requester_id, "team_id": team_id}
            tickets.append((await admin.posted("/tickets", body))["number"])
    rows = [
        (
            drawn.choice(tickets),
            drawn.choice(people),
            drawn.choice([None, *activities]),
            drawn.randint(1, 86_400),
            drawn.random() < 0.5,
            datetime(2026, 3, 26, tzinfo=UTC) + timedelta(seconds=drawn.randrange(9 * 86_400)),
            drawn.random() < 0.1,
        )
        for _ in range(120)
    ]
    async with desk.database.writing(desk.given.system, "time.log") as work:
        for row in rows:
            await work.execute(
                """insert into time_entries (workspace_id, ticket_id, logged_on_id, person_id, activity_id, seconds,
                                             billable, started_at, deleted_at)
                   select workspace_id, id, id, $2, $3, $4, $5, $6, case when $7 then moment() end
                     from tickets where number = $1""",
                *row,
            )
    await admin.posted(f"/tickets/{tickets[0]}/merge", {"into": tickets[-1]}, status=200)


async def expected(desk: Desk, zone: str, teams: list[int] | None) -> list[dict[str, Any]]:
    """What the entries say, counted here."""
    rows = await desk.rows(
        """select e.*, t.number, t.organization_id, t.team_id from time_entries e
             join tickets t on t.id = e.ticket_id where e.deleted_at is null"""
    )
    for row in rows:
        row["day"] = row["started_at"].astimezone(ZoneInfo(zone)).date()
    return [r for r in rows if FIRST <= r["day"] <= LAST and (teams is None or r["team_id"] in teams)]


async def totals(client: Client, by: str, zone: str, limit: int = 200) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    query: dict[str, Any] = {"by": by, "from": str(FIRST), "to": str(LAST), "zone": zone, "limit": limit}
    page = await client.got("/time-entries/totals", **query)
    items = page["items"]
    while page["next_cursor"]:
        page = await client.got("/time-entries/totals", **query, cursor=page["next_cursor"])
        items += page["items"]
    return page, items


@pytest.mark.parametrize("seed", [1, 2])
async def test_totals_equal_the_entries_that_the_reader_sees(desk: Desk, seed: int) -> None:
    await filled(desk, seed)
    shown = await desk.given.first_team()
    readers = {None: await desk.staff(), shown: await desk.staff(teams=(shown,), sees_all_teams=False)}
    keys = {"agent": "person_id", "ticket": "number", "organization": "organization_id", "activity": "activity_id"}
    for team, client in readers.items():
        for zone in ZONES:
            entries = await expected(desk, zone, [team] if team else None)
            assert entries
            for by in BY:
                page, items = await totals(client, by, zone)
                sums: Counter[str | None] = Counter()
                billable: Counter[str | None] = Counter()
                for row in entries:
                    value = row[keys.get(by, "day")]
                    key = None if value is None else str(value)
                    sums[key] += row["seconds"]
                    billable[key] += row["seconds"] * row["billable"]
                assert {one["key"]: one["seconds"] for one in items} == sums
                assert {one["key"]: one["billable_seconds"] for one in items} == dict.fromkeys(sums, 0) | billable
                assert page["seconds"] == sum(one["seconds"] for one in items) == sum(sums.values())
                assert page["billable_seconds"] == sum(billable.values())
                assert page["entries"] == sum(one["entries"] for one in items) == len(entries)


async def test_totals_are_paged_and_their_range_is_bounded(desk: Desk) -> None:
    await filled(desk, 3)
    client = await desk.staff()
    whole, all_at_once = await totals(client, "ticket", "UTC")
    paged, by_two = await totals(client, "ticket", "UTC", limit=2)
    assert by_two == all_at_once
    assert (paged["seconds"], paged["groups"]) == (whole["seconds"], len(by_two))
    for first, last in (("2026-04-02", "2026-04-01"), ("2024-01-01", "2026-01-01")):
        query = {"by": "day", "from": first, "to": last}
        assert (await client.get("/time-entries/totals", params=query)).status_code == 422
    empty = await client.got("/time-entries/totals", **{"by": "day", "from": "2020-01-01", "to": "2020-01-31"})
    assert (empty["items"], empty["seconds"], empty["groups"]) == ([], 0, 0)


async def test_the_export_holds_each_entry_once_and_its_sum_is_the_total(desk: Desk) -> None:
    await filled(desk, 4)
    lead = await desk.staff("Team lead")
    zone = "America/St_Johns"
    query = {"from": str(FIRST), "to": str(LAST), "zone": zone}
    page, _ = await totals(lead, "day", zone)
    answer = await lead.get("/time-entries.csv", params=query)
    assert 'filename="time.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert sum(int(row["Seconds"]) for row in rows) == page["seconds"]
    assert len(rows) == page["entries"]
    sheet = openpyxl.load_workbook(io.BytesIO((await lead.get("/time-entries.xlsx", params=query)).content)).active
    assert sheet is not None
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[0][5] == "Seconds"
    assert sum(int(str(row[5])) for row in cells[1:]) == page["seconds"]
    assert (await desk.rows("select command from changes order by id desc limit 1"))[0]["command"] == "export.time"
    assert (await (await desk.staff()).get("/time-entries.csv", params=query)).status_code == 403
