"""HTTP routes of received mail and mailboxes."""

from __future__ import annotations

import asyncio
from typing import Annotated

from litestar import Response, delete, get, patch, post
from litestar.params import QueryParameter

from atum_desk.files.public import FileStore
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import AlreadyExists, VersionConflict
from atum_desk.mail import audit, commands, mailboxes, problems, queries, rules
from atum_desk.mail.models import DayCount, MailBlock, Mailbox, MailItem, MailRules, MailState
from atum_desk.mail.permissions import (
    MAIL_MANAGE,
    MAIL_QUARANTINE,
    MAIL_READ,
    OUTBOX_READ,
    REPORTS_READ,
    SETTINGS_MAILBOXES_EDIT,
    SETTINGS_READ,
)
from atum_desk.mail.quarantine import blocks, preview
from atum_desk.mail.quarantine import commands as quarantine
from atum_desk.mail.receiving.delivery import deliver_as
from atum_desk.mail.reparse import compare
from atum_desk.mail.schemas import (
    BalanceLine,
    BalanceReport,
    BlockSender,
    MailBlocks,
    MailboxChange,
    MailboxList,
    MailDetail,
    MailPage,
    MailRulesChange,
    MailsKept,
    MailStatus,
    NewBlock,
    NewMailbox,
    Reparse,
    ReparseResult,
)
from atum_desk.outbox.public import parse_relay

StateFilter = Annotated[MailState | None, QueryParameter(name="state", description="Only mails in this state")]
Recipients = Annotated[
    list[str], QueryParameter(name="to", description="Mailboxes the mail is for; may be repeated", max_items=100)
]
EnvelopeSender = Annotated[
    str, QueryParameter(name="sender", description="Envelope sender (MAIL FROM)", max_length=1000)
]
PROBE_SECONDS = 1.0
HELD = answers(problems.MailNotFound, problems.MailNotQuarantined, problems.MailErased)
BLOCKED = answers(
    problems.MailNotFound,
    problems.MailNotQuarantined,
    problems.MailErased,
    problems.NoSenderToBlock,
    problems.BlockTooWide,
)
Days = Annotated[int, QueryParameter(name="days", description="Days back, today among them", ge=1, le=92)]


@get("/mails", opt=needs(MAIL_READ, MAIL_QUARANTINE))
async def list_mails(
    database: Database,
    actor: Actor,
    mail_state: StateFilter = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> MailPage:
    """List received mails and what became of each, newest first."""
    before = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as transaction:
        rows = await queries.list_items(transaction, mail_state, before[0] if before else None, limit + 1)
        counts = await queries.count_states(transaction)
    items, more = cut_page(rows, limit)
    return MailPage(items, encode_cursor(items[-1].id) if more else None, counts)


@get(
    "/mails/{mail_id:int}/raw",
    opt=needs(MAIL_READ),
    responses=answers(problems.MailNotFound),
    media_type="message/rfc822",
)
async def get_raw_mail(database: Database, actor: Actor, mail_id: int) -> Response[bytes]:
    """Download a mail exactly as it came."""
    async with database.reading(actor) as transaction:
        raw = await queries.get_raw(transaction, mail_id)
    headers = {"Content-Disposition": f'attachment; filename="mail-{mail_id}.eml"', "X-Content-Type-Options": "nosniff"}
    return Response(raw, media_type="message/rfc822", headers=headers)


@post(
    "/mails/{mail_id:int}/retry",
    opt=needs(MAIL_MANAGE),
    status_code=200,
    responses=answers(problems.MailNotFound, problems.MailNotRefilable, problems.MailErased),
)
async def retry_mail(database: Database, actor: Actor, mail_id: int) -> MailItem:
    """File a quarantined or refused mail anew."""
    return await commands.retry_mail(database, actor, mail_id)


@post("/mail/raw", opt=needs(MAIL_MANAGE), responses=answers(problems.RecipientUnknown))
async def deliver_raw_mail(
    database: Database, actor: Actor, client_ip: str, body: bytes, to: Recipients, sender: EnvelopeSender = ""
) -> MailsKept:
    """Hand over a mail as it is, in the body; it is kept before this answers, and filed soon after.

    What it says of its sender's proof is believed from the addresses of relays alone.
    """
    return MailsKept(await deliver_as(database, actor, body, to, sender, peer=client_ip))


@get("/mail/status", opt=needs(SETTINGS_READ, OUTBOX_READ))
async def get_mail_status(settings: Settings, actor: Actor) -> MailStatus:
    """Tell whether mail can leave and come."""
    relay = parse_relay(settings.mail_relay)
    return MailStatus(
        relay_configured=relay is not None,
        relay_host=relay.host if relay else None,
        smtp_port=settings.smtp_port,
        smtp_running=await _answers(settings),
    )


@get("/mailboxes", opt=needs(SETTINGS_READ, SETTINGS_MAILBOXES_EDIT))
async def list_mailboxes(database: Database, actor: Actor) -> MailboxList:
    """List all mailboxes."""
    async with database.reading(actor) as transaction:
        return MailboxList(await mailboxes.list_mailboxes(transaction))


@post("/mailboxes", opt=needs(SETTINGS_MAILBOXES_EDIT), responses=answers(AlreadyExists, problems.MailboxTeamUnknown))
async def add_mailbox(database: Database, actor: Actor, data: NewMailbox) -> Mailbox:
    """Add a mailbox."""
    return await mailboxes.add_mailbox(database, actor, data)


@patch(
    "/mailboxes/{mailbox_id:int}",
    opt=needs(SETTINGS_MAILBOXES_EDIT),
    responses=answers(problems.MailboxNotFound, problems.MailboxTeamUnknown, AlreadyExists, VersionConflict),
)
async def change_mailbox(
    database: Database, actor: Actor, mailbox_id: int, data: MailboxChange, if_match: IfMatch = None
) -> Mailbox:
    """Change a mailbox."""
    return await mailboxes.change_mailbox(database, actor, mailbox_id, data, version_of(if_match))


@get("/mails/{mail_id:int}", opt=needs(MAIL_READ, MAIL_QUARANTINE), responses=answers(problems.MailNotFound))
async def get_mail(database: Database, settings: Settings, actor: Actor, mail_id: int) -> MailDetail:
    """Look at a received mail: what it says, what is known of its sender, and why it waits."""
    return await preview.preview_mail(database, settings, actor, mail_id)


@post("/mails/{mail_id:int}/release", opt=needs(MAIL_QUARANTINE), status_code=200, responses=HELD)
async def release_mail(database: Database, actor: Actor, mail_id: int) -> MailItem:
    """Let a quarantined mail through, whatever the checks say."""
    return await quarantine.release_mail(database, actor, mail_id)


@post("/mails/{mail_id:int}/delete", opt=needs(MAIL_QUARANTINE), status_code=200, responses=HELD)
async def delete_mail(database: Database, actor: Actor, mail_id: int) -> MailItem:
    """Take a mail out of quarantine for good; undoing the change brings it back."""
    return await quarantine.delete_mail(database, actor, mail_id)


@post("/mails/{mail_id:int}/block", opt=needs(MAIL_QUARANTINE), status_code=200, responses=BLOCKED)
async def block_sender(database: Database, actor: Actor, mail_id: int, data: BlockSender) -> MailItem:
    """Block the sender of a quarantined mail, or their domain, and delete the mail."""
    return await quarantine.block_sender_of(database, actor, mail_id, data.scope)


@post(
    "/mails/{mail_id:int}/reparse",
    opt=needs(MAIL_MANAGE),
    status_code=200,
    responses=answers(problems.MailNotFound, problems.MailNotFiled, problems.MailErased, problems.MailUnreadable),
)
async def reparse_mail(
    database: Database, settings: Settings, files: FileStore, actor: Actor, mail_id: int, data: Reparse
) -> ReparseResult:
    """Read a filed mail again with the parser as it is now; show or write what differs."""
    return await compare.reparse_mail(database, settings, files, actor, mail_id, apply=data.apply)


@get("/mail/blocks", opt=needs(MAIL_READ, MAIL_QUARANTINE))
async def list_blocks(database: Database, actor: Actor) -> MailBlocks:
    """List the senders and domains whose mail is refused."""
    async with database.reading(actor) as transaction:
        return MailBlocks(await blocks.list_blocks(transaction))


@post("/mail/blocks", opt=needs(MAIL_QUARANTINE), responses=answers(AlreadyExists, problems.BlockTooWide))
async def add_block(database: Database, actor: Actor, data: NewBlock) -> MailBlock:
    """Refuse mail of an address or a domain from now on."""
    return await blocks.add_block(database, actor, data)


@delete("/mail/blocks/{block_id:int}", opt=needs(MAIL_QUARANTINE), responses=answers(problems.BlockNotFound))
async def remove_block(database: Database, actor: Actor, block_id: int) -> None:
    """Take mail of a blocked sender again."""
    await blocks.remove_block(database, actor, block_id)


@get("/mail/rules", opt=needs(SETTINGS_READ, SETTINGS_MAILBOXES_EDIT))
async def get_rules(database: Database, actor: Actor) -> MailRules:
    """Return what the workspace wants done with received mail."""
    async with database.reading(actor) as transaction:
        return await rules.MAIL_RULES.get(transaction)


@patch("/mail/rules", opt=needs(SETTINGS_MAILBOXES_EDIT))
async def change_rules(database: Database, actor: Actor, data: MailRulesChange) -> MailRules:
    """Change the rules for received mail."""
    return await rules.change_rules(database, actor, data)


@get("/mail/balance", opt=needs(REPORTS_READ, MAIL_MANAGE))
async def get_balance(database: Database, actor: Actor, days: Days = 14) -> BalanceReport:
    """Show the balance of received mail by mailbox and day, with any difference."""
    counts = await audit.count_days(database, actor, days)
    return BalanceReport([_line(one) for one in counts], all(one.holds for one in counts))


# Pages of the release before ask here until they are loaded again.
get_balance_as_law = get("/mail/law", opt=needs(REPORTS_READ, MAIL_MANAGE), include_in_schema=False)(get_balance.fn)


def _line(count: DayCount) -> BalanceLine:
    return BalanceLine(
        mailbox=count.mailbox,
        day=count.day,
        received=count.received,
        ticketed=count.ticketed,
        appended=count.appended,
        quarantined=count.quarantined,
        refused=count.refused,
        waiting=count.waiting,
        difference=count.difference,
    )


async def _answers(settings: Settings) -> bool:
    """Say whether the mail port greets; it may be open while the listener's process is away."""
    if not settings.smtp_port:
        return False
    address = settings.smtp_address
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            reader, writer = await asyncio.open_connection(host, settings.smtp_port)
            try:
                return await reader.readexactly(4) == b"220 "
            finally:
                writer.close()
    except (OSError, TimeoutError, EOFError):
        return False


routes = [
    list_mails,
    get_raw_mail,
    retry_mail,
    deliver_raw_mail,
    get_mail_status,
    list_mailboxes,
    add_mailbox,
    change_mailbox,
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
    get_balance,
    get_balance_as_law,
]
