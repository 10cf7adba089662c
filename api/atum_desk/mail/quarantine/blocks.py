"""Senders, domains and lists whose mail is refused: SQL and use cases."""

from __future__ import annotations

import asyncpg

from atum_desk.identity.public import NamedRef
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, UnitOfWork
from atum_desk.kernel.problems import AlreadyExists
from atum_desk.mail.models import BlockKind, MailBlock
from atum_desk.mail.notices import BlockOf
from atum_desk.mail.permissions import MAIL_QUARANTINE
from atum_desk.mail.problems import BlockNotFound, BlockTooWide
from atum_desk.mail.schemas import NewBlock

MOST_BLOCKS = 2000
COLUMNS = """
    select b.id, b.kind, b.value, b.created_at, b.created_by, p.name from mail_blocks b
      left join people p on p.id = b.created_by where b.workspace_id = ctx_workspace()"""


async def list_blocks(transaction: ReadTransaction) -> list[MailBlock]:
    """Return who is blocked, domains first."""
    rows = await transaction.fetch(f"{COLUMNS} order by b.kind desc, b.value limit {MOST_BLOCKS}")
    return [_block(row) for row in rows]


async def add_block(database: Database, actor: Actor, new: NewBlock) -> MailBlock:
    """Block an address, a domain or a list. Raises AlreadyExists and BlockTooWide."""
    value = new.value.strip().lower().lstrip("@")
    async with database.writing(actor, "mail_block.add") as work:
        work.actor.require(MAIL_QUARANTINE)
        kind: BlockKind = "list" if new.list else "address" if "@" in value else "domain"
        block_id = await insert_block(work, kind, value)
        if block_id is None:
            raise AlreadyExists(what=BlockOf(value))
        work.summary = {"block_id": block_id, "value": value}
        row = await work.fetchone(f"{COLUMNS} and b.id = $1", block_id)
        return _block(row)


async def remove_block(database: Database, actor: Actor, block_id: int) -> None:
    """Take mail of a blocked sender again. Raises BlockNotFound."""
    async with database.writing(actor, "mail_block.remove") as work:
        work.actor.require(MAIL_QUARANTINE)
        value = await work.fetchval("delete from mail_blocks where id = $1 returning value", block_id)
        if value is None:
            raise BlockNotFound
        work.summary = {"block_id": block_id, "value": value}


async def insert_block(work: UnitOfWork, kind: BlockKind, value: str) -> int | None:
    """Block within a unit of work; None when that is blocked already. Raises BlockTooWide."""
    ours = kind != "list" and await work.fetchval(
        """select exists (
             select from (select a.email from addresses a join people p on p.id = a.person_id
                           where a.workspace_id = ctx_workspace() and p.kind = 'staff'
                          union all
                          select b.address from mailboxes b where b.workspace_id = ctx_workspace()) own
              where own.email = $1 or $1 = any(domains_above(own.email)))""",
        value,
    )
    if ours:
        raise BlockTooWide(value=value)
    return await work.fetchval(
        """insert into mail_blocks (workspace_id, kind, value, created_by)
           values (ctx_workspace(), $1, $2, ctx_person())
           on conflict (workspace_id, kind, value) do nothing returning id""",
        kind,
        value,
    )


def _block(row: asyncpg.Record) -> MailBlock:
    by = NamedRef(row["created_by"], row["name"] or "") if row["created_by"] else None
    return MailBlock(row["id"], row["kind"], row["value"], row["created_at"], by)
