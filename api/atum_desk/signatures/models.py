"""A signature as it is stored, and as it stands below a reply."""

from __future__ import annotations

import msgspec

# What a signature's text may name; the values are those of the reply that it stands below.
SIGNATURE_VARIABLES = (
    *("agent.name", "agent.first_name", "agent.email"),
    *("team.name", "mailbox.name", "mailbox.address", "workspace.name"),
)
# So long no second signature of the same person stands on a ticket.
REPEAT_HOURS = 24


class SignatureTexts(msgspec.Struct, frozen=True):
    """A signature as it stands below one reply, its variables filled in; an empty text: it was left out."""

    text: str = ""
    html: str | None = None


class FoundSignature(msgspec.Struct, frozen=True):
    """The most specific signature for a reply, with what its variables need beside the mail's own names."""

    id: int
    text: str
    html: str | None
    agent_email: str | None
    workspace: str


class SignatureValues(msgspec.Struct, frozen=True, kw_only=True):
    """What a signature's variables stand for in one reply."""

    agent: str
    agent_email: str
    team: str
    mailbox: str
    mailbox_address: str
    workspace: str
