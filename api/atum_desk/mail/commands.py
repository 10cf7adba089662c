"""Use cases of received mail: file again, give up on one, and the balance of mail."""

from __future__ import annotations

from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database, UnitOfWork
from atum_desk.kernel.jobs.handlers import JobContext
from atum_desk.kernel.notices import Sayable
from atum_desk.mail import queries
from atum_desk.mail.feature import FILE_MAIL, FileMail
from atum_desk.mail.models import MailItem
from atum_desk.mail.notices import KeptState
from atum_desk.mail.permissions import MAIL_MANAGE
from atum_desk.mail.problems import MailErased, MailNotRefilable

FAILURES_BEFORE_QUARANTINE = 3


async def retry_mail(database: Database, actor: Actor, mail_id: int) -> MailItem:
    """File a quarantined or refused mail anew."""
    async with database.writing(actor, "mail.retry") as work:
        work.actor.require(MAIL_MANAGE)
        kept = await queries.lock_mail(work, mail_id)
        if kept.state not in ("quarantined", "refused"):
            raise MailNotRefilable(state=KeptState(kept.state))
        if kept.erased:
            raise MailErased
        await file_again(work, mail_id, released=False)
        work.summary = {"mail_id": mail_id, "was": kept.state}
        return await queries.get_item(work, mail_id)


async def file_again(work: UnitOfWork, mail_id: int, *, released: bool) -> None:
    """Let a locked mail be filed anew, past the checks if a person released it."""
    await queries.reset(work, mail_id, released=released)
    await work.enqueue(FILE_MAIL, FileMail(mail_id=mail_id), key=queries.filing_key(mail_id, again=True))


async def count_failure(job: JobContext, mail_id: int, failure: Sayable) -> int | None:
    """Count a failed filing and quarantine the mail at the third; return how many there were."""
    async with job.writing("mail.defer") as work:
        attempts = await queries.count_failure(work, mail_id)
        if attempts is None:
            work.unchanged = True
            return None
        work.summary = {"mail_id": mail_id, "attempts": attempts, "words": failure.text, "notice": failure.ref}
        if attempts >= FAILURES_BEFORE_QUARANTINE:
            work.command = "mail.quarantine"
            await queries.settle(work, mail_id, "quarantined", reason=failure, cause="failed")
        return attempts


async def quarantine_mail(job: JobContext, mail_id: int, reason: Sayable) -> None:
    """Set a mail aside that no worker survives."""
    async with job.writing("mail.quarantine") as work:
        if (await queries.lock_mail(work, mail_id)).state != "received":
            work.unchanged = True
            return
        work.summary = {"mail_id": mail_id, "reason": reason.text, "notice": reason.ref}
        await queries.settle(work, mail_id, "quarantined", reason=reason, cause="failed")
