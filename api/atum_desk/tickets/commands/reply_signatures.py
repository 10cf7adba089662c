"""Which signature stands below a reply."""

from __future__ import annotations

from atum_desk.signatures.public import SignatureTexts, SignatureValues, filled_in
from atum_desk.tickets.queries.writes import MailContext


def signature_below(context: MailContext, author_name: str, wanted: bool | None) -> SignatureTexts | None:
    """Return what stands below a reply: None for what its layout says, an empty text for nothing.

    `wanted`: None signs unless the author signed the ticket a while ago, True signs whatever was before.
    """
    if wanted is False:
        return SignatureTexts()
    if context.signature is None:
        return None
    if wanted is None and context.signature.is_repeated:
        return SignatureTexts()
    found = context.signature.found
    return filled_in(
        found,
        SignatureValues(
            agent=author_name,
            agent_email=found.agent_email or "",
            team=context.team_name,
            mailbox=context.mailbox_name or "",
            mailbox_address=context.mailbox_address or "",
            workspace=found.workspace,
        ),
    )
