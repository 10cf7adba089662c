"""What the requesters' portal adds to the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atum_desk.kernel.feature import Command, Feature, Irreversible


def _routes() -> Sequence[Any]:
    from atum_desk.portal import routes

    return routes.routes


FEATURE = Feature(
    name="portal",
    commands=(
        # The requester does it; of the staff its undo takes what editing a ticket takes.
        Command(name="ticket.confirm_author", permission="ticket:edit", undo="inverse"),
        Command(
            name="mail.new_link",
            permission=None,
            undo=Irreversible("a link was sent; revoke the links of the request instead."),
        ),
    ),
    routes=_routes,
    large_bodies={"/portal/attachments": "upload_max_bytes"},
)
