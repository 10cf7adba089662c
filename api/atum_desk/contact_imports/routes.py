"""HTTP routes of files of contacts."""

from __future__ import annotations

import hashlib

from litestar import get, patch, post
from litestar.response import Stream

from atum_desk.contact_imports import commands, problems, queries
from atum_desk.contact_imports.models import (
    ContactImport,
    ImportChange,
    ImportedRow,
    ImportedRowPage,
    ImportEntity,
    ImportList,
    ImportRowChange,
)
from atum_desk.contact_imports.permissions import CONTACT_EDIT, CONTACT_READ, ORGANIZATION_EDIT
from atum_desk.files.public import UploadSlots
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import Limit
from atum_desk.http.requests import AnyRequest
from atum_desk.http.uploads import UploadOperation, bind_idempotency_key, read_file_part
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import TooLarge

SHOWN_IMPORTS = 50


@get("/contact-imports", opt=needs(CONTACT_READ))
async def list_imports(database: Database, actor: Actor) -> ImportList:
    """List the last imports."""
    async with database.reading(actor) as transaction:
        return ImportList(await queries.list_imports(transaction, SHOWN_IMPORTS))


@post(
    "/contact-imports",
    opt=needs(CONTACT_EDIT, ORGANIZATION_EDIT),
    responses=answers(problems.FileUnreadable, TooLarge),
    operation_class=UploadOperation,
)
async def upload_import(
    request: AnyRequest, database: Database, upload_slots: UploadSlots, actor: Actor, entity: ImportEntity = "contact"
) -> ContactImport:
    """Upload a file of contacts or organizations (form field `file`): CSV or vCard; 5 MB and 20,000 rows at most."""
    with upload_slots.slot(f"person {actor.person_id}"):
        part = await read_file_part(request)
        raw = await commands.read_upload(part.pieces())
    bind_idempotency_key(request, f"{entity} {part.filename}", hashlib.sha256(raw).hexdigest())
    return await commands.keep_file(database, actor, part.filename, raw, entity)


@get("/contact-imports/{import_id:int}", opt=needs(CONTACT_READ), responses=answers(problems.ImportNotFound))
async def get_import(database: Database, actor: Actor, import_id: int) -> ContactImport:
    """Return an import: what its columns are, and how far it is."""
    async with database.reading(actor) as transaction:
        return await queries.get_import(transaction, import_id)


@patch(
    "/contact-imports/{import_id:int}",
    opt=needs(CONTACT_EDIT, ORGANIZATION_EDIT),
    responses=answers(problems.ImportNotFound, problems.ImportStarted),
)
async def change_import(database: Database, actor: Actor, import_id: int, data: ImportChange) -> ContactImport:
    """Say what the columns are."""
    return await commands.change_import(database, actor, import_id, data)


@get("/contact-imports/{import_id:int}/rows", opt=needs(CONTACT_READ), responses=answers(problems.ImportNotFound))
async def list_import_rows(
    database: Database, actor: Actor, import_id: int, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> ImportedRowPage:
    """List rows with what became of them, or would become of them as things stand now."""
    after = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as transaction:
        found = await queries.get_import(transaction, import_id)
        rows = await commands.list_rows(transaction, found, after[0] if after else 0, limit + 1)
    items, more = cut_page(rows, limit)
    return ImportedRowPage(items, encode_cursor(items[-1].number) if more else None)


@patch(
    "/contact-imports/{import_id:int}/rows/{row_number:int}",
    opt=needs(CONTACT_EDIT, ORGANIZATION_EDIT),
    responses=answers(problems.ImportNotFound, problems.ImportStarted),
)
async def change_import_row(
    database: Database, actor: Actor, import_id: int, row_number: int, data: ImportRowChange
) -> ImportedRow:
    """Say what becomes of one row that only looks like a known contact."""
    return await commands.change_row(database, actor, import_id, row_number, data)


@post(
    "/contact-imports/{import_id:int}/start",
    opt=needs(CONTACT_EDIT, ORGANIZATION_EDIT),
    status_code=200,
    responses=answers(problems.ImportNotFound, problems.ImportStarted, problems.NothingToFind),
)
async def start_import(database: Database, actor: Actor, import_id: int) -> ContactImport:
    """Carry an import out; `POST /changes/{id}/undo?scope=chain` of its change takes all of it back."""
    return await commands.start_import(database, actor, import_id)


@get(
    "/contact-imports/{import_id:int}/report.csv",
    opt=needs(CONTACT_READ),
    responses=answers(problems.ImportNotFound),
    media_type="text/csv; charset=utf-8",
)
async def get_import_report(database: Database, actor: Actor, import_id: int) -> Stream:
    """Download what became of each row."""
    async with database.reading(actor) as transaction:
        await queries.get_import(transaction, import_id)
    headers = {"Content-Disposition": f'attachment; filename="import-{import_id}.csv"'}
    return Stream(commands.report(database, actor, import_id), headers=headers)


routes = [
    list_imports,
    upload_import,
    get_import,
    change_import,
    list_import_rows,
    change_import_row,
    start_import,
    get_import_report,
]
