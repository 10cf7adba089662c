"""Signed links to a request: whoever holds the mail may read and answer that one request."""

from __future__ import annotations

from atum_desk.kernel.settings import Settings
from atum_desk.kernel.signing import sign, verify

PURPOSE = "portal request"


def request_link(settings: Settings, ticket_id: int, person_id: int) -> str:
    """Return the address of a request for one of its people."""
    return f"{settings.web_url}/requests/{sign(settings.secret, PURPOSE, ticket_id, person_id)}"


def open_link(settings: Settings, token: str) -> tuple[int, int] | None:
    """Return (ticket id, person id) of a link's token, or None when it is not ours."""
    parts = verify(settings.secret, PURPOSE, token, 2)
    return (parts[0], parts[1]) if parts else None
