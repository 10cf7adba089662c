"""All SQL of absences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from atum_desk.absences.problems import AbsenceNotFound
from atum_desk.absences.schemas import AbsenceItem
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork

COLUMNS = ("person_id", "deputy_id", "starts_at", "ends_at", "note", "open_tickets")
ABSENCE = """
    select a.id, json_build_object('id', p.id, 'name', p.name) as person,
           case when d.id is not null then json_build_object('id', d.id, 'name', d.name) end as deputy,
           a.starts_at, a.ends_at, a.note, a.open_tickets, a.started_at, a.version,
           a.starts_at <= moment() and a.ends_at > moment() as is_now
      from absences a
      join people p on p.id = a.person_id
      left join people d on d.id = a.deputy_id
     where a.workspace_id = (select ctx_workspace())"""
# Begun, not ended, and its tickets are still to be moved.
DUE = """a.workspace_id = (select ctx_workspace()) and a.started_at is null and a.starts_at <= moment()
         and a.ends_at > moment() and a.open_tickets <> 'stay'"""


class StartingAbsence(msgspec.Struct, frozen=True):
    """An absence whose start is due: whose it is, and where their open tickets go."""

    id: int
    person_id: int
    person_name: str
    open_tickets: str


async def list_absences(
    transaction: ReadTransaction,
    person_id: int | None,
    after: tuple[datetime, int] | None,
    limit: int,
    *,
    only_now: bool,
    with_past: bool,
) -> list[AbsenceItem]:
    """Return absences by when they end, at most `limit` after a (end, id) pair."""
    ends_at, absence_id = after or (None, 0)
    rows = await transaction.fetch(
        f"""{ABSENCE} and ($1::bigint is null or a.person_id = $1) and ($2 or a.ends_at > moment())
             and (not $3 or a.starts_at <= moment() and a.ends_at > moment())
             and ($4::timestamptz is null or (a.ends_at, a.id) > ($4, $5))
           order by a.ends_at, a.id limit $6""",
        person_id,
        with_past,
        only_now,
        ends_at,
        absence_id,
        limit,
    )
    return [_item(row) for row in rows]


async def get_absence(transaction: ReadTransaction, absence_id: int) -> AbsenceItem:
    """Return an absence. Raises AbsenceNotFound."""
    row = await transaction.fetchrow(f"{ABSENCE} and a.id = $1", absence_id)
    if row is None:
        raise AbsenceNotFound
    return _item(row)


async def lock_absence(work: UnitOfWork, absence_id: int) -> AbsenceItem:
    """Return an absence that nobody else changes until the work is done. Raises AbsenceNotFound."""
    await work.execute("select from absences where id = $1 for update", absence_id)
    return await get_absence(work, absence_id)


async def find_next_id(work: UnitOfWork, person_id: int) -> int | None:
    """Return somebody's absence that ends first of those that have not ended."""
    return await work.fetchval(
        "select id from absences where person_id = $1 and ends_at > moment() order by ends_at, id limit 1", person_id
    )


async def lock_times(work: UnitOfWork, person_id: int) -> None:
    """Let one work at a time say when somebody is away."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended('absences', $1))", person_id)


async def overlaps(work: UnitOfWork, person_id: int, starts_at: datetime, ends_at: datetime, except_id: int) -> bool:
    """Tell whether somebody has another absence in this time."""
    return await work.fetchval(
        """select exists (select from absences
             where person_id = $1 and id <> $4 and starts_at < $3 and ends_at > $2)""",
        person_id,
        starts_at,
        ends_at,
        except_id,
    )


async def is_staff(transaction: ReadTransaction, person_id: int) -> bool:
    """Tell whether somebody is active staff."""
    return await transaction.fetchval(
        "select exists (select from people where id = $1 and kind = 'staff' and active)", person_id
    )


async def insert_absence(work: UnitOfWork, columns: dict[str, Any]) -> int:
    """Insert an absence of all COLUMNS and return its id."""
    return await work.fetchval(
        f"""insert into absences (workspace_id, {", ".join(COLUMNS)})
            values (ctx_workspace(), $1, $2, $3, $4, $5, $6) returning id""",
        *(columns[name] for name in COLUMNS),
    )


async def update_absence(work: UnitOfWork, absence_id: int, columns: dict[str, Any]) -> None:
    """Set columns, whose names come from this slice's commands. One that is moved ahead of now starts once more."""
    assignments = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await work.execute(f"update absences set {assignments} where id = $1", absence_id, *columns.values())
    await work.execute("update absences set started_at = null where id = $1 and starts_at > moment()", absence_id)


async def delete_absence(work: UnitOfWork, absence_id: int) -> None:
    """Delete an absence; tickets that it moved stay where they are."""
    await work.execute("delete from absences where id = $1", absence_id)


async def list_due(transaction: ReadTransaction, limit: int) -> list[int]:
    """Return absences whose start is due, at most `limit`, the earliest first."""
    rows = await transaction.fetch(
        f"select a.id from absences a where {DUE} order by a.starts_at, a.id limit $1", limit
    )
    return [row["id"] for row in rows]


async def take_due(work: UnitOfWork, absence_id: int) -> StartingAbsence | None:
    """Mark an absence as started, unless it was meanwhile; None when it is no longer due."""
    row = await work.fetchrow(
        f"""update absences a set started_at = moment() from people p
             where a.id = $1 and p.id = a.person_id and {DUE}
            returning a.id, a.person_id, p.name as person_name, a.open_tickets""",
        absence_id,
    )
    return StartingAbsence(**row) if row else None


def _item(row: Any) -> AbsenceItem:
    return msgspec.convert(dict(row), AbsenceItem)
