"""Add, change and delete absences, and start one: each is one change with one undo."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec import UNSET

from atum_desk.absences import queries
from atum_desk.absences.permissions import NOTE, SETTINGS_PEOPLE_EDIT
from atum_desk.absences.problems import AbsenceDatesWrong, AbsenceDeputyUnfit, AbsenceOverlaps, AbsencePersonUnknown
from atum_desk.absences.schemas import AbsenceChange, AbsenceItem, NewAbsence, OwnAbsence
from atum_desk.kernel import clock
from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.problems import require_version
from atum_desk.tickets.public import hand_over_open_tickets

LONGEST = timedelta(days=731)
# Tickets of one person that one start moves; further ones stay.
MOST_TICKETS = 10_000


async def add_absence(database: Database, actor: Actor, new: NewAbsence) -> int:
    """Add an absence and return its id.

    Raises PermissionMissing, AbsencePersonUnknown, AbsenceDeputyUnfit, AbsenceDatesWrong and AbsenceOverlaps.
    """
    person_id = actor.person_id if new.person_id is None else new.person_id
    async with database.writing(actor, "absence.add") as work:
        return await _add(work, person_id, new)


async def set_own_absence(database: Database, actor: Actor, given: OwnAbsence) -> int:
    """Change one's absence that has not ended, or add one; return its id. Raises what add_absence raises."""
    async with database.writing(actor, "absence.edit") as work:
        await queries.lock_times(work, actor.person_id)
        absence_id = await queries.find_next_id(work, actor.person_id)
        if absence_id is None:
            return await _add(work, actor.person_id, given)
        held = await queries.lock_absence(work, absence_id)
        await _change(work, held, {name: getattr(given, name) for name in OwnAbsence.__struct_fields__})
        return absence_id


async def change_absence(
    database: Database, actor: Actor, absence_id: int, change: AbsenceChange, version: int | None
) -> None:
    """Change an absence. Raises AbsenceNotFound, VersionConflict, and what add_absence raises."""
    given = {name: getattr(change, name) for name in OwnAbsence.__struct_fields__}
    async with database.writing(actor, "absence.edit") as work:
        held = await queries.lock_absence(work, absence_id)
        require_version(change.version if version is None else version, held.version)
        await _change(work, held, {name: value for name, value in given.items() if value is not UNSET})


async def delete_absence(database: Database, actor: Actor, absence_id: int, version: int | None) -> None:
    """Delete an absence. Raises AbsenceNotFound, PermissionMissing, VersionConflict."""
    async with database.writing(actor, "absence.delete") as work:
        held = await queries.lock_absence(work, absence_id)
        _require_editable(work, held.person.id)
        require_version(version, held.version)
        await queries.delete_absence(work, absence_id)
        work.summary = {"name": held.person.name}


async def start_absence(database: Database, actor: SystemActor, absence_id: int) -> int:
    """Move the open tickets of who is away from now on, once; return how many were moved."""
    async with database.writing(actor, "absence.start") as work:
        due = await queries.take_due(work, absence_id)
        if due is None:
            work.unchanged = True
            return 0
        numbers = await hand_over_open_tickets(
            work, due.person_id, to_deputy=due.open_tickets == "deputy", limit=MOST_TICKETS
        )
        work.summary = {"name": due.person_name, "numbers": numbers}
        return len(numbers)


def may_edit(actor: Actor | SystemActor, absence: AbsenceItem) -> bool:
    """Tell whether somebody may change an absence."""
    return _may_edit(actor, absence.person.id)


def _may_edit(actor: Actor | SystemActor, person_id: int) -> bool:
    own = isinstance(actor, Actor) and person_id == actor.person_id and actor.may(NOTE)
    return own or actor.may(SETTINGS_PEOPLE_EDIT)


def _require_editable(work: UnitOfWork, person_id: int) -> None:
    if not _may_edit(work.actor, person_id):
        work.actor.require(SETTINGS_PEOPLE_EDIT)


async def _add(work: UnitOfWork, person_id: int, new: OwnAbsence) -> int:
    _require_editable(work, person_id)
    if not await queries.is_staff(work, person_id):
        raise AbsencePersonUnknown
    columns = {name: getattr(new, name) for name in OwnAbsence.__struct_fields__}
    await _require_fit(work, person_id, columns, except_id=0)
    absence_id = await queries.insert_absence(work, columns | {"person_id": person_id})
    work.summary = {"name": (await queries.get_absence(work, absence_id)).person.name}
    return absence_id


async def _change(work: UnitOfWork, held: AbsenceItem, given: dict[str, Any]) -> None:
    _require_editable(work, held.person.id)
    stands = {name: getattr(held, name) for name in ("starts_at", "ends_at", "note", "open_tickets")}
    stands["deputy_id"] = held.deputy.id if held.deputy else None
    changed = {name: value for name, value in given.items() if value != stands[name]}
    if not changed:
        work.unchanged = True
        return
    await _require_fit(work, held.person.id, stands | changed, except_id=held.id)
    await queries.update_absence(work, held.id, changed)
    work.summary = {"name": held.person.name}


async def _require_fit(work: UnitOfWork, person_id: int, columns: dict[str, Any], *, except_id: int) -> None:
    starts_at, ends_at, deputy_id = columns["starts_at"], columns["ends_at"], columns["deputy_id"]
    if not _are_sound(starts_at, ends_at):
        raise AbsenceDatesWrong
    if deputy_id is not None and (deputy_id == person_id or not await queries.is_staff(work, deputy_id)):
        raise AbsenceDeputyUnfit
    await queries.lock_times(work, person_id)
    if await queries.overlaps(work, person_id, starts_at, ends_at, except_id):
        raise AbsenceOverlaps


def _are_sound(starts_at: datetime, ends_at: datetime) -> bool:
    if starts_at.tzinfo is None or ends_at.tzinfo is None:
        return False
    now = clock.now()
    return starts_at < ends_at and now < ends_at <= now + LONGEST and ends_at - starts_at <= LONGEST
