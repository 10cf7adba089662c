"""HTTP routes of receiving and of setting mailboxes up."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post, put
from litestar.params import QueryParameter

from atum_desk.fetching import commands, problems, queries, self_test, setup
from atum_desk.fetching.dns_check import DnsCheck
from atum_desk.fetching.guess_servers import Guess
from atum_desk.fetching.permissions import RECEIVING_READ, SETTINGS_MAILBOXES_EDIT
from atum_desk.fetching.schemas import (
    Consented,
    ConsentPage,
    ConsentReturn,
    GuessInput,
    LogPage,
    Receiving,
    ReceivingInput,
    ReceivingSettings,
    ReceivingTest,
    ReceivingTestResult,
    SelfTest,
)
from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.http.headers import IfMatch, Limit, version_of
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.cursors import DEFAULT_LIMIT, cut_page, decode_cursor, encode_cursor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import VersionConflict

Selector = Annotated[
    str | None,
    QueryParameter(description="Selector of the DKIM key", pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$"),
]
PublicKey = Annotated[
    str | None, QueryParameter(description="Public DKIM key, in base64", max_length=2000, pattern=r"^[A-Za-z0-9+/=]+$")
]


@get("/mailboxes/{mailbox_id:int}/receiving", opt=needs(*RECEIVING_READ), responses=answers(problems.MailboxNotFound))
async def get_receiving(database: Database, settings: Settings, actor: Actor, mailbox_id: int) -> Receiving:
    """Tell where a mailbox's mail is fetched from and how that does."""
    return await commands.get_receiving(database, settings, actor, mailbox_id)


@put(
    "/mailboxes/{mailbox_id:int}/receiving",
    opt=needs(SETTINGS_MAILBOXES_EDIT),
    responses=answers(problems.MailboxNotFound, VersionConflict),
)
async def save_receiving(
    database: Database,
    settings: Settings,
    actor: Actor,
    mailbox_id: int,
    data: ReceivingInput,
    if_match: IfMatch = None,
) -> ReceivingSettings:
    """Set up where a mailbox's mail is fetched from."""
    return await commands.save_receiving(database, settings, actor, mailbox_id, data, version_of(if_match))


@post(
    "/mailboxes/receiving-tests",
    opt=needs(SETTINGS_MAILBOXES_EDIT),
    status_code=200,
    responses=answers(problems.MailboxNotFound),
)
async def test_receiving(
    database: Database, settings: Settings, actor: Actor, data: ReceivingTest
) -> ReceivingTestResult:
    """Try settings live: reach the server, encrypt, sign in and open the folder."""
    return await commands.test_receiving(database, settings, actor, data)


@post(
    "/mailboxes/{mailbox_id:int}/receiving/fetch",
    opt=needs(SETTINGS_MAILBOXES_EDIT),
    status_code=204,
    responses=answers(problems.MailboxNotFound, problems.NotSetUp),
)
async def fetch_now(database: Database, actor: Actor, mailbox_id: int) -> None:
    """Look for mail now, and try again what could not be taken."""
    await commands.ask_to_fetch(database, actor, mailbox_id)


@get(
    "/mailboxes/{mailbox_id:int}/receiving/log", opt=needs(*RECEIVING_READ), responses=answers(problems.MailboxNotFound)
)
async def list_fetch_log(
    database: Database, actor: Actor, mailbox_id: int, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> LogPage:
    """List what happened while fetching, newest first."""
    before = decode_cursor(cursor, tuple[int])
    async with database.reading(actor) as transaction:
        await queries.get_address(transaction, mailbox_id)
        rows = await queries.list_log(transaction, mailbox_id, before[0] if before else None, limit + 1)
    items, more = cut_page(rows, limit)
    return LogPage(items, encode_cursor(items[-1].id) if more else None)


@post(
    "/mailboxes/{mailbox_id:int}/receiving/consent",
    opt=needs(SETTINGS_MAILBOXES_EDIT),
    responses=answers(problems.MailboxNotFound, problems.NotSetUp),
)
async def begin_consent(database: Database, settings: Settings, actor: Actor, mailbox_id: int) -> ConsentPage:
    """Begin to sign in at the mailbox's provider."""
    return ConsentPage(await commands.begin_consent(database, settings, actor, mailbox_id))


@post(
    "/mailboxes/consents",
    opt=needs(SETTINGS_MAILBOXES_EDIT),
    status_code=200,
    responses=answers(problems.ConsentOver, problems.NotSetUp, problems.ProviderRefused),
)
async def end_consent(database: Database, settings: Settings, actor: Actor, data: ConsentReturn) -> Consented:
    """Take what a provider sent back."""
    return Consented(await commands.end_consent(database, settings, actor, data.state, data.code))


@post("/mailboxes/guesses", opt=needs(SETTINGS_MAILBOXES_EDIT), status_code=200)
async def guess_servers(database: Database, settings: Settings, actor: Actor, data: GuessInput) -> Guess:
    """Find the servers of an address and try which of them answer."""
    return await setup.guess_servers(database, settings, actor, data.address)


@get("/mailboxes/{mailbox_id:int}/dns", opt=needs(*RECEIVING_READ), responses=answers(problems.MailboxNotFound))
async def check_dns(
    database: Database,
    settings: Settings,
    actor: Actor,
    mailbox_id: int,
    selector: Selector = None,
    public_key: PublicKey = None,
) -> DnsCheck:
    """Check what DNS says of a mailbox's domain, with the exact records to add."""
    return await setup.check_dns(database, settings, actor, mailbox_id, selector, public_key)


@post(
    "/mailboxes/{mailbox_id:int}/self-test",
    opt=needs(SETTINGS_MAILBOXES_EDIT),
    responses=answers(problems.MailboxNotFound),
)
async def begin_self_test(database: Database, settings: Settings, actor: Actor, mailbox_id: int) -> SelfTest:
    """Start a self-test: the mailbox sends a mail to itself."""
    return await self_test.begin_self_test(database, settings, actor, mailbox_id)


@get(
    "/mailboxes/{mailbox_id:int}/self-test",
    opt=needs(*RECEIVING_READ),
    responses=answers(problems.MailboxNotFound, problems.SelfTestNotFound),
)
async def get_self_test(database: Database, settings: Settings, actor: Actor, mailbox_id: int) -> SelfTest:
    """Return how far the mail of the last self-test has come."""
    return await self_test.get_self_test(database, settings, actor, mailbox_id)


# Pages of the release before ask here until they are loaded again.
_TRIP = "/mailboxes/{mailbox_id:int}/trip"
begin_trip = post(_TRIP, opt=needs(SETTINGS_MAILBOXES_EDIT), include_in_schema=False)(begin_self_test.fn)
get_trip = get(_TRIP, opt=needs(*RECEIVING_READ), include_in_schema=False)(get_self_test.fn)


routes = [
    get_receiving,
    save_receiving,
    test_receiving,
    fetch_now,
    list_fetch_log,
    begin_consent,
    end_consent,
    guess_servers,
    check_dns,
    begin_self_test,
    get_self_test,
    begin_trip,
    get_trip,
]
