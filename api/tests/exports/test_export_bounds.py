"""What an export takes: one batch of memory however long the list, a place of few, and nothing once nobody waits."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from exported_files import sheet_rows

from atum_desk.exports import xlsx_file
from atum_desk.exports.cells import Cell
from atum_desk.exports.columns import columns_of, rows_statement
from atum_desk.exports.list_export import AskedExport, export_list
from atum_desk.exports.slots import MOST_AT_ONCE, MOST_OF_ONE, ExportSlots
from atum_desk.exports.words import Words
from atum_desk.exports.xlsx_file import XlsxFile
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.tickets.public import TicketFilter
from atum_desk.tickets.register import REGISTER
from desk import Desk
from factories import Given
from loaded_databases import loaded_database
from scratch_databases import SECRET, make_settings
from waiting import until

TICKETS = 12_000


class Loaded(msgspec.Struct):
    database: Database
    actor: Actor


@pytest.fixture(scope="module")
async def loaded(cluster: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Loaded]:
    settings = make_settings(tmp_path_factory.mktemp("exports") / "data")
    async with loaded_database(cluster, template, TICKETS) as url:
        database = Database(settings, url, SECRET)
        await database.open("atum_desk_staff", "atum_desk_worker", size=6)
        try:
            given = await Given.of_first_workspace(database)
            yield Loaded(database, (await given.staff(role="Administrator")).actor)
        finally:
            await database.close()


def asked(format_: str, text: str = "", **wanted: Any) -> AskedExport:
    return AskedExport(
        wanted=TicketFilter(view="all", **wanted),
        text=text,
        zone=ZoneInfo("Europe/Berlin"),
        columns=[],
        language="en",
        format=format_,
    )


async def peak_of(loaded: Loaded, export: AskedExport) -> tuple[int, int]:
    """Export, keep nothing, and return the most bytes held at once and how many left."""
    file = await export_list(loaded.database, loaded.actor, ExportSlots(), export)
    gc.collect()
    tracemalloc.start()
    size = 0
    try:
        async for piece in file.pieces:
            size += len(piece)
        return tracemalloc.get_traced_memory()[1], size
    finally:
        tracemalloc.stop()
        await file.pieces.close()


@pytest.mark.slow("two whole lists are exported, with every allocation traced")
@pytest.mark.parametrize("format_", ["csv", "xlsx"])
async def test_memory_does_not_grow_with_the_list(loaded: Loaded, format_: str) -> None:
    await peak_of(loaded, asked(format_, "number:<2000"))
    few, few_bytes = await peak_of(loaded, asked(format_, "number:<3000"))
    many, many_bytes = await peak_of(loaded, asked(format_))
    assert many_bytes > 3 * few_bytes
    assert many < 1.3 * few
    # A batch of 1,000 tickets as rows, cells and text.
    assert many < 16_000_000


async def test_no_batch_reads_all_tickets(loaded: Loaded) -> None:
    """However far back in the list: a batch's cells are looked up by id."""
    statement = rows_statement(
        columns_of(REGISTER, [one.key for one in REGISTER.fields if one.source != "messages"], Words("en"))
    )
    async with loaded.database.reading(loaded.actor) as transaction:
        ids = await transaction.fetchval("select array_agg(id) from (select id from tickets order by id limit 1000) t")
        for mode in ("force_custom_plan", "force_generic_plan"):
            await transaction.execute(f"set local plan_cache_mode = {mode}")
            plan = await transaction.fetchval(f"explain (format json, costs off) {statement}", ids)
            assert not whole_reads(plan[0]["Plan"]), mode


def whole_reads(node: dict[str, Any]) -> list[str]:
    """Return the tables that a plan reads from end to end and that grow with the desk."""
    own = [node["Relation Name"]] if node["Node Type"] == "Seq Scan" else []
    below = [name for child in node.get("Plans", []) for name in whole_reads(child)]
    return [name for name in own + below if name in {"tickets", "messages", "people", "addresses"}]


async def test_an_export_sees_one_moment(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is updated while it is read neither appears twice nor is left out."""
    monkeypatch.setattr("atum_desk.exports.list_export.BATCH", 500)
    file = await export_list(
        loaded.database, loaded.actor, ExportSlots(), asked("csv", "number:<2000", sort="updated_at")
    )
    pieces = [await anext(file.pieces)]
    async with loaded.database.writing(loaded.actor, "ticket.edit") as work:
        await work.execute("update tickets set subject = subject || '!' where number < 2000 and number % 50 = 0")
    pieces += [piece async for piece in file.pieces]
    lines = b"".join(pieces).decode("utf-8-sig").splitlines()[1:]
    numbers = [int(line.partition(",")[0]) for line in lines]
    assert len(numbers) == len(set(numbers)) > 1_000
    assert not [line for line in lines if '!",' in line]


# ---------------------------------------------------------------- places, and who leaves
async def test_a_person_has_two_places_and_a_process_three(desk: Desk) -> None:
    slots = ExportSlots()
    await desk.given.ticket()
    people = [await desk.given.staff(role="Team lead") for _ in range(3)]
    files = [await export_list(desk.database, people[0].actor, slots, asked("csv")) for _ in range(MOST_OF_ONE)]
    with pytest.raises(Exception, match="exporting 2 times"):
        await export_list(desk.database, people[0].actor, slots, asked("csv"))
    files.append(await export_list(desk.database, people[1].actor, slots, asked("csv")))
    assert slots.taken == MOST_AT_ONCE
    with pytest.raises(Exception, match="3 exports are being made"):
        await export_list(desk.database, people[2].actor, slots, asked("csv"))
    for file in files:
        await file.pieces.close()
    assert slots.taken == 0
    # And nothing of the database is held.
    file = await export_list(desk.database, people[2].actor, slots, asked("csv"))
    assert len([piece async for piece in file.pieces]) == 2
    assert slots.taken == 0


async def test_whoever_leaves_ends_the_query(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that goes away in the middle of a download leaves no transaction open."""
    monkeypatch.setattr("atum_desk.exports.list_export.BATCH", 1)
    for _ in range(3):
        await desk.given.ticket()
    lead = await desk.given.staff(role="Team lead")
    gone, began = asyncio.Event(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not began.is_set():
            began.set()
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            # A browser that reads no further: what is sent to it waits.
            await asyncio.Event().wait()

    scope = {
        **{"type": "http", "method": "GET", "path": "/api/v1/tickets.csv", "raw_path": b"/api/v1/tickets.csv"},
        **{"query_string": b"", "http_version": "1.1", "scheme": "http", "root_path": "", "asgi": {"version": "3.0"}},
        **{"client": ("10.9.9.9", 5), "server": ("localhost", 8000)},
        "headers": [(b"host", b"localhost:8000"), (b"authorization", f"Bearer {lead.token}".encode())],
    }
    serving = asyncio.create_task(desk.app(scope, receive, send))

    reads = desk.database._pools["atum_desk_staff"]._reads
    await until(lambda: len(reads) == 1)
    gone.set()
    await serving
    await until(lambda: not reads)
    # Nor does the place stay taken.
    client = desk.client(lead)
    for _ in range(MOST_OF_ONE + 1):
        assert (await client.get("/tickets.csv")).status_code == 200


# ---------------------------------------------------------------- what a sheet holds
def written(rows: list[list[Cell]], times: int = 1) -> bytes:
    file = XlsxFile(Words("en"))
    return file.begin(["A", "B"]) + b"".join(file.rows(rows) for _ in range(times)) + file.end()


def test_a_full_sheet_says_so_in_its_last_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 5)
    whole = sheet_rows(written([["x", 1]] * 3))
    assert [row[0].value for row in whole] == ["A", "x", "x", "x"]
    full = sheet_rows(written([["x", 1]] * 3, times=3))
    assert [row[0].value for row in full][:4] == ["A", "x", "x", "x"]
    assert full[4][0].value == "There are more tickets than a sheet holds (5 rows). Narrow the list, or choose CSV."
    assert len(full) == 5


def test_a_sheet_of_too_many_bytes_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "MOST_SHEET_BYTES", 2_000)
    rows = sheet_rows(written([["x" * 500, 1]] * 20))
    assert len(rows) < 10
    assert "Narrow the list" in rows[-1][0].value


@pytest.mark.parametrize("text", ["x" * 32_768, "\N{GRINNING FACE}" * 16_384, "x" * 400_000])
def test_a_text_that_no_cell_holds_is_cut_and_says_so(text: str) -> None:
    cell = sheet_rows(written([[text]]))[1][0].value
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.endswith(" [cut: a cell holds 32767 characters]")
    assert cell[0] == text[0]


def test_a_text_that_just_fits_is_whole() -> None:
    for text in ("x" * 32_767, "\N{GRINNING FACE}" * 16_383):
        assert sheet_rows(written([[text]]))[1][0].value == text
