"""Words of this slice that stand in other sentences."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class SuchSignature(Notice, frozen=True):
    """signature for this person, mailbox, team and language"""

    code = "signatures.such"
