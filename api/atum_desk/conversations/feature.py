"""What conversations with others add to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.conversations.permissions import REPLY
from atum_desk.kernel.audience import seeing_ticket
from atum_desk.kernel.feature import Command, Feature, Table


def _routes() -> Sequence[Any]:
    from atum_desk.conversations import routes

    return routes.routes


FEATURE = Feature(
    name="conversations",
    commands=tuple(
        Command(name=name, permission=REPLY, undo="inverse")
        for name in (
            "conversation.start",
            "conversation.reply",
            "conversation.receive",
            "conversation.close",
            "conversation.reopen",
            "ticket.forward",
        )
    ),
    # Nothing of it is a contact's, so nothing is told to contacts.
    tables=(Table(name="conversations", live="conversations", audience=(seeing_ticket(),)),),
    routes=_routes,
)
