"""The HTTP route that shows what will stand below a reply."""

from __future__ import annotations

from typing import Literal

import msgspec
from litestar import get

from atum_desk.http.access import needs
from atum_desk.http.documented_problems import answers
from atum_desk.kernel.context import Actor
from atum_desk.kernel.database.units_of_work import Database
from atum_desk.signatures.public import SignatureTexts
from atum_desk.tickets import permissions, problems
from atum_desk.tickets.commands.reply_signatures import signature_below
from atum_desk.tickets.queries import threads, writes


class ReplySignaturePreview(msgspec.Struct):
    """The signature that fits one's next reply to a ticket, and whether it will stand below it.

    `state`: `signed`; `repeated`, when one signed the ticket a while ago, so that it is left out unless the reply
    says `signature: true`; `none`, where no signature fits.
    """

    signature: SignatureTexts | None
    state: Literal["signed", "repeated", "none"]


@get(
    "/tickets/{number:int}/signature",
    opt=needs(permissions.READ, permissions.REPLY),
    responses=answers(problems.TicketNotFound),
)
async def preview_reply_signature(database: Database, actor: Actor, number: int) -> ReplySignaturePreview:
    """Return the signature that fits one's next reply to a ticket."""
    async with database.reading(actor) as transaction:
        context = await writes.get_mail_context(transaction, await threads.get_ticket_id(transaction, number))
    if context.signature is None:
        return ReplySignaturePreview(None, "none")
    signature = signature_below(context, actor.name, wanted=True)
    return ReplySignaturePreview(signature, "repeated" if context.signature.is_repeated else "signed")


routes = [preview_reply_signature]
