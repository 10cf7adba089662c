"""Which mailboxes have a server that may not be reached from here, told at an upgrade and at the start.

A release that refuses what an earlier one reached would otherwise be noticed by mail that stays away.
"""

from __future__ import annotations

import asyncio

import msgspec

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database, ReadTransaction
from atum_desk.kernel.database.workspaces import for_each_workspace
from atum_desk.kernel.outgoing.dialler import checked_addresses
from atum_desk.kernel.outgoing.rules import OutgoingRefused, Purpose

MAX_SERVERS = 500
LOOK_SECONDS = 10.0


class RefusedServer(msgspec.Struct, frozen=True):
    """A server of a mailbox that is not connected to, and why."""

    mailbox: str
    host: str
    port: int
    words: str


class _Server(msgspec.Struct, frozen=True):
    mailbox: str
    host: str
    port: int
    purpose: Purpose


async def list_refused_servers(database: Database, settings: Settings) -> list[RefusedServer]:
    """Return the refused servers of every workspace's mailboxes; nothing is connected to.

    What takes longer than ten seconds to look up is left out.
    """
    servers: list[_Server] = []
    async for actor in for_each_workspace(database, "job"):
        async with database.reading(actor) as transaction:
            servers += await _list_servers(transaction)
    found = await asyncio.gather(*(_refusal(settings, one) for one in servers[:MAX_SERVERS]))
    return [one for one in found if one]


async def _list_servers(transaction: ReadTransaction) -> list[_Server]:
    rows = await transaction.fetch(
        """select b.address as mailbox, r.host, r.port, 'imap' as purpose
             from mailbox_receiving r join mailboxes b on b.id = r.mailbox_id where r.active and b.active
            union all
           select b.address, s.host, s.port, 'smtp'
             from mailbox_sending s join mailboxes b on b.id = s.mailbox_id where s.host is not null and b.active
            order by 1, 4 limit $1""",
        MAX_SERVERS,
    )
    return [msgspec.convert(dict(row), _Server) for row in rows]


async def _refusal(settings: Settings, server: _Server) -> RefusedServer | None:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await checked_addresses(server.host, server.port, server.purpose, settings.outgoing_rules)
    except OutgoingRefused as error:
        return RefusedServer(server.mailbox, server.host, server.port, str(error))
    except (OSError, TimeoutError):
        # A name that is not known right now is the fetcher's or the sender's to tell.
        return None
    return None
