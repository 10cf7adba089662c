"""Use cases of setting a mailbox up: guess its servers, check its domain's DNS."""

from __future__ import annotations

from atum_desk.fetching import queries
from atum_desk.fetching.dns_check import DnsCheck, SignedWith, check_domain
from atum_desk.fetching.guess_servers import Guess, guess
from atum_desk.fetching.lookups import Lookups
from atum_desk.fetching.permissions import RECEIVING_READ, SETTINGS_MAILBOXES_EDIT
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.mail_address import read_address
from atum_desk.outbox.public import find_public_key, find_relay_host


async def guess_servers(database: Database, settings: Settings, actor: Actor, address: str) -> Guess:
    """Return the servers of an address, those that answer first."""
    async with database.reading(actor) as transaction:
        transaction.actor.require(SETTINGS_MAILBOXES_EDIT)
    lookups = Lookups(settings.mail_dns, settings.outgoing_rules)
    return await guess(lookups, read_address("address", address))


async def check_dns(
    database: Database, settings: Settings, actor: Actor, mailbox_id: int, selector: str | None, public_key: str | None
) -> DnsCheck:
    """Check the DNS of a mailbox's domain against what it sends through and signs with.

    `selector` and `public_key` are of a relay that signs; else the domain's own key counts, in use
    or not yet. Raises MailboxNotFound.
    """
    async with database.reading(actor) as transaction:
        transaction.actor.require_any(*RECEIVING_READ)
        address = await queries.get_address(transaction, mailbox_id)
        relay_host = await find_relay_host(transaction, settings, mailbox_id)
        own = await find_public_key(transaction, address.rpartition("@")[2])
    given = (selector, public_key) if selector and public_key else own
    key = SignedWith(*given) if given else None
    return await check_domain(Lookups(settings.mail_dns), address, relay_host, key)
