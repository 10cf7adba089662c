"""Statements about links between tickets, each kept as two rows: one for each side."""

from __future__ import annotations

import msgspec

from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.tickets.models import Relation, RelationKind

MOST_RELATIONS = 200
# What a link is from the other side.
OPPOSITE: dict[RelationKind, RelationKind] = {
    "parent": "child",
    "child": "parent",
    "duplicate_of": "duplicate",
    "duplicate": "duplicate_of",
    "related": "related",
    "problem": "incident",
    "incident": "problem",
    "split_from": "split_into",
    "split_into": "split_from",
    "not_same": "not_same",
}


async def list_relations(transaction: ReadTransaction, ticket_id: int) -> list[Relation]:
    """Return the visible tickets that one is linked to, by kind and age, at most MOST_RELATIONS."""
    rows = await transaction.fetch(
        """select l.id, l.kind, o.number, o.subject, o.category, s.name as status, p.name as requester, l.created_at
             from ticket_relations l
             join tickets o on o.id = l.other_id
             join statuses s on s.id = o.status_id
             join people p on p.id = o.requester_id
            where l.ticket_id = $1 and l.kind <> 'not_same' order by l.kind, l.id limit $2""",
        ticket_id,
        MOST_RELATIONS,
    )
    return [msgspec.convert(dict(row), Relation) for row in rows]


async def insert_relation(work: UnitOfWork, ticket_id: int, other_id: int, kind: RelationKind) -> None:
    """Link two locked tickets: `kind` says what the other is to the first."""
    await work.execute(
        """insert into ticket_relations (workspace_id, ticket_id, other_id, kind)
           values (ctx_workspace(), $1, $2, $3), (ctx_workspace(), $2, $1, $4)
           on conflict (ticket_id, kind, other_id) do nothing""",
        ticket_id,
        other_id,
        kind,
        OPPOSITE[kind],
    )


async def delete_relation(work: UnitOfWork, ticket_id: int, other_id: int, kind: RelationKind) -> int:
    """Delete both rows of a link between two tickets; return how many there were."""
    rows = await work.fetch(
        """delete from ticket_relations
            where (ticket_id = $1 and other_id = $2 and kind = $3) or (ticket_id = $2 and other_id = $1 and kind = $4)
        returning id""",
        ticket_id,
        other_id,
        kind,
        OPPOSITE[kind],
    )
    return len(rows)


class FoundRelation(msgspec.Struct, frozen=True):
    """A link of a ticket, with the other one."""

    kind: RelationKind
    other_id: int
    number: int


async def find_relation(transaction: ReadTransaction, ticket_id: int, relation_id: int) -> FoundRelation | None:
    """Return a visible link of a ticket."""
    row = await transaction.fetchrow(
        """select l.kind, l.other_id, o.number from ticket_relations l join tickets o on o.id = l.other_id
            where l.id = $2 and l.ticket_id = $1 and l.kind <> 'not_same'""",
        ticket_id,
        relation_id,
    )
    return None if row is None else msgspec.convert(dict(row), FoundRelation)


async def list_of_ticket(transaction: ReadTransaction, ticket_id: int) -> list[FoundRelation]:
    """Return all visible links of a ticket, the oldest first."""
    rows = await transaction.fetch(
        """select l.kind, l.other_id, o.number from ticket_relations l join tickets o on o.id = l.other_id
            where l.ticket_id = $1 and l.kind <> 'not_same' order by l.id limit 2000""",
        ticket_id,
    )
    return [msgspec.convert(dict(row), FoundRelation) for row in rows]


async def count_relations(transaction: ReadTransaction, ticket_id: int) -> int:
    """Return how many visible links a ticket has."""
    return await transaction.fetchval(
        "select count(*) from ticket_relations where ticket_id = $1 and kind <> 'not_same'", ticket_id
    )


async def is_linked(transaction: ReadTransaction, ticket_id: int, other_id: int, kind: RelationKind) -> bool:
    """Tell whether two tickets are linked in a way, in either direction."""
    return await transaction.fetchval(
        "select exists (select from ticket_relations where ticket_id = $1 and other_id = $2 and kind in ($3, $4))",
        ticket_id,
        other_id,
        kind,
        OPPOSITE[kind],
    )


async def delete_between(work: UnitOfWork, one_id: int, other_id: int) -> None:
    """Delete every link between two locked tickets, and that they were said to be different."""
    await work.execute(
        """delete from ticket_relations
            where (ticket_id = $1 and other_id = $2) or (ticket_id = $2 and other_id = $1)""",
        one_id,
        other_id,
    )


async def move_relation(work: UnitOfWork, found: FoundRelation, from_id: int, to_id: int) -> None:
    """Let both rows of a link name another ticket. Raises UniqueViolationError where that cannot be."""
    await work.execute(
        """update ticket_relations
              set ticket_id = case when ticket_id = $1 then $2 else ticket_id end,
                  other_id = case when other_id = $1 then $2 else other_id end
            where (ticket_id = $1 and other_id = $3 and kind = $4)
               or (ticket_id = $3 and other_id = $1 and kind = $5)""",
        from_id,
        to_id,
        found.other_id,
        found.kind,
        OPPOSITE[found.kind],
    )


async def list_written(transaction: ReadTransaction, change_id: int) -> list[int]:
    """Return the rows of links that a change moved or removed."""
    rows = await transaction.fetch(
        """select distinct row_id from row_changes
            where change_id = $1 and table_name = 'ticket_relations' and operation <> 'I' order by row_id limit 4000""",
        change_id,
    )
    return [row["row_id"] for row in rows]


async def restore_relation(work: UnitOfWork, change_id: int, relation_id: int) -> None:
    """Give a row of a link what a change took from it, if it still says what that wrote.

    Raises UniqueViolationError where it has another in its place, and InsufficientPrivilegeError where it is out
    of sight.
    """
    await work.execute(
        """update ticket_relations l
              set ticket_id = coalesce((r.old->>'ticket_id')::bigint, l.ticket_id),
                  other_id = coalesce((r.old->>'other_id')::bigint, l.other_id)
             from row_changes r
            where r.change_id = $1 and r.table_name = 'ticket_relations' and r.row_id = $2 and r.operation = 'U'
              and l.id = $2 and l.ticket_id = coalesce((r.new->>'ticket_id')::bigint, l.ticket_id)
              and l.other_id = coalesce((r.new->>'other_id')::bigint, l.other_id)""",
        change_id,
        relation_id,
    )
    await work.execute(
        """insert into ticket_relations (id, workspace_id, ticket_id, other_id, kind, created_at)
           overriding system value
           select r.row_id, ctx_workspace(), (r.old->>'ticket_id')::bigint, (r.old->>'other_id')::bigint,
                  r.old->>'kind', (r.old->>'created_at')::timestamptz
             from row_changes r
            where r.change_id = $1 and r.table_name = 'ticket_relations' and r.row_id = $2 and r.operation = 'D'
           on conflict do nothing""",
        change_id,
        relation_id,
    )
