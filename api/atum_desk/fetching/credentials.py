"""The secrets of a mailbox, opened for use; each is sealed for its mailbox and its use alone."""

from __future__ import annotations

from typing import Literal

from atum_desk.fetching.error_texts import SignInRefused
from atum_desk.fetching.server_notices import OtherSecret
from atum_desk.kernel.sealed_secrets import SealBroken, seal, unseal

Use = Literal["imap password", "oauth client", "oauth refresh", "oauth verifier"]


def close(secret: str, use: Use, mailbox_id: int, text: str) -> bytes:
    """Return a secret as it is stored."""
    return seal(secret, f"{use} of mailbox {mailbox_id}", text)


def reveal(secret: str, use: Use, mailbox_id: int, sealed: bytes) -> str:
    """Return a stored secret. Raises SignInRefused when it was sealed under another ATUM_SECRET."""
    try:
        return unseal(secret, f"{use} of mailbox {mailbox_id}", sealed)
    except SealBroken:
        raise SignInRefused(OtherSecret()) from None
