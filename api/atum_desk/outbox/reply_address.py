"""The signed reply address: whoever answers a mail of ours reaches its ticket, and nobody else does.

`support@example.com` becomes `support+42z4n5q...@example.com`. Mail software may change the case of
a local part, so the token knows none.
"""

from __future__ import annotations

from atum_desk.kernel import signing
from atum_desk.kernel.settings import Settings

PURPOSE = "reply"


def reply_token(settings: Settings, ticket_id: int) -> str:
    """Return what stands behind the plus in the ticket's reply address."""
    return signing.sign(settings.secret, PURPOSE, ticket_id)


def reply_address(settings: Settings, mailbox_address: str, ticket_id: int) -> str:
    """Return the mailbox's address with the ticket's signed token."""
    local, _, domain = mailbox_address.rpartition("@")
    return f"{local}+{reply_token(settings, ticket_id)}@{domain}"


def ticket_of_reply_address(settings: Settings, address: str) -> int | None:
    """Return the id of the ticket that an address was signed for, or None. Constant time."""
    local, _, _domain = address.rpartition("@")
    _mailbox, plus, token = local.partition("+")
    if not plus:
        return None
    parts = signing.verify(settings.secret, PURPOSE, token, 1)
    return parts[0] if parts else None


def mailbox_part(address: str) -> str:
    """Return an address in lower case without what stands behind a plus."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
