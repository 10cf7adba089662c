"""Why a text with variables cannot be filled in: sentences that stand in problems."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class TextUnreadable(Notice, frozen=True):
    """{told}"""

    # What the reader of Liquid says, for whoever writes templates.
    code = "template.unreadable"

    told: str


class TextNestedTooDeeply(Notice, frozen=True):
    """it is nested too deeply"""

    code = "template.nested_too_deeply"
