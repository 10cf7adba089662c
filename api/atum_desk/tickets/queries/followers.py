"""Statements about who follows a ticket, and about whom a note may mention."""

from __future__ import annotations

import msgspec

from atum_desk.identity.public import sees_tickets_of
from atum_desk.kernel.database.units_of_work import ReadTransaction, UnitOfWork
from atum_desk.kernel.named_ref import NamedRef
from atum_desk.tickets.values import Mentions


class Mentioned(msgspec.Struct, frozen=True):
    """Somebody or a team that a note mentions, and whether they see its ticket."""

    name: str
    sees: bool


async def list_mentioned(transaction: ReadTransaction, team_id: int, mentions: Mentions) -> list[Mentioned]:
    """Return the active staff and the teams among those mentioned, with whether they see a team's tickets."""
    rows = await transaction.fetch(
        f"""select p.name, {sees_tickets_of("p", "$3")} as sees from people p
             where p.id = any($1) and p.workspace_id = (select ctx_workspace()) and p.kind = 'staff' and p.active
            union all
            select t.name, exists (select from team_members x join people p on p.id = x.person_id
                                    where x.team_id = t.id and {sees_tickets_of("p", "$3")})
              from teams t where t.id = any($2) and t.workspace_id = (select ctx_workspace())""",
        mentions.staff_ids,
        mentions.team_ids,
        team_id,
    )
    return [Mentioned(row["name"], row["sees"]) for row in rows]


async def find_staff(transaction: ReadTransaction, person_id: int, team_id: int) -> Mentioned | None:
    """Return an active member of the staff, with whether they see a team's tickets."""
    found = await list_mentioned(transaction, team_id, Mentions([person_id], []))
    return found[0] if found else None


async def find_name(transaction: ReadTransaction, person_id: int) -> str | None:
    """Return the name of a member of the staff, also of one who is not active any more."""
    return await transaction.fetchval(
        "select name from people where id = $1 and workspace_id = (select ctx_workspace()) and kind = 'staff'",
        person_id,
    )


async def list_followers(transaction: ReadTransaction, ticket_id: int, limit: int) -> list[NamedRef]:
    """Return who follows a ticket, the earliest first."""
    rows = await transaction.fetch(
        """select p.id, p.name from ticket_followers f join people p on p.id = f.person_id
            where f.ticket_id = $1 and f.active order by f.id limit $2""",
        ticket_id,
        limit,
    )
    return [NamedRef(row["id"], row["name"]) for row in rows]


async def is_following(transaction: ReadTransaction, ticket_id: int) -> bool:
    """Tell whether the reader follows a ticket."""
    return await transaction.fetchval(
        """select exists (select from ticket_followers
             where ticket_id = $1 and person_id = (select ctx_person()) and active)""",
        ticket_id,
    )


async def count_followers(transaction: ReadTransaction, ticket_id: int) -> int:
    """Count who follows a ticket."""
    return await transaction.fetchval(
        "select count(*) from ticket_followers where ticket_id = $1 and active", ticket_id
    )


async def follow(work: UnitOfWork, ticket_id: int, person_id: int) -> bool:
    """Let somebody follow a ticket; tell whether they did not yet."""
    followed = await work.fetchval(
        """insert into ticket_followers (workspace_id, ticket_id, person_id)
           values (ctx_workspace(), $1, $2)
           on conflict (ticket_id, person_id) do update set active = true where not ticket_followers.active
           returning true""",
        ticket_id,
        person_id,
    )
    return bool(followed)


async def unfollow(work: UnitOfWork, ticket_id: int, person_id: int) -> bool:
    """Let somebody no longer follow a ticket; tell whether they did."""
    stopped = await work.fetchval(
        """update ticket_followers set active = false
            where ticket_id = $1 and person_id = $2 and active returning true""",
        ticket_id,
        person_id,
    )
    return bool(stopped)


async def copy_followers(work: UnitOfWork, from_id: int, to_id: int) -> None:
    """Let those who follow a ticket follow the one that it goes on in; who stopped following that stays away."""
    await work.execute(
        """insert into ticket_followers (workspace_id, ticket_id, person_id)
           select workspace_id, $2, person_id from ticket_followers where ticket_id = $1 and active
           on conflict (ticket_id, person_id) do nothing""",
        from_id,
        to_id,
    )


async def remove_copied(work: UnitOfWork, change_id: int, ticket_id: int) -> None:
    """Let those no longer follow a ticket who came to it by a merge."""
    await work.execute(
        """delete from ticket_followers f where f.ticket_id = $2
              and exists (select from row_changes r where r.change_id = $1 and r.table_name = 'ticket_followers'
                             and r.row_id = f.id and r.operation = 'I')""",
        change_id,
        ticket_id,
    )
