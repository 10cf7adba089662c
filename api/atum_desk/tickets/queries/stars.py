"""Statements of stars: each person's own mark on tickets, which nobody else sees."""

from __future__ import annotations

from atum_desk.kernel.database.units_of_work import ReadTransaction


async def list_stars(transaction: ReadTransaction, limit: int) -> list[int]:
    """Return the numbers of the tickets that the reader starred and sees, the last starred first."""
    rows = await transaction.fetch(
        """select t.number from ticket_stars s join tickets t on t.id = s.ticket_id
            where s.person_id = (select ctx_person()) order by s.id desc limit $1""",
        limit,
    )
    return [row["number"] for row in rows]


async def lock_stars(transaction: ReadTransaction) -> int:
    """Let nothing else change the actor's stars until the transaction ends; return how many there are."""
    await transaction.execute("select pg_advisory_xact_lock(hashtextextended('stars', ctx_person()))")
    return await transaction.fetchval("select count(*) from ticket_stars where person_id = (select ctx_person())") or 0


async def insert_star(transaction: ReadTransaction, ticket_id: int) -> None:
    """Star a ticket for the actor; once starred it stays so."""
    await transaction.execute(
        """insert into ticket_stars (workspace_id, person_id, ticket_id) values (ctx_workspace(), ctx_person(), $1)
           on conflict (person_id, ticket_id) do nothing""",
        ticket_id,
    )


async def delete_star(transaction: ReadTransaction, ticket_id: int) -> None:
    """Take the actor's star from a ticket."""
    await transaction.execute(
        "delete from ticket_stars where person_id = (select ctx_person()) and ticket_id = $1", ticket_id
    )
