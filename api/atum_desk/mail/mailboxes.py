"""Mailboxes: their SQL and use cases."""

from __future__ import annotations

import asyncpg
from msgspec import UNSET

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction, UnitOfWork
from atum_desk.kernel.mail_address import read_address
from atum_desk.kernel.problems import AlreadyExists, require_text, require_version
from atum_desk.mail.models import Mailbox
from atum_desk.mail.notices import MailboxAt
from atum_desk.mail.permissions import SETTINGS_MAILBOXES_EDIT
from atum_desk.mail.problems import MailboxNotFound, MailboxTeamUnknown
from atum_desk.mail.schemas import MailboxChange, NewMailbox

COLUMNS = "id, address, name, team_id, active, version"


async def list_mailboxes(transaction: ReadTransaction) -> list[Mailbox]:
    """Return all mailboxes by address."""
    rows = await transaction.fetch(
        f"select {COLUMNS} from mailboxes where workspace_id = ctx_workspace() order by address"
    )
    return [Mailbox(**row) for row in rows]


async def add_mailbox(database: Database, actor: Actor, new: NewMailbox) -> Mailbox:
    """Add a mailbox. Raises AlreadyExists and MailboxTeamUnknown."""
    address = read_address("address", new.address)
    async with database.writing(actor, "mailbox.add") as work:
        work.actor.require(SETTINGS_MAILBOXES_EDIT)
        await _require_team(work, new.team_id)
        try:
            row = await work.fetchrow(
                f"""insert into mailboxes (workspace_id, address, name, team_id, active)
                    values (ctx_workspace(), $1, $2, $3, $4) returning {COLUMNS}""",
                address,
                require_text("name", new.name),
                new.team_id,
                new.active,
            )
        except asyncpg.UniqueViolationError:
            raise AlreadyExists(what=MailboxAt(address)) from None
        assert row is not None
        work.summary = {"mailbox_id": row["id"], "address": address}
        return Mailbox(**row)


async def change_mailbox(
    database: Database, actor: Actor, mailbox_id: int, change: MailboxChange, version: int | None
) -> Mailbox:
    """Change a mailbox. Raises MailboxNotFound, VersionConflict, AlreadyExists and MailboxTeamUnknown."""
    address = read_address("address", change.address) if change.address else None
    async with database.writing(actor, "mailbox.edit") as work:
        work.actor.require(SETTINGS_MAILBOXES_EDIT)
        current = await work.fetchval("select version from mailboxes where id = $1 for update", mailbox_id)
        if current is None:
            raise MailboxNotFound
        require_version(change.version if version is None else version, current)
        if change.team_id is not UNSET:
            await _require_team(work, change.team_id)
        name = None if change.name is UNSET else require_text("name", change.name)
        try:
            row = await work.fetchrow(
                f"""update mailboxes set address = coalesce(lower($2), address), name = coalesce($3, name),
                           team_id = coalesce($4, team_id), active = coalesce($5, active)
                     where id = $1 returning {COLUMNS}""",
                mailbox_id,
                address,
                name,
                change.team_id or None,
                None if change.active is UNSET else change.active,
            )
        except asyncpg.UniqueViolationError:
            raise AlreadyExists(what=MailboxAt(str(change.address))) from None
        assert row is not None
        work.summary = {"mailbox_id": mailbox_id}
        return Mailbox(**row)


async def _require_team(work: UnitOfWork, team_id: int) -> None:
    if not await work.fetchval("select true from teams where id = $1 and id = any(ctx_teams())", team_id):
        raise MailboxTeamUnknown
