"""What a reply quotes, as it is asked for and shown."""

from __future__ import annotations

from typing import Literal

import msgspec

from atum_desk.outbox.public import MOST_QUOTED_MESSAGES

Quote = Literal["none", "last", "all"]
QUOTED = {"none": 0, "last": 1, "all": MOST_QUOTED_MESSAGES}


class QuotedHistory(msgspec.Struct):
    """What a reply would quote: how many messages, and both ways in which its mail would have them."""

    quote: Quote
    messages: int
    text: str
    html: str
