"""HTTP routes of absences."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar import delete, get, patch, post, put
from litestar.params import Parameter

from atum_desk.absences import commands, problems, queries
from atum_desk.absences.permissions import NOTE, READ, SETTINGS_PEOPLE_EDIT
from atum_desk.absences.schemas import AbsenceChange, AbsenceItem, AbsencePage, NewAbsence, OwnAbsence
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict

WRONG_INPUT = (
    *(problems.AbsencePersonUnknown, problems.AbsenceDeputyUnfit),
    *(problems.AbsenceDatesWrong, problems.AbsenceOverlaps),
)


@get("/absences", opt=needs(READ, SETTINGS_PEOPLE_EDIT))
async def list_absences(
    database: Database,
    actor: Actor,
    person_id: int | None = None,
    now: Annotated[bool, Parameter(description="Only of who is away now")] = False,
    past: Annotated[bool, Parameter(description="Also those that have ended")] = False,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> AbsencePage:
    """List absences that have not ended, those that end first before the others."""
    after = decode_cursor(cursor, tuple[datetime, int])
    async with database.reading(actor) as transaction:
        rows = await queries.list_absences(transaction, person_id, after, limit + 1, only_now=now, with_past=past)
        items, more = cut_page(rows, limit)
        for item in items:
            item.can_edit = commands.may_edit(transaction.actor, item)
    last = items[-1] if more else None
    return AbsencePage(items, encode_cursor(last.ends_at, last.id) if last else None)


@post("/absences", opt=needs(NOTE, SETTINGS_PEOPLE_EDIT), responses=answers(*WRONG_INPUT))
async def add_absence(database: Database, actor: Actor, data: NewAbsence) -> AbsenceItem:
    """Enter an absence: one's own, or as an administrator anybody's."""
    return await _read(database, actor, await commands.add_absence(database, actor, data))


@put("/me/absence", opt=needs(NOTE, SETTINGS_PEOPLE_EDIT), responses=answers(*WRONG_INPUT))
async def set_my_absence(database: Database, actor: Actor, data: OwnAbsence) -> AbsenceItem:
    """Say when one is away: changes one's absence that has not ended, or adds one."""
    return await _read(database, actor, await commands.set_own_absence(database, actor, data))


@patch(
    "/absences/{absence_id:int}",
    opt=needs(NOTE, SETTINGS_PEOPLE_EDIT),
    responses=answers(problems.AbsenceNotFound, VersionConflict, *WRONG_INPUT),
)
async def change_absence(
    database: Database, actor: Actor, absence_id: int, data: AbsenceChange, if_match: IfMatch = None
) -> AbsenceItem:
    """Change an absence; one that ends now is one whose person is back."""
    await commands.change_absence(database, actor, absence_id, data, version_of(if_match))
    return await _read(database, actor, absence_id)


@delete(
    "/absences/{absence_id:int}",
    opt=needs(NOTE, SETTINGS_PEOPLE_EDIT),
    responses=answers(problems.AbsenceNotFound, VersionConflict),
)
async def delete_absence(database: Database, actor: Actor, absence_id: int, if_match: IfMatch = None) -> None:
    """Delete an absence; tickets that its start moved stay where they are."""
    await commands.delete_absence(database, actor, absence_id, version_of(if_match))


async def _read(database: Database, actor: Actor, absence_id: int) -> AbsenceItem:
    async with database.reading(actor) as transaction:
        item = await queries.get_absence(transaction, absence_id)
        item.can_edit = commands.may_edit(transaction.actor, item)
        return item


routes = [list_absences, add_absence, set_my_absence, change_absence, delete_absence]
