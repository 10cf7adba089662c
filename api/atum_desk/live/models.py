"""What the live service keeps of a client and of a change, and the frames it exchanges."""

from __future__ import annotations

from typing import Literal

import msgspec

from atum_desk.kernel.context import Audience
from atum_desk.kernel.ledger.tail import Position

PresenceState = Literal["viewing", "typing"]
Hearing = tuple[frozenset[int], frozenset[str]] | tuple[int, int | None, int | None]


class Powers(msgspec.Struct, frozen=True, kw_only=True):
    """What a session may hear of, by the same rules as the policies of the tables.

    `permissions` are those of its role, narrowed to its scopes; a contact has none.
    """

    session_id: int
    workspace_id: int
    audience: Audience
    person_id: int
    name: str
    team_ids: frozenset[int]
    organization_id: int | None
    only_ticket_id: int | None
    permissions: frozenset[str] = frozenset()

    @property
    def hearing(self) -> Hearing:
        """What decides which frames a session gets: sessions with equal ones get the same bytes."""
        if self.audience == "staff":
            return (self.team_ids, self.permissions)
        return (self.person_id, self.organization_id, self.only_ticket_id)

    def sees_tickets_of(self, team_id: int | None) -> bool:
        """Tell whether a member of the staff sees the tickets of a team."""
        return team_id in self.team_ids and "ticket:read" in self.permissions


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One change as it concerns one ticket, or none, with the frames that tell of it.

    `team_ids` holds the ticket's team and the teams it left with this change; `reads` the permissions
    of which the staff need one. A `contact_frame` of None means that contacts hear nothing.
    """

    position: Position
    seq: str
    workspace_id: int
    ticket_id: int | None
    number: int | None
    team_id: int | None
    team_ids: frozenset[int]
    requester_id: int | None
    organization_id: int | None
    cc_ids: frozenset[int]
    staff_frame: bytes
    contact_frame: bytes | None
    reads: frozenset[str] = frozenset({"ticket:read"})


class TicketNow(msgspec.Struct, frozen=True):
    """A ticket's row as it stood when it was read, encoded, and the team it was in then."""

    team_id: int
    encoded: bytes


class Told(msgspec.Struct, frozen=True):
    """An event as it is told; `now` is set in the last one of its ticket, if its row was read."""

    event: Event
    now: TicketNow | None = None
    # the event's frame for staff with the row inside it
    with_row: bytes = b""


class ClientFrame(msgspec.Struct, frozen=True):
    """Anything a client may send; a frame without a type carries its token."""

    type: Literal["token", "hello", "pong", "presence"] = "token"
    token: str | None = None
    last_seq: str | None = None
    ticket: int | None = None
    state: Literal["viewing", "typing", "gone"] | None = None


class ChangeFrame(msgspec.Struct, frozen=True, tag_field="type", tag="change", kw_only=True):
    """Something was committed. For staff who see the ticket `row` follows, put in when it is told."""

    seq: str
    change_id: int
    command: str
    ticket: int | None
    ticket_id: int | None
    version: int | None
    fields: list[str]
    actor_id: int | None
    undo_of: int | None


class ChangesFrame(msgspec.Struct, frozen=True, tag_field="type", tag="changes"):
    """What was committed within a moment, in order; `seq` is that of the last."""

    seq: str
    changes: list[msgspec.Raw]


class ReadyFrame(msgspec.Struct, frozen=True, tag_field="type", tag="ready"):
    """The client is connected; with `resumed`, all it missed follows."""

    seq: str
    resumed: bool


class ResyncFrame(msgspec.Struct, frozen=True, tag_field="type", tag="resync"):
    """The client is too far behind to be told: it fetches everything again."""


class PingFrame(msgspec.Struct, frozen=True, tag_field="type", tag="ping"):
    """Are you there? The client answers pong."""


class PresentPerson(msgspec.Struct, frozen=True):
    """Somebody else who has the ticket open."""

    id: int
    name: str
    state: PresenceState


class PresenceFrame(msgspec.Struct, frozen=True, tag_field="type", tag="presence"):
    """Who else is on a ticket now."""

    ticket: int
    people: list[PresentPerson]


encode = msgspec.json.Encoder().encode
decode_client_frame = msgspec.json.Decoder(ClientFrame).decode
PING = encode(PingFrame())
RESYNC = encode(ResyncFrame())
