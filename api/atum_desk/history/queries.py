"""All SQL of history and undo."""

from __future__ import annotations

import asyncpg
import msgspec

from atum_desk.history import permissions
from atum_desk.history.models import Change, Conflict, Scope, UndoTarget
from atum_desk.identity.public import NamedRef
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.feature import declared
from atum_desk.kernel.ledger.undo_refusals import ToUndo, UndoRefusal, refusal_of, refusal_of_run

# What is taken back at once, at most.
MOST_CHANGES = 100


async def list_changes_with(transaction: ReadTransaction, change_id: int, scope: Scope, limit: int) -> list[int]:
    """Return the changes that are taken back with one, newest first, also those out of sight."""
    if scope == "change":
        return [change_id]
    rows = await transaction.fetch(
        "select c as id from changes_with($1, $2, $3) c order by c desc", change_id, scope, limit
    )
    return [row["id"] for row in rows]


async def list_undo_targets(transaction: ReadTransaction, change_ids: list[int]) -> list[UndoTarget]:
    """Return those of the changes that are visible, newest first, and the tickets of each that exist.

    The command of an undo is the one that it took back: redo needs the same permission.
    """
    rows = await transaction.fetch(
        """select c.id, case when c.undo_of is null then c.command
                              else coalesce(c.summary->>'command', c.command) end as command,
                   c.actor_id, c.via, c.ticket_id, c.public,
                   existing_tickets_of(c.id) as tickets,
                   c.id = any((select undone_among($1))::bigint[]) as undone,
                   moved_powers(c.id) as moved_powers, lacks_texts(c.id) as lacks_texts
              from changes c where c.id = any($1) order by c.id desc""",
        change_ids,
    )
    return msgspec.convert([dict(row) for row in rows], list[UndoTarget])


async def lock_tickets(work: UnitOfWork, ticket_ids: list[int]) -> int:
    """Lock tickets in one order, as bulk edits do, and return how many of them the actor sees."""
    rows = await work.fetch("select id from tickets where id = any($1) order by id for update", ticket_ids)
    return len(rows)


async def list_locked(work: UnitOfWork, ticket_ids: list[int]) -> set[int]:
    """Lock tickets in one order and return the ids of those that the actor sees."""
    rows = await work.fetch("select id from tickets where id = any($1) order by id for update", ticket_ids)
    return {row["id"] for row in rows}


async def may_write_rows(work: UnitOfWork, change_id: int) -> bool:
    """Lock a change's rows outside of tickets; tell whether the actor's policies let all be written."""
    return await work.fetchval("select may_write_rows_of($1)", change_id)


async def apply_undo(work: UnitOfWork, change_id: int) -> list[asyncpg.Record]:
    """Apply the inverse of a change; rows mean conflicts, and then nothing was written."""
    return await work.fetch("select * from undo_change($1)", change_id)


async def list_conflicts(work: UnitOfWork, change_id: int, moved: list[asyncpg.Record]) -> list[Conflict]:
    """Name the later changes that moved what an undo would restore, each column's oldest first."""
    rows = await work.fetch(
        """select w.table_name as table, w.column_name as column, l.id as change_id, l.command,
                  p.name as actor_name, l.at
             from unnest($2::text[], $3::bigint[], $4::text[])
                  with ordinality as w(table_name, row_id, column_name, place)
             left join lateral (
               select c.* from later_changes($1, w.table_name, w.row_id, w.column_name) c
                where c.ticket_id is null or exists (select from tickets t where t.id = c.ticket_id)) l on true
             left join people p on p.id = l.actor_id order by w.place, l.id limit 50""",
        change_id,
        [r["table_name"] for r in moved],
        [r["row_id"] for r in moved],
        [r["column_name"] for r in moved],
    )
    return [msgspec.convert(dict(row), Conflict) for row in rows]


PAGE = """
    (select c.id, c.command, c.actor_id, c.via, c.ticket_id, c.summary, c.at, c.undo_of, c.cause_id, c.run_id
       from changes c
      where c.workspace_id = (select ctx_workspace()) and c.id < $1 and {which}
      order by c.id desc limit {limit:d})"""
NAMED = """
    with page as materialized (select * from ({page}) u order by u.id desc limit {limit:d})
    select c.*, p.name as actor_name, t.number,
           coalesce(u.codes, '{{}}') as codes
      from page c
      left join undo_refusals(array(select id from page)) u on u.change_id = c.id
      left join people p on p.id = c.actor_id
      left join tickets t on t.id = c.ticket_id
     order by c.id desc"""
RUNS = """
    with members as materialized (
      select r.run, m.id from unnest($1::bigint[]) r(run), changes_with(r.run, 'run', $2) m(id))
    select m.run, c.id, c.command, c.actor_id, c.via, c.summary, c.undo_of, coalesce(u.codes, '{}') as codes
      from members m
      left join changes c on c.id = m.id
      left join undo_refusals(array(select id from members)) u on u.change_id = m.id
     order by m.run, m.id desc"""


def changes_statement(limit: int, *, of_ticket: bool, reads_audit: bool) -> str:
    """Return the statement of a page of changes before the id `$1`; `$2` is a ticket's number.

    The limit is written out, for behind a parameter the planner sees a tenth of the table, and so is
    what narrows the list: a plan kept for both would walk all changes for one ticket's.
    """
    if of_ticket:
        ticket = "select x.id from tickets x where x.workspace_id = (select ctx_workspace()) and x.number = $2"
        pages = [f"c.ticket_id = ({ticket})"]
    else:
        whose = "c.id > 0" if reads_audit else "c.actor_id = (select ctx_person())"
        # The indexes of migration 0022 part these from the others by the same names.
        quiet = ", ".join(f"'{name}'" for name in declared.quiet_commands())
        pages = [
            f"(c.ticket_id is not null or c.command not in ({quiet}))",
            f"c.ticket_id is null and c.command in ({quiet}) and {whose}",
        ]
    page = " union all ".join(PAGE.format(which=which, limit=limit) for which in pages)
    return NAMED.format(page=page, limit=limit)


async def list_changes(
    transaction: ReadTransaction, before: int, limit: int, ticket_number: int | None
) -> list[Change]:
    """Return the changes the actor may see before an id, newest first."""
    statement = changes_statement(
        limit, of_ticket=ticket_number is not None, reads_audit=transaction.actor.may(permissions.AUDIT_READ)
    )
    rows = await transaction.fetch(statement, before, *([] if ticket_number is None else [ticket_number]))
    of_runs = await _refusals_of_runs(transaction, sorted({r["run_id"] for r in rows if r["run_id"]}))
    return [
        Change(
            id=r["id"],
            command=r["command"],
            via=r["via"],
            ticket_number=r["number"],
            summary=r["summary"],
            at=r["at"],
            actor=NamedRef(r["actor_id"], r["actor_name"] or "") if r["actor_id"] else None,
            undo_of=r["undo_of"],
            cause_id=r["cause_id"],
            run_id=r["run_id"],
            undone="undone" in r["codes"],
            can_undo=refusal is None,
            undo_refusal=refusal,
            run_undo_refusal=of_runs.get(r["run_id"] or r["id"]),
        )
        for r in rows
        for refusal in [refusal_of(transaction.actor, _to_undo(r))]
    ]


async def _refusals_of_runs(transaction: ReadTransaction, runs: list[int]) -> dict[int, UndoRefusal | None]:
    """Return for each run, named by its first change, why it would not be taken back as one."""
    if not runs:
        return {}
    members: dict[int, list[ToUndo | None]] = {}
    for row in await transaction.fetch(RUNS, runs, MOST_CHANGES):
        members.setdefault(row["run"], []).append(_to_undo(row) if row["id"] else None)
    return {run: refusal_of_run(transaction.actor, changes) for run, changes in members.items()}


def _to_undo(row: asyncpg.Record) -> ToUndo:
    # An undo needs what the change that it took back did.
    command = row["summary"].get("command", row["command"]) if row["undo_of"] else row["command"]
    return ToUndo(command, row["actor_id"], row["via"], row["codes"])
