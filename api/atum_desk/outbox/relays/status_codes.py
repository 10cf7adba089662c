"""Enhanced mail status codes (RFC 3463, RFC 5248): found in answers, and said in words."""

from __future__ import annotations

import re

_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")

MEANINGS = {
    "1.1": "The address does not exist.",
    "1.2": "The domain of the address takes no mail.",
    "1.3": "The address is not written correctly.",
    "1.4": "The address belongs to more than one mailbox.",
    "1.6": "The mailbox has moved and left no address.",
    "1.7": "The sender's address is not accepted.",
    "1.8": "The sender's domain is not accepted.",
    # RFC 7505 gives it to domains without mail; Exchange answers it for every unknown recipient.
    "1.10": "The address does not exist, or its domain takes no mail.",
    "2.1": "The mailbox is switched off.",
    "2.2": "The mailbox is full.",
    "2.3": "The mail is larger than the mailbox takes.",
    "2.4": "The mailing list could not be expanded.",
    "3.1": "The mail server there is full.",
    "3.2": "The mail server there takes no mail at the moment.",
    "3.4": "The mail is larger than the server takes.",
    "4.1": "The mail server there does not answer.",
    "4.2": "The connection broke.",
    "4.3": "The way there could not be found at the moment.",
    "4.4": "There is no way to this domain.",
    "4.5": "The mail server there has too much to do.",
    "4.6": "The mail went in circles.",
    "4.7": "It was tried for too long and given up.",
    "5.3": "The mail has more recipients than the server takes.",
    "6.1": "The content is of a kind that is not taken.",
    "7.0": "The server refuses the mail by its rules.",
    "7.1": "The server refuses the mail by its rules.",
    "7.8": "The sign-in at the relay was refused.",
    "7.20": "The mail has no signature (DKIM) that the server accepts.",
    "7.23": "The domain's rules (SPF) do not let this relay send for it.",
    "7.25": "The relay's address has no name (PTR).",
    "7.26": "The mail passed neither SPF nor DKIM.",
    "7.28": "The server takes no more mail from here for now.",
}
# The address itself is gone: writing there again would only come back again.
HARD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})


def status_in(answer: str) -> str | None:
    """Return the enhanced status code at the head of a server's answer, if there is one."""
    found = _CODE.search(answer[:40])
    return found.group(1) if found else None


def meaning_of(status: str | None) -> str | None:
    """Return what a status code means, in one sentence; None where there is nothing to add."""
    if status is None:
        return None
    kind, _, rest = status.partition(".")
    words = MEANINGS.get(rest)
    if words and kind == "4":
        return f"{words} It may pass."
    return words


def is_hard(status: str | None) -> bool:
    """Tell whether a status says that the address will never take mail."""
    return status in HARD
