"""Enhanced mail status codes (RFC 3463, RFC 5248): found in answers, and said in words."""

from __future__ import annotations

import re

from atum_desk.kernel.notices import Notice
from atum_desk.outbox.notices import DeliveryStatus, MayPass

_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")

# The address itself is gone: writing there again would only come back again.
HARD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})


def status_in(answer: str) -> str | None:
    """Return the enhanced status code at the head of a server's answer, if there is one."""
    found = _CODE.search(answer[:40])
    return found.group(1) if found else None


def meaning_of(status: str | None) -> Notice | None:
    """Return what a status code means; None where there is nothing to add."""
    kind, _, rest = (status or "").partition(".")
    if rest not in DeliveryStatus.WORDS:
        return None
    meaning = DeliveryStatus(rest)
    return MayPass(meaning) if kind == "4" else meaning


def is_hard(status: str | None) -> bool:
    """Tell whether a status says that the address will never take mail."""
    return status in HARD
