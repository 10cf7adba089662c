"""Signed addresses: whoever answers a mail of ours reaches its ticket, and nobody else does.

`support@example.com` becomes `support+42z4n5q...@example.com` for answers, and for each single mail
`support+42x1077z4n5q...@example.com` as its return path: a report to it names the very mail, without
any part of it (variable envelope return path). Mail software may change the case of a local part,
so the tokens know none.
"""

from __future__ import annotations

import re

from atum_desk.kernel import signed_tokens
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.mail_domains import with_one_spelling

PURPOSE = "reply"
RETURN_PURPOSE = "return"
CONVERSATION_PURPOSE = "conversation"
# What `signed_tokens.sign` writes, behind the plus of an address.
_TOKEN = re.compile(r"\+\d{1,18}(?:x\d{1,18})?z[a-z0-9]{16}(?=@)", re.IGNORECASE)


def reply_token(settings: Settings, ticket_id: int) -> str:
    """Return what stands behind the plus in the ticket's reply address."""
    return signed_tokens.sign(settings.secret, PURPOSE, ticket_id)


def conversation_token(settings: Settings, conversation_id: int) -> str:
    """Return what stands behind the plus in the reply address of a conversation with others."""
    return signed_tokens.sign(settings.secret, CONVERSATION_PURPOSE, conversation_id)


def conversation_of_reply_address(settings: Settings, address: str) -> int | None:
    """Return the id of the conversation that an address was signed for, or None. Constant time."""
    parts = signed_tokens.verify(settings.secret, CONVERSATION_PURPOSE, _token_of(address), 1)
    return parts[0] if parts else None


def reply_address(settings: Settings, mailbox_address: str, ticket_id: int) -> str:
    """Return the mailbox's address with the ticket's signed token."""
    local, _, domain = mailbox_address.rpartition("@")
    return f"{local}+{reply_token(settings, ticket_id)}@{domain}"


def return_path(settings: Settings, mailbox_address: str, ticket_id: int | None, outbox_id: int) -> str:
    """Return the envelope sender of one mail, signed for it and its ticket."""
    local, _, domain = mailbox_address.rpartition("@")
    token = signed_tokens.sign(settings.secret, RETURN_PURPOSE, ticket_id or 0, outbox_id)
    return f"{local}+{token}@{domain}"


def ticket_of_reply_address(settings: Settings, address: str) -> int | None:
    """Return the id of the ticket that an address was signed for, or None. Constant time.

    A return path counts too: absence notices are sent there (RFC 3834, section 4).
    """
    if parts := signed_tokens.verify(settings.secret, PURPOSE, _token_of(address), 1):
        return parts[0]
    parts = signed_tokens.verify(settings.secret, RETURN_PURPOSE, _token_of(address), 2)
    return parts[0] or None if parts else None


def mail_of_return_path(settings: Settings, address: str) -> int | None:
    """Return the outbox id of the mail whose return path an address is, or None. Constant time."""
    parts = signed_tokens.verify(settings.secret, RETURN_PURPOSE, _token_of(address), 2)
    return parts[1] if parts else None


def _token_of(address: str) -> str:
    local, _, _domain = address.rpartition("@")
    return local.partition("+")[2]


def without_tokens(text: str) -> str:
    """Return a text whose addresses have no signed part: who is shown it may not answer in its reader's place."""
    return _TOKEN.sub("", text)


def mailbox_part(address: str) -> str:
    """Return an address as a mailbox's is stored, without what stands behind a plus."""
    local, _, domain = with_one_spelling(address.strip().lower()).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
