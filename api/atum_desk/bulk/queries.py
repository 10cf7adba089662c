"""All SQL of bulk runs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from atum_desk.bulk.models import Item, NewRun, StoredRun
from atum_desk.bulk.schemas import BulkItem, BulkRefused, RunState
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.tickets.public import Addressee, Outcome

RUN = """
    select r.id, r.kind, r.whole_workspace, r.asked_by, p.name as asked_name, r.token_id, r.scopes, r.request, r.state,
           r.cancel_asked, r.problem, r.place, r.total, r.changed, r.unchanged, r.refused, r.undo_of, r.undone_by,
           r.change_id, r.mail_at, r.created_at, r.started_at, r.finished_at,
           r.kind = 'undo' and exists (select from bulk_runs u where u.id = r.undo_of and u.kind = 'outbound')
             as takes_back_outbound
      from bulk_runs r join people p on p.id = r.asked_by
     where r.workspace_id = (select ctx_workspace())"""


async def insert_run(work: UnitOfWork, new: NewRun) -> int:
    """Insert a run that waits for its job; one that `begins_here` is undone with this work's change."""
    return await work.fetchval(
        """insert into bulk_runs (workspace_id, kind, asked_by, request, whole_workspace, token_id, scopes, undo_of,
                                  change_id)
           values (ctx_workspace(), $1, $2, $3, $4, $5, $6, $7, case when $9 then ctx_change() else $8 end)
           returning id""",
        new.kind,
        new.asked_by,
        new.request,
        new.whole_workspace,
        new.token_id,
        new.scopes,
        new.undo_of,
        new.change_id,
        new.begins_here,
    )


async def find_run(transaction: ReadTransaction, run_id: int) -> StoredRun | None:
    """Return a visible run."""
    row = await transaction.fetchrow(f"{RUN} and r.id = $1", run_id)
    return msgspec.convert(dict(row), StoredRun) if row else None


async def lock_run(work: UnitOfWork, run_id: int) -> StoredRun | None:
    """Lock a run of the actor's own."""
    row = await work.fetchrow(f"{RUN} and r.id = $1 for update of r", run_id)
    return msgspec.convert(dict(row), StoredRun) if row else None


async def list_runs(transaction: ReadTransaction, before: int, limit: int) -> list[StoredRun]:
    """Return the actor's own runs before an id, newest first."""
    rows = await transaction.fetch(
        f"{RUN} and r.asked_by = (select ctx_person()) and r.id < $1 order by r.id desc limit $2", before, limit
    )
    return [msgspec.convert(dict(row), StoredRun) for row in rows]


async def count_unfinished(transaction: ReadTransaction) -> int:
    """Return how many of the actor's newest runs are not finished."""
    return await transaction.fetchval(
        """select count(*) from (select state from bulk_runs where workspace_id = (select ctx_workspace())
              and asked_by = (select ctx_person()) order by id desc limit 100) r
            where state in ('waiting', 'collecting', 'running')"""
    )


async def add_numbers(transaction: ReadTransaction, run_id: int, numbers: Sequence[int]) -> int:
    """Add tickets to a run, each once; return how many are new."""
    return await transaction.fetchval(
        """with new as (
             insert into bulk_items (run_id, workspace_id, number)
             select $1, ctx_workspace(), n from unnest($2::int[]) n on conflict do nothing returning 1),
           told as (update bulk_runs set total = total + (select count(*) from new) where id = $1 returning 1)
           select (select count(*) from new)::int from told""",
        run_id,
        list(numbers),
    )


async def add_people(
    work: UnitOfWork, run_id: int, people: Sequence[Addressee], refused: dict[int, dict[str, object]]
) -> None:
    """Add the people of a run that opens tickets; `refused` says by place who gets none, and why."""
    await work.execute(
        """with new as (
             insert into bulk_items (run_id, workspace_id, number, address, name, state, problem)
             select $1, ctx_workspace(), n.place, n.address, n.name,
                    case when n.problem is null then 'waiting' else 'refused' end, n.problem
               from unnest($2::int[], $3::text[], $4::text[], $5::jsonb[]) n(place, address, name, problem))
           update bulk_runs set total = $6, refused = $7 where id = $1""",
        run_id,
        [one.place for one in people],
        [one.address for one in people],
        [one.name for one in people],
        [refused.get(one.place) for one in people],
        len(people),
        len(refused),
    )


async def add_changes_of(work: UnitOfWork, run_id: int, undo_of: int) -> int:
    """Let a run take back what another one changed; return how many tickets that are."""
    return await work.fetchval(
        """with new as (
             insert into bulk_items (run_id, workspace_id, number, undoes)
             select $1, ctx_workspace(), coalesce(i.opened, i.number), i.change_id from bulk_items i
              where i.run_id = $2 and i.state = 'changed' returning 1),
           told as (update bulk_runs set total = (select count(*) from new) where id = $1 returning 1)
           select (select count(*) from new)::int from told""",
        run_id,
        undo_of,
    )


async def set_state(
    transaction: ReadTransaction, run_id: int, state: RunState, *, problem: dict[str, object] | None = None
) -> None:
    """Say where a run is; it starts with the first state and is finished with the last."""
    await transaction.execute(
        """update bulk_runs set state = $2, problem = $3, started_at = coalesce(started_at, moment()),
                  finished_at = case when $2 in ('done', 'cancelled', 'failed') then moment() end
            where id = $1""",
        run_id,
        state,
        problem,
    )


async def keep_place(transaction: ReadTransaction, run_id: int, place: str | None) -> None:
    """Remember where the collection of a run's tickets goes on."""
    await transaction.execute("update bulk_runs set place = $2 where id = $1", run_id, place)


async def hold_mail(transaction: ReadTransaction, run_id: int, seconds: float) -> None:
    """Say once until when no mail of a run leaves."""
    await transaction.execute(
        "update bulk_runs set mail_at = moment() + make_interval(secs => $2) where id = $1 and mail_at is null",
        run_id,
        seconds,
    )


async def take_items(work: UnitOfWork, run_id: int, after: int, limit: int) -> list[Item]:
    """Lock the next tickets of a run that wait; another worker that has the same run gets others."""
    rows = await work.fetch(
        """select number, undoes, address, name from bulk_items where run_id = $1 and state = 'waiting' and number > $2
            order by number limit $3 for update skip locked""",
        run_id,
        after,
        limit,
    )
    return [Item(**row) for row in rows]


async def write_outcomes(work: UnitOfWork, run_id: int, outcomes: Sequence[Outcome]) -> bool:
    """Write what became of tickets, in the transaction that changed them; tell whether the run shall stop."""
    return await work.fetchval(
        """with done as (
             update bulk_items i set state = o.state, change_id = o.change_id, problem = o.problem, opened = o.opened
               from unnest($2::int[], $3::text[], $4::bigint[], $5::jsonb[], $6::int[])
                      as o(number, state, change_id, problem, opened)
              where i.run_id = $1 and i.number = o.number returning i.state)
           update bulk_runs r set changed = r.changed + d.changed, unchanged = r.unchanged + d.unchanged,
                  refused = r.refused + d.refused
             from (select count(*) filter (where state = 'changed') as changed,
                          count(*) filter (where state = 'unchanged') as unchanged,
                          count(*) filter (where state = 'refused') as refused from done) d
            where r.id = $1 returning r.cancel_asked""",
        run_id,
        [one.number for one in outcomes],
        [one.state for one in outcomes],
        [one.change_id for one in outcomes],
        [one.problem for one in outcomes],
        [one.opened for one in outcomes],
    )


async def ask_to_cancel(work: UnitOfWork, run_id: int) -> None:
    """Let a run end after its batch in hand."""
    await work.execute("update bulk_runs set cancel_asked = true where id = $1", run_id)


async def set_beginning(work: UnitOfWork, run_id: int, change_id: int) -> None:
    """Say which change an undo of a run takes back with it."""
    await work.execute("update bulk_runs set change_id = $2 where id = $1", run_id, change_id)


async def set_undone_by(work: UnitOfWork, run_id: int, undone_by: int) -> None:
    """Say which run takes another one back."""
    await work.execute("update bulk_runs set undone_by = $2 where id = $1", run_id, undone_by)


async def list_refused(transaction: ReadTransaction, run_id: int, limit: int) -> list[BulkRefused]:
    """Return the first tickets that a run left alone."""
    rows = await transaction.fetch(
        """select number, problem, address from bulk_items where run_id = $1 and state = 'refused'
            order by number limit $2""",
        run_id,
        limit,
    )
    return [BulkRefused(row["number"], row["problem"] or {}, row["address"]) for row in rows]


async def list_items(transaction: ReadTransaction, run_id: int, after: int, limit: int) -> list[BulkItem]:
    """Return tickets of a run after a number."""
    rows = await transaction.fetch(
        """select number, state, change_id, problem, address, opened from bulk_items
            where run_id = $1 and number > $2 order by number limit $3""",
        run_id,
        after,
        limit,
    )
    return [msgspec.convert(dict(row), BulkItem) for row in rows]


async def list_tagged(transaction: ReadTransaction, tag: str, after: int, limit: int) -> list[int]:
    """Return the numbers of tickets with a tag after one, as the actor sees them."""
    rows = await transaction.fetch(
        """select number from ticket_tags where workspace_id = (select ctx_workspace()) and tag = $1 and number > $2
            order by number limit $3""",
        tag,
        after,
        limit,
    )
    return [row["number"] for row in rows]


async def prune_items(transaction: ReadTransaction, days: int, runs: int) -> None:
    """Forget the tickets of some runs that ended long ago; what was done to them stays in the ledger."""
    await transaction.execute(
        """delete from bulk_items where run_id in (
             select r.id from bulk_runs r where r.workspace_id = (select ctx_workspace())
                and r.finished_at < moment() - make_interval(days => $1)
                and exists (select from bulk_items i where i.run_id = r.id) order by r.id limit $2)""",
        days,
        runs,
    )


async def has_waiting(transaction: ReadTransaction, run_id: int) -> bool:
    """Tell whether a run has tickets that wait."""
    return await transaction.fetchval(
        "select exists (select from bulk_items where run_id = $1 and state = 'waiting')", run_id
    )
