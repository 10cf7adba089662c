"""HTTP routes of the outbox, and of how mail is sent: relays, signing keys, layouts."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import delete, get, patch, post
from litestar.params import QueryParameter

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import AlreadyExists, VersionConflict
from atum_desk.outbox import commands, problems, queries, stopped_addresses
from atum_desk.outbox.compose import layouts, signing_keys
from atum_desk.outbox.compose.mime import mail_headers
from atum_desk.outbox.compose.placeholders import PLACEHOLDERS
from atum_desk.outbox.models import MailState, OutboxItem, OutboxMail, StoppedAddress
from atum_desk.outbox.permissions import OUTBOX_READ, SEE_TO_MAIL, SENDING_EDIT, SETTINGS_READ, STANDING_LIFT
from atum_desk.outbox.relays import mailbox_relay
from atum_desk.outbox.schemas import (
    LayoutChange,
    LayoutItem,
    LayoutList,
    LayoutPreview,
    LayoutTexts,
    MailTiming,
    NewLayout,
    NewSigningKey,
    OutboxPage,
    Sending,
    SendingChange,
    SendingTest,
    SigningKeyChange,
    SigningKeyItem,
    SigningKeyList,
    StandingList,
)

StateFilter = Annotated[MailState | None, QueryParameter(name="state", description="Only mails in this state")]


@get("/outbox", opt=needs(OUTBOX_READ))
async def list_outbox(
    database: Database,
    actor: Actor,
    mail_state: StateFilter = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> OutboxPage:
    """List outgoing mails of the tickets one may see, newest first."""
    before = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as transaction:
        rows = await queries.list_items(transaction, mail_state, before[0] if before else None, limit + 1)
        counts = await queries.count_states(transaction)
    items, more = cut_page(rows, limit)
    return OutboxPage(items, encode_cursor(items[-1].id) if more else None, counts)


@get("/outbox/{outbox_id:int}", opt=needs(OUTBOX_READ), responses=answers(problems.OutboxMailNotFound))
async def get_outbox_mail(database: Database, settings: Settings, actor: Actor, outbox_id: int) -> OutboxMail:
    """Return one outgoing mail with its headers and both of its bodies."""
    async with database.reading(actor) as transaction:
        item = await queries.get_item(transaction, outbox_id)
        content = await queries.get_content(transaction, outbox_id)
    return OutboxMail(
        **msgspec.structs.asdict(item),
        text=content.text,
        html="" if content.plain_text else content.html,
        headers=mail_headers(content, settings.secret),
    )


@patch(
    "/outbox/{outbox_id:int}",
    opt=needs(*SEE_TO_MAIL),
    responses=answers(problems.OutboxMailNotFound, problems.MailNotWaiting, VersionConflict),
)
async def time_mail(
    database: Database, actor: Actor, outbox_id: int, data: MailTiming, if_match: IfMatch = None
) -> OutboxItem:
    """Change when a waiting mail leaves; without a moment it leaves now."""
    version = version_of(if_match)
    return await commands.time_mail(
        database, actor, outbox_id, data.send_at, data.version if version is None else version
    )


@post(
    "/outbox/{outbox_id:int}/retry",
    opt=needs(*SEE_TO_MAIL),
    status_code=200,
    responses=answers(problems.OutboxMailNotFound, problems.MailNotRetryable),
)
async def retry_mail(database: Database, actor: Actor, outbox_id: int) -> OutboxItem:
    """Send a mail again that failed, came back, was cancelled or whose fate is unknown."""
    return await commands.retry_mail(database, actor, outbox_id)


@post(
    "/outbox/{outbox_id:int}/cancel",
    opt=needs(*SEE_TO_MAIL),
    status_code=200,
    responses=answers(problems.OutboxMailNotFound, problems.MailNotCancellable),
)
async def cancel_mail(database: Database, actor: Actor, outbox_id: int) -> OutboxItem:
    """Keep a waiting mail from leaving."""
    return await commands.cancel_mail(database, actor, outbox_id)


@post(
    "/outbox/{outbox_id:int}/arrived",
    opt=needs(*SEE_TO_MAIL),
    status_code=200,
    responses=answers(problems.OutboxMailNotFound, problems.MailNotUnknown),
)
async def confirm_arrival(database: Database, actor: Actor, outbox_id: int) -> OutboxItem:
    """Say that a mail of unknown fate has arrived, so that nobody sends it again."""
    return await commands.confirm_arrival(database, actor, outbox_id)


@get("/stopped-addresses", opt=needs(OUTBOX_READ))
async def list_stopped_addresses(database: Database, actor: Actor) -> StandingList:
    """List the addresses that mail came back from for good; nothing is sent to them."""
    async with database.reading(actor) as transaction:
        return StandingList(await stopped_addresses.list_stopped(transaction))


@post(
    "/stopped-addresses/{standing_id:int}/lift",
    opt=needs(STANDING_LIFT),
    status_code=200,
    responses=answers(problems.StandingNotFound),
)
async def lift_stop(database: Database, actor: Actor, standing_id: int) -> StoppedAddress:
    """Let mail to an address leave again."""
    return await stopped_addresses.lift_stop(database, actor, standing_id)


@get(
    "/mailboxes/{mailbox_id:int}/sending",
    opt=needs(SETTINGS_READ, SENDING_EDIT),
    responses=answers(problems.SendingMailboxNotFound),
)
async def get_sending(database: Database, settings: Settings, actor: Actor, mailbox_id: int) -> Sending:
    """Tell how a mailbox sends; its password is never shown."""
    async with database.reading(actor) as transaction:
        return await mailbox_relay.get_sending(transaction, settings, mailbox_id)


@patch(
    "/mailboxes/{mailbox_id:int}/sending",
    opt=needs(SENDING_EDIT),
    responses=answers(problems.SendingMailboxNotFound, VersionConflict),
)
async def change_sending(
    database: Database, settings: Settings, actor: Actor, mailbox_id: int, data: SendingChange, if_match: IfMatch = None
) -> Sending:
    """Change how a mailbox sends."""
    return await mailbox_relay.change_sending(database, settings, actor, mailbox_id, data, version_of(if_match))


@post(
    "/mailboxes/{mailbox_id:int}/sending/test",
    opt=needs(SENDING_EDIT),
    status_code=200,
    responses=answers(problems.SendingMailboxNotFound),
)
async def try_sending(
    database: Database, settings: Settings, actor: Actor, mailbox_id: int, data: SendingChange
) -> SendingTest:
    """Connect to the relay as the change would have it, and say what happened; no mail is sent."""
    return await mailbox_relay.try_sending(database, settings, actor, mailbox_id, data)


@get("/signing-keys", opt=needs(SETTINGS_READ, SENDING_EDIT))
async def list_signing_keys(database: Database, actor: Actor) -> SigningKeyList:
    """List the DKIM keys and the DNS records they need."""
    async with database.reading(actor) as transaction:
        return SigningKeyList(await signing_keys.list_keys(transaction))


@post("/signing-keys", opt=needs(SENDING_EDIT), responses=answers(AlreadyExists))
async def make_signing_key(database: Database, settings: Settings, actor: Actor, data: NewSigningKey) -> SigningKeyItem:
    """Make a DKIM key; switch it on once its record is published."""
    return await signing_keys.make_key(database, settings, actor, data)


@patch(
    "/signing-keys/{key_id:int}",
    opt=needs(SENDING_EDIT),
    responses=answers(problems.SigningKeyNotFound, VersionConflict),
)
async def switch_signing_key(
    database: Database, actor: Actor, key_id: int, data: SigningKeyChange, if_match: IfMatch = None
) -> SigningKeyItem:
    """Let a key sign or not."""
    version = version_of(if_match)
    return await signing_keys.switch_key(
        database, actor, key_id, data.active, data.version if version is None else version
    )


@delete("/signing-keys/{key_id:int}", opt=needs(SENDING_EDIT), responses=answers(problems.SigningKeyNotFound))
async def remove_signing_key(database: Database, actor: Actor, key_id: int) -> None:
    """Take a key away; its private part is gone for good."""
    await signing_keys.remove_key(database, actor, key_id)


@get("/mail-layouts", opt=needs(SETTINGS_READ, SENDING_EDIT))
async def list_mail_layouts(database: Database, actor: Actor) -> LayoutList:
    """List the layouts of mail by team and language."""
    async with database.reading(actor) as transaction:
        return LayoutList(await layouts.list_layouts(transaction), list(PLACEHOLDERS))


@post("/mail-layouts", opt=needs(SENDING_EDIT), responses=answers(AlreadyExists))
async def add_mail_layout(database: Database, actor: Actor, data: NewLayout) -> LayoutItem:
    """Add a layout."""
    return await layouts.add_layout(database, actor, data)


@patch(
    "/mail-layouts/{layout_id:int}",
    opt=needs(SENDING_EDIT),
    responses=answers(problems.LayoutNotFound, VersionConflict),
)
async def change_mail_layout(
    database: Database, actor: Actor, layout_id: int, data: LayoutChange, if_match: IfMatch = None
) -> LayoutItem:
    """Change the texts of a layout."""
    return await layouts.change_layout(database, actor, layout_id, data, version_of(if_match))


@delete("/mail-layouts/{layout_id:int}", opt=needs(SENDING_EDIT), responses=answers(problems.LayoutNotFound))
async def remove_mail_layout(database: Database, actor: Actor, layout_id: int) -> None:
    """Take a layout away; the next wider one, or the built-in, is used instead."""
    await layouts.remove_layout(database, actor, layout_id)


@post("/mail-layouts/preview", opt=needs(SETTINGS_READ, SENDING_EDIT), status_code=200)
async def preview_mail_layout(actor: Actor, data: LayoutTexts) -> LayoutPreview:
    """Show a made-up answer in a layout that need not be saved."""
    return layouts.preview_layout(data)


routes = [
    list_outbox,
    get_outbox_mail,
    time_mail,
    retry_mail,
    cancel_mail,
    confirm_arrival,
    list_stopped_addresses,
    lift_stop,
    get_sending,
    change_sending,
    try_sending,
    list_signing_keys,
    make_signing_key,
    switch_signing_key,
    remove_signing_key,
    list_mail_layouts,
    add_mail_layout,
    change_mail_layout,
    remove_mail_layout,
    preview_mail_layout,
]
