"""Use cases of files of contacts: read, rehearse, carry out."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator

import asyncpg
from msgspec import UNSET

from atum_desk.contact_imports import queries
from atum_desk.contact_imports.entities import ENTITIES
from atum_desk.contact_imports.feature import RUN_IMPORT, RunImport
from atum_desk.contact_imports.models import (
    COLUMNS,
    CUSTOM,
    KEYS,
    ContactImport,
    ImportChange,
    ImportedRow,
    ImportEntity,
    ImportRowChange,
)
from atum_desk.contact_imports.plan_organizations import PlannedOrganization
from atum_desk.contact_imports.plan_rows import PlannedRow
from atum_desk.contact_imports.problems import ImportNotFound, ImportStarted, NothingToFind
from atum_desk.contact_imports.read_file import MOST_BYTES, read_file
from atum_desk.custom_fields.public import list_fields
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.kernel.field_notices import WrongForm
from atum_desk.kernel.one_line_text import clean_line
from atum_desk.kernel.problems import TooLarge, ValidationFailed
from atum_desk.kernel.spreadsheet_formulas import neutralised


async def read_upload(pieces: AsyncIterator[bytes]) -> bytes:
    """Return an uploaded file. Raises TooLarge."""
    raw = bytearray()
    async for piece in pieces:
        raw += piece
        if len(raw) > MOST_BYTES:
            raise TooLarge(limit_bytes=MOST_BYTES)
    return bytes(raw)


async def keep_file(database: Database, actor: Actor, filename: str, raw: bytes, entity: ImportEntity) -> ContactImport:
    """Read a file of contacts or organizations and keep its rows; nothing else happens yet. Raises FileUnreadable."""
    actor.require(ENTITIES[entity].permission)
    async with database.reading(actor) as transaction:
        fields = {one.key: one.name for one in await list_fields(transaction, entity) if one.active}
    file = await asyncio.to_thread(read_file, filename, raw, entity, fields)
    async with database.marking(actor) as transaction:
        name = clean_line(filename)[-255:] or f"{entity}s.{file.format}"
        import_id = await queries.insert_import(transaction, entity, name, file)
        return await queries.get_import(transaction, import_id)


async def change_import(database: Database, actor: Actor, import_id: int, change: ImportChange) -> ContactImport:
    """Say what the columns are. Raises ImportNotFound and ImportStarted."""
    async with database.marking(actor) as transaction:
        found = await _ready(transaction, actor, import_id)
        mapping = found["mapping"] if change.mapping is UNSET else change.mapping
        if len(mapping) != len(found["columns"]) or not all(_fits(one, found["entity"]) for one in mapping):
            raise ValidationFailed.of("mapping", WrongForm())
        if_alike = found["if_alike"] if change.if_alike is UNSET else change.if_alike
        await queries.update_import(transaction, import_id, mapping, if_alike)
        return await queries.get_import(transaction, import_id)


async def change_row(
    database: Database, actor: Actor, import_id: int, number: int, change: ImportRowChange
) -> ImportedRow:
    """Say what becomes of one row that looks like a known contact. Raises ImportNotFound and ImportStarted."""
    async with database.marking(actor) as transaction:
        await _ready(transaction, actor, import_id)
        if not await queries.update_row(transaction, import_id, number, change.if_alike):
            raise ImportNotFound
        (row,) = await list_rows(transaction, await queries.get_import(transaction, import_id), number - 1, 1)
        return row


async def start_import(database: Database, actor: Actor, import_id: int) -> ContactImport:
    """Let the worker carry an import out. Raises ImportNotFound, ImportStarted and NothingToFind."""
    async with database.reading(actor) as transaction:
        entity = (await queries.get_import(transaction, import_id)).entity
    async with database.writing(actor, f"{entity}_import.start") as work:
        found = await _ready(work, actor, import_id)
        if not KEYS[entity] & set(found["mapping"]):
            raise NothingToFind
        await queries.mark_started(work, import_id)
        await work.enqueue(RUN_IMPORT, RunImport(import_id=import_id))
        started = await queries.get_import(work, import_id)
        work.summary = {"import_id": import_id, "name": started.filename, "rows": started.row_count}
        return started


async def _ready(transaction: ReadTransaction, actor: Actor, import_id: int) -> asyncpg.Record:
    """Lock an import that has not started. Raises ImportNotFound and ImportStarted."""
    found = await queries.lock_import(transaction, import_id)
    actor.require(ENTITIES[found["entity"]].permission)
    if found["state"] != "ready":
        raise ImportStarted
    return found


def _fits(column: str, entity: ImportEntity) -> bool:
    return column in COLUMNS[entity] or column.startswith(CUSTOM)


async def list_rows(transaction: ReadTransaction, found: ContactImport, after: int, limit: int) -> list[ImportedRow]:
    """Return rows with what became of them, or would as things stand now."""
    rows = await queries.list_rows(transaction, found.id, after, limit)
    left = [row for row in rows if row["outcome"] is None]
    plan = ENTITIES[found.entity].plan
    planned = {one.said.number: one for one in await plan(transaction, left, found.mapping, found.if_alike)}
    shown = []
    for row in rows:
        if one := planned.get(row["number"]):
            shown.append(_rehearsed(row["cells"], row["if_alike"], one))
            continue
        contact = NamedRef(row["record_id"], row["record_name"]) if row["record_name"] else None
        shown.append(
            ImportedRow(row["number"], row["cells"], row["outcome"], contact, None, row["if_alike"], {}, row["notices"])
        )
    return shown


def _rehearsed(cells: list[str], if_alike: str | None, one: PlannedRow | PlannedOrganization) -> ImportedRow:
    return ImportedRow(
        number=one.said.number,
        cells=cells,
        outcome=one.outcome,
        contact=one.contact,
        alike=one.alike,
        if_alike=if_alike,  # type: ignore[arg-type]  # the table's CHECK
        differences=one.differences,
        notices=[notice.text for notice in one.said.wrong],
    )


async def report(database: Database, actor: Actor, import_id: int) -> AsyncIterator[bytes]:
    """Yield a CSV of all rows with what became of each, 500 at a time; what looks like a formula is text."""
    async with database.reading(actor) as transaction:
        found = await queries.get_import(transaction, import_id)
    yield "﻿".encode() + _line(["row", "outcome", "contact", "notices", *found.columns])
    after = 0
    while True:
        async with database.reading(actor) as transaction:
            rows = await list_rows(transaction, found, after, 500)
        if not rows:
            return
        for row in rows:
            name = row.contact.name if row.contact else ""
            yield _line([str(row.number), row.outcome, name, " ".join(row.notices), *row.cells])
        after = rows[-1].number


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([neutralised(cell) for cell in cells])
    return out.getvalue().encode()
