"""Keys that must not open anything: for the probes that try our own routes.

They name a real ticket, and hold a staff session that has ended and a session of a contact whom the
ticket does not concern. Nothing that people see changes: sessions are no part of the ledger, one that
has ended is in no list, and contacts have no list of theirs.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import Audience, SystemActor, new_token, token_hash
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.database.workspaces import list_workspaces
from atum_desk.operations import queries

# Long enough for the probes, short enough to be of no use to a thief.
CONTACT_LIFETIME = timedelta(minutes=2)
ENDED_AGO = timedelta(minutes=5)


class Canary(msgspec.Struct, frozen=True, kw_only=True):
    """What the probes need. Without a ticket, or without somebody foreign to it, that part is None."""

    ticket_number: int | None = None
    expired_staff_token: str | None = None
    foreign_contact_token: str | None = None
    foreign_contact_expires_at: datetime | None = None


async def make_canary(settings: Settings, admin_url: str) -> Canary:
    """Make the keys anew and remove those of the last time, in the oldest workspace."""
    database = Database(settings, admin_url, settings.secret)
    await database.open("atum_desk_worker", size=1)
    try:
        workspaces = await list_workspaces(database)
        if not workspaces:
            return Canary()
        return await _make(database, SystemActor(workspace_id=workspaces[0], via="cli"))
    finally:
        await database.close()


async def _make(database: Database, actor: SystemActor) -> Canary:
    async with database.marking(actor) as transaction:
        await queries.delete_canary_sessions(transaction)
        staff_id = await queries.find_any_staff(transaction)
        ticket = await queries.find_private_ticket(transaction)

        async def key(person_id: int | None, audience: Audience, lifetime: timedelta) -> str | None:
            if person_id is None:
                return None
            token = new_token(audience)
            await queries.insert_canary_session(transaction, person_id, audience, token_hash(token), lifetime)
            return token

        expired = await key(staff_id, "staff", -ENDED_AGO)
        foreign = await key(ticket.foreign_id if ticket else None, "contact", CONTACT_LIFETIME)
    return Canary(
        ticket_number=ticket.number if ticket else None,
        expired_staff_token=expired,
        foreign_contact_token=foreign,
        foreign_contact_expires_at=clock.now() + CONTACT_LIFETIME if foreign else None,
    )
