"""What people do with mail that waits in quarantine: release it, delete it, block its sender."""

from __future__ import annotations

import structlog

from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.mail import queries
from atum_desk.mail.commands import file_again
from atum_desk.mail.models import KeptMail, MailItem
from atum_desk.mail.notices import KeptState
from atum_desk.mail.permissions import MAIL_QUARANTINE
from atum_desk.mail.problems import MailErased, MailNotQuarantined, NoSenderToBlock
from atum_desk.mail.quarantine import blocks
from atum_desk.mail.schemas import BlockScope

ERASED_AT_ONCE = 200

log = structlog.get_logger()


async def release_mail(database: Database, actor: Actor, mail_id: int) -> MailItem:
    """Let a mail through, whatever the checks say: it is filed like any other."""
    async with database.writing(actor, "quarantine.release") as work:
        kept = await _lock_held(work, mail_id)
        await file_again(work, mail_id, released=True)
        work.summary = {"mail_id": mail_id, "cause": kept.cause}
        return await queries.get_item(work, mail_id)


async def delete_mail(database: Database, actor: Actor, mail_id: int) -> MailItem:
    """Take a mail out of quarantine for good; its bytes stay, and undo brings it back."""
    async with database.writing(actor, "quarantine.delete") as work:
        kept = await _lock_held(work, mail_id)
        await queries.mark_deleted(work, mail_id)
        work.summary = {"mail_id": mail_id, "cause": kept.cause}
        return await queries.get_item(work, mail_id)


async def block_sender_of(database: Database, actor: Actor, mail_id: int, scope: BlockScope) -> MailItem:
    """Block a mail's sender or their domain, and delete the mail; one undo takes both back.

    Raises NoSenderToBlock and BlockTooWide.
    """
    async with database.writing(actor, "quarantine.block") as work:
        kept = await _lock_held(work, mail_id)
        address = (kept.from_address or kept.envelope_from).lower()
        domain = address.rpartition("@")[2]
        if "@" not in address or not domain:
            raise NoSenderToBlock
        value = address if scope == "address" else domain
        await blocks.insert_block(work, scope, value)
        await queries.mark_deleted(work, mail_id)
        work.summary = {"mail_id": mail_id, "blocked": value}
        return await queries.get_item(work, mail_id)


async def erase_deleted(database: Database) -> None:
    """Erase the bytes of mail that was deleted longer ago than its workspace keeps it."""
    async with database.connection("atum_desk_worker") as connection:
        due = await queries.list_to_erase(connection, ERASED_AT_ONCE)
    for workspace_id in dict.fromkeys(one for one, _ in due):
        mail_ids = [mail_id for workspace, mail_id in due if workspace == workspace_id]
        actor = SystemActor(workspace_id=workspace_id, via="job")
        async with database.writing(actor, "mail.erase") as work:
            await queries.erase(work, mail_ids)
            work.summary = {"mail_ids": mail_ids}
        log.info("mails_erased", mails=len(mail_ids))


async def _lock_held(work: UnitOfWork, mail_id: int) -> KeptMail:
    work.actor.require(MAIL_QUARANTINE)
    kept = await queries.lock_mail(work, mail_id)
    if kept.state != "quarantined":
        raise MailNotQuarantined(state=KeptState("deleted" if kept.deleted else kept.state))
    if kept.erased:
        raise MailErased
    return kept
