"""Use cases of setting a mailbox up: guess its servers, check its domain's DNS."""

from __future__ import annotations

from atum_desk.fetching import queries
from atum_desk.fetching.dns_check import DnsCheck, SignedWith, check_domain
from atum_desk.fetching.guessing import Guess, guess
from atum_desk.fetching.lookups import Lookups
from atum_desk.fetching.permissions import SETTINGS_MAILBOXES_EDIT
from atum_desk.kernel.context import Actor
from atum_desk.kernel.db import Database
from atum_desk.kernel.settings import Settings
from atum_desk.outbox.public import parse_relay


async def guess_servers(
    database: Database, settings: Settings, actor: Actor, address: str
) -> Guess:
    """Return the servers of an address, those that answer first."""
    async with database.reading(actor) as view:
        view.actor.require(SETTINGS_MAILBOXES_EDIT)
    return await guess(Lookups(settings.mail_dns), address.strip())


async def check_dns(
    database: Database, settings: Settings, actor: Actor, mailbox_id: int,
    selector: str | None, public_key: str | None,
) -> DnsCheck:  # fmt: skip
    """Check the DNS of a mailbox's domain. Raises MailboxNotFound."""
    async with database.reading(actor) as view:
        view.actor.require(SETTINGS_MAILBOXES_EDIT)
        address = await queries.get_address(view, mailbox_id)
    relay = parse_relay(settings.mail_relay)
    key = SignedWith(selector, public_key) if selector and public_key else None
    return await check_domain(Lookups(settings.mail_dns), address, relay.host if relay else None, key)  # fmt: skip
