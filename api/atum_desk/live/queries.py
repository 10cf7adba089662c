"""All SQL of the live service. It runs as the worker role, which sees one workspace at a time."""

from __future__ import annotations

from functools import cache

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction
from atum_desk.kernel.ledger.tail import LedgerChange, Position
from atum_desk.live.concerned import columns_told, concerned_column
from atum_desk.live.models import Powers

# So many changes that nobody was told of yet are looked at; behind more, powers are read anyway.
MOST_LOOKED_AT = 500


class TouchedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row a change wrote, as far as it decides who hears of it, with its ticket as it is now.

    A change that wrote nothing of its ticket, or nothing at all, gives one row without a `table_name`.
    `concerned` names people and teams by the column that does, as declared of the table's audiences.
    """

    change_id: int
    ticket_id: int | None
    table_name: str | None
    columns: list[str] | None
    is_reply: bool | None
    old_team_id: int | None
    new_team_id: int | None
    number: int | None
    version: int | None
    team_id: int | None
    requester_id: int | None
    organization_id: int | None
    cc_ids: list[int]
    concerned: dict[str, list[int | None]] = {}


class TicketPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket by its number and the team whose members see it."""

    ticket_id: int
    team_id: int


# Tickets are read by an array of ids: a join on `t.id = coalesce(...)` reads every ticket, for
# under row security the planner compares a key only with what cannot leak, and a COALESCE might.
TOUCHED_ROWS = """
    with wrote as materialized (
           select r.change_id, r.seq, r.ticket_id, r.table_name,
                  case when r.table_name in ({by_column}) and r.operation = 'U'
                       then array(select jsonb_object_keys(r.new)) end as columns,
                  r.table_name = 'messages' and 'reply' = coalesce(r.new->>'kind', r.old->>'kind',
                       (select m.kind from messages m where m.id = r.row_id)) as is_reply,
                  case when r.table_name = 'tickets' then (r.old->>'team_id')::bigint end as old_team_id,
                  case when r.table_name = 'tickets' then (r.new->>'team_id')::bigint end as new_team_id,
                  case when r.table_name = 'tickets' then (r.old->>'number')::int end as old_number,
                  {concerned} as concerned
             from row_changes r
            where r.change_id = any($1::bigint[])
              -- What an array names, a plan that is kept cannot tell the ledger's parts from.
              and r.change_id between (select min(i) from unnest($1::bigint[]) i)
                                  and (select max(i) from unnest($1::bigint[]) i)),
         standing as materialized (
           select t.id, t.number, t.version, t.team_id, t.requester_id, t.organization_id,
                  array(select p.person_id from participants p where p.ticket_id = t.id) as cc_ids
             from tickets t
            where t.id = any(array(select w.ticket_id from wrote w union select unnest($2::bigint[]))))
    select c.id as change_id, c.ticket_id, w.table_name, w.columns,
           w.is_reply, w.old_team_id, w.new_team_id, coalesce(t.number, w.old_number) as number,
           t.version, t.team_id, t.requester_id, t.organization_id, coalesce(t.cc_ids, '{{}}') as cc_ids,
           coalesce(w.concerned, '{{}}') as concerned
      from (select n.id, n.place, w.ticket_id, w.seq
              from unnest($1::bigint[]) with ordinality as n(id, place) join wrote w on w.change_id = n.id
             union all
            -- What a change wrote besides its ticket concerns others: it stands for itself.
            select n.id, n.place, n.ticket_id, null
              from unnest($1::bigint[], $2::bigint[]) with ordinality as n(id, ticket_id, place)
             where not exists (select from wrote w
                                where w.change_id = n.id and (n.ticket_id is null or w.ticket_id = n.ticket_id))
           ) c(id, place, ticket_id, seq)
      left join wrote w on w.change_id = c.id and w.seq = c.seq
      left join standing t on t.id = c.ticket_id
     order by c.place, c.seq"""

POWERS = """
    select s.id as session_id, s.workspace_id, s.audience, p.id as person_id, p.name, s.only_ticket_id,
           case when s.audience = 'contact' and s.only_ticket_id is null
                 and (p.organization_manager
                      or (select o.shares_tickets from organizations o where o.id = p.organization_id))
                then p.organization_id end as organization_id,
           case when s.audience = 'staff' then array(
                select t.id from teams t
                 where p.sees_all_teams
                    or exists (select from team_members m where m.team_id = t.id and m.person_id = p.id))
                else '{}' end as team_ids,
           case when s.audience = 'contact' then '{}'::text[]
                when s.scopes is null then r.permissions
                else array(select unnest(r.permissions) intersect select unnest(s.scopes)) end as permissions
      from sessions s join people p on p.id = s.person_id left join roles r on r.id = p.role_id
     where s.id = any($1::bigint[]) and s.expires_at > moment() and p.active
       and (s.audience = 'contact' or p.kind = 'staff')"""

POWERS_MOVED = f"""
    select count(*) = {MOST_LOOKED_AT}
           or coalesce(bool_or(n.command <> all ($3::text[])
                or exists (select from row_changes r where r.change_id = n.id and r.table_name = any($4::text[]))),
                false)
      from (select c.id, c.command from changes c
             where (c.xid, c.id) > ($1::xid8, $2::bigint) order by c.xid, c.id limit {MOST_LOOKED_AT}) n"""

TICKET_PLACE = """
    select id as ticket_id, team_id from tickets
     where workspace_id = (select ctx_workspace()) and number = $1"""


@cache
def touched_rows_statement() -> str:
    """Return the statement of `list_touched_rows`, which follows what the slices declare of their tables."""
    return TOUCHED_ROWS.format(by_column=columns_told(), concerned=concerned_column())


async def list_touched_rows(transaction: ReadTransaction, changes: list[LedgerChange]) -> list[TouchedRow]:
    """Return what the changes of one workspace wrote, in the order of the changes."""
    ids = [change.id for change in changes]
    rows = await transaction.fetch(touched_rows_statement(), ids, [change.ticket_id for change in changes])
    return [TouchedRow(**row) for row in rows]


async def list_powers(transaction: ReadTransaction, session_ids: list[int]) -> list[Powers]:
    """Return what each session that still holds may hear of; ended ones are absent."""
    rows = await transaction.fetch(POWERS, session_ids)
    return [
        Powers(**{**row, "team_ids": frozenset(row["team_ids"]), "permissions": frozenset(row["permissions"])})
        for row in rows
    ]


async def powers_moved(transaction: ReadTransaction, after: Position, harmless: list[str], tables: list[str]) -> bool:
    """Tell whether a committed change after a position may have altered who sees what.

    `harmless` are the commands that by themselves do not, `tables` those whose rows do. True as
    well when there are too many changes to look at.
    """
    return await transaction.fetchval(POWERS_MOVED, after.xid, after.id, harmless, tables)


async def find_ticket_place(transaction: ReadTransaction, number: int) -> TicketPlace | None:
    """Return where a ticket is, by its number."""
    row = await transaction.fetchrow(TICKET_PLACE, number)
    return TicketPlace(**row) if row else None
