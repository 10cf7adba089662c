"""Doors of kept mail: looking at it, the quarantine, blocks, rules, the law, reading again."""

from __future__ import annotations

from typing import Annotated

from litestar import delete, get, patch, post
from litestar.params import QueryParameter

from atum_desk.files.public import FileStore
from atum_desk.http.answers import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.db import Database
from atum_desk.kernel.problems import AlreadyExists
from atum_desk.kernel.settings import Settings
from atum_desk.mail import audit, blocks, facts, preview, problems, quarantine, reparsing, rules
from atum_desk.mail.models import DayCount, MailBlock, MailItem, MailRules
from atum_desk.mail.permissions import MAIL_QUARANTINE
from atum_desk.mail.schemas import (
    BlockSender,
    LawLine,
    LawReport,
    MailBlocks,
    MailDetail,
    MailRulesChange,
    NewBlock,
    Reparse,
    ReparseResult,
)

HELD = answers(problems.MailNotFound, problems.MailNotQuarantined, problems.MailErased)
BLOCKED = answers(
    problems.MailNotFound, problems.MailNotQuarantined, problems.MailErased,
    problems.NoSenderToBlock, problems.BlockTooWide,
)  # fmt: skip
Days = Annotated[
    int, QueryParameter(name="days", description="Days back, today among them", ge=1, le=92)
]


@get("/mails/{mail_id:int}", responses=answers(problems.MailNotFound))
async def get_mail(
    database: Database, settings: Settings, actor: Actor, mail_id: int
) -> MailDetail:
    """Look at a received mail: what it says, what is known of its sender, and why it waits."""
    return await preview.preview_mail(database, settings, actor, mail_id)


@post("/mails/{mail_id:int}/release", status_code=200, responses=HELD)
async def release_mail(database: Database, actor: Actor, mail_id: int) -> MailItem:
    """Let a quarantined mail through, whatever the checks say."""
    return await quarantine.release_mail(database, actor, mail_id)


@post("/mails/{mail_id:int}/delete", status_code=200, responses=HELD)
async def delete_mail(database: Database, actor: Actor, mail_id: int) -> MailItem:
    """Take a mail out of quarantine for good; undoing the change brings it back."""
    return await quarantine.delete_mail(database, actor, mail_id)


@post("/mails/{mail_id:int}/block", status_code=200, responses=BLOCKED)
async def block_sender(
    database: Database, actor: Actor, mail_id: int, data: BlockSender
) -> MailItem:
    """Block the sender of a quarantined mail, or their domain, and delete the mail."""
    return await quarantine.block_sender_of(database, actor, mail_id, data.scope)


@post(
    "/mails/{mail_id:int}/reparse",
    status_code=200,
    responses=answers(problems.MailNotFound, problems.MailNotFiled, problems.MailErased),
)
async def reparse_mail(
    database: Database, settings: Settings, files: FileStore, actor: Actor, mail_id: int, data: Reparse
) -> ReparseResult:  # fmt: skip
    """Read a filed mail again with the parser as it is now; show or write what differs."""
    return await reparsing.reparse_mail(database, settings, files, actor, mail_id, apply=data.apply)


@get("/mail/blocks")
async def list_blocks(database: Database, actor: Actor) -> MailBlocks:
    """List the senders and domains whose mail is refused."""
    async with database.reading(actor) as view:
        view.actor.require(MAIL_QUARANTINE)
        return MailBlocks(await blocks.list_blocks(view))


@post("/mail/blocks", responses=answers(AlreadyExists, problems.BlockTooWide))
async def add_block(database: Database, actor: Actor, data: NewBlock) -> MailBlock:
    """Refuse mail of an address or a domain from now on."""
    return await blocks.add_block(database, actor, data)


@delete("/mail/blocks/{block_id:int}", responses=answers(problems.BlockNotFound))
async def remove_block(database: Database, actor: Actor, block_id: int) -> None:
    """Take mail of a blocked sender again."""
    await blocks.remove_block(database, actor, block_id)


@get("/mail/rules")
async def get_rules(database: Database, actor: Actor) -> MailRules:
    """Return what the workspace wants done with received mail."""
    async with database.reading(actor) as view:
        return await facts.get_rules(view)


@patch("/mail/rules")
async def change_rules(database: Database, actor: Actor, data: MailRulesChange) -> MailRules:
    """Change the rules for received mail."""
    return await rules.change_rules(database, actor, data)


@get("/mail/law")
async def get_law(database: Database, actor: Actor, days: Days = 14) -> LawReport:
    """Show the conservation law of received mail by mailbox and day, with any difference."""
    counts = await audit.count_days(database, actor, days)
    return LawReport([_line(one) for one in counts], all(one.holds for one in counts))


def _line(count: DayCount) -> LawLine:
    return LawLine(
        mailbox=count.mailbox, day=count.day, received=count.received, ticketed=count.ticketed,
        appended=count.appended, quarantined=count.quarantined, refused=count.refused,
        waiting=count.waiting, difference=count.difference,
    )  # fmt: skip


routes = [
    get_mail,
    release_mail,
    delete_mail,
    block_sender,
    reparse_mail,
    list_blocks,
    add_block,
    remove_block,
    get_rules,
    change_rules,
    get_law,
]
