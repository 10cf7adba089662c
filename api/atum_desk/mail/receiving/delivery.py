"""Mail that is handed over whole: by the API, or by a mail server that pipes it into a command.

It is kept as the listener keeps it, byte for byte, before the caller is told so.
"""

from __future__ import annotations

import asyncio

from msgspec import structs

from atum_desk.kernel.context import Actor, SystemActor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.kernel.problems import TooLarge, ValidationFailed
from atum_desk.mail import queries
from atum_desk.mail.models import MailboxTarget, OfferedMail
from atum_desk.mail.notices import NoMail, WrongRecipients
from atum_desk.mail.permissions import MAIL_MANAGE
from atum_desk.mail.problems import RecipientUnknown
from atum_desk.mail.receiving.receive import incoming_mails
from atum_desk.outbox.public import mailbox_part

MAX_RECIPIENTS = 100
LONGEST_ADDRESS = 1000


async def deliver_as(
    database: Database, actor: Actor, raw: bytes, recipients: list[str], envelope_from: str, *, peer: str
) -> list[int]:
    """Keep a mail that somebody of the staff hands over, for mailboxes of their workspace.

    `peer` is the address it came from: who may hand over mail is no relay, and could otherwise
    write "proven" above a mail in anybody's name.
    """
    async with database.reading(actor) as transaction:
        transaction.actor.require(MAIL_MANAGE)
    targets = await _targets(database, recipients)
    foreign = [a for a, t in targets.items() if t.workspace_id != actor.workspace_id]
    if foreign:
        raise RecipientUnknown(addresses=", ".join(foreign))
    return await _keep(database, targets, raw, envelope_from, actor.person_id, peer)


async def deliver_piped(
    database: Database, raw: bytes, recipients: list[str], envelope_from: str, limit_bytes: int
) -> list[int]:
    """Keep a mail that a mail server hands over. Raises RecipientUnknown or TooLarge."""
    if len(raw) > limit_bytes:
        raise TooLarge(limit_bytes=limit_bytes)
    return await _keep(database, await _targets(database, recipients), raw, envelope_from, None, None)


async def _targets(database: Database, recipients: list[str]) -> dict[str, MailboxTarget]:
    """Return whose mailboxes the addresses are. Raises RecipientUnknown when one is nobody's."""
    if not 1 <= len(recipients) <= MAX_RECIPIENTS:
        raise ValidationFailed.of("to", WrongRecipients(MAX_RECIPIENTS))
    found: dict[str, MailboxTarget] = {}
    unknown = []
    async with database.connection("atum_desk_worker") as connection:
        for address in dict.fromkeys(recipients):
            well_formed = "@" in address and "\0" not in address and "\n" not in address
            target = None
            if well_formed and len(address) <= LONGEST_ADDRESS:
                target = await queries.find_target(connection, mailbox_part(address))
            if target:
                found[address] = target
            else:
                unknown.append(address)
    if unknown:
        raise RecipientUnknown(addresses=", ".join(unknown)[:LONGEST_ADDRESS])
    return found


async def _keep(
    database: Database,
    targets: dict[str, MailboxTarget],
    raw: bytes,
    envelope_from: str,
    person_id: int | None,
    peer: str | None,
) -> list[int]:
    if not raw:
        raise ValidationFailed.of("body", NoMail())
    sender = "" if envelope_from == "<>" else envelope_from.replace("\0", "")[:LONGEST_ADDRESS]
    mails = await asyncio.to_thread(incoming_mails, sender, targets, raw)
    ids: list[int] = []
    for mail in mails:
        ids += await _commit(database, structs.replace(mail, peer=peer), person_id)
    return ids


async def _commit(database: Database, mail: OfferedMail, person_id: int | None) -> list[int]:
    workspace_id = mail.target.workspace_id
    actor = SystemActor(workspace_id=workspace_id, via="mail", person_id=person_id)
    async with database.writing(actor, "mail.receive") as work:
        ids = await queries.insert_mails(work, [mail])
        work.summary = {"mail_ids": ids}
    return ids
