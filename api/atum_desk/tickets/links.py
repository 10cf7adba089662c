"""Signed links to a request: whoever holds the mail may read and answer that one request.

A link says when it was made and how often the links of its person had been revoked by then. It ends
some time after it was made and the request was last active, and when links are revoked.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from atum_desk.kernel import clock
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.signed_tokens import sign, verify

PURPOSE = "portal request"
# However active its request is, a link ends this long after it was made.
LONGEST_LIFE = timedelta(days=365)


class RequestLink(msgspec.Struct, frozen=True):
    """What a link's token says; `made_at` is None for a link of a release that did not note it."""

    ticket_id: int
    person_id: int
    generation: int
    made_at: datetime | None


def request_link(settings: Settings, ticket_id: int, person_id: int, generation: int) -> str:
    """Return the address of a request for one of its people.

    `generation` is `portal_link_generation` of the person and the ticket, read in the transaction
    that sends the link.
    """
    made_at = int(clock.now().timestamp())
    token = sign(settings.secret, PURPOSE, ticket_id, person_id, generation, made_at)
    return f"{settings.web_url}/requests/{token}"


def open_link(settings: Settings, token: str) -> RequestLink | None:
    """Return what a link's token says, or None when it is not ours."""
    if parts := verify(settings.secret, PURPOSE, token, 4):
        ticket_id, person_id, generation, seconds = parts
        return RequestLink(ticket_id, person_id, generation, datetime.fromtimestamp(seconds, UTC))
    if old := verify(settings.secret, PURPOSE, token, 2):
        return RequestLink(old[0], old[1], 0, None)
    return None


def end_of_link(settings: Settings, link: RequestLink, active_at: datetime, dated_since: datetime) -> datetime:
    """Return when a link ends.

    `active_at` is when something was last said in its request. A link that does not say when it was
    made counts as made at `dated_since`, when links began to say it here.
    """
    made_at = link.made_at or dated_since
    days = timedelta(days=settings.portal_link_days)
    return min(max(made_at, active_at) + days, made_at + LONGEST_LIFE)
