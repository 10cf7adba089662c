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


class Word(msgspec.Struct, frozen=True):
    """A live word as one row of a change has it, and whom it concerns.

    Of the permissions one is enough; none are asked for when there are none. `team_ids` of None asks
    for no team, and `person_id` of None for nobody in particular.
    """

    name: str
    permissions: frozenset[str]
    team_ids: frozenset[int] | None = None
    person_id: int | None = None

    def concerns(self, powers: Powers) -> bool:
        """Tell whether it concerns a member of the staff."""
        if self.person_id not in (None, powers.person_id):
            return False
        if self.permissions and self.permissions.isdisjoint(powers.permissions):
            return False
        return self.team_ids is None or not self.team_ids.isdisjoint(powers.team_ids)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One change as it concerns one ticket, or none, with the frames that tell of it.

    `team_ids` holds the ticket's team and the teams it left with this change; `words` say what is told
    to whom, and `staff_frame` has all of them. A `contact_frame` of None means that contacts hear nothing.
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
    actor_id: int | None = None
    words: frozenset[Word] = frozenset()

    @property
    def people(self) -> frozenset[int]:
        """Those who may be told something else of it than others with the same powers."""
        named = {word.person_id for word in self.words if word.person_id is not None}
        if self.ticket_id is None and self.actor_id is not None:
            named.add(self.actor_id)
        return frozenset(named)


class TicketNow(msgspec.Struct, frozen=True):
    """A ticket's row as it stood when it was read, encoded, and the team it was in then."""

    team_id: int
    encoded: bytes


class Told(msgspec.Struct, frozen=True):
    """An event as it is told; `now` is set in the last one of its ticket, if its row was read."""

    event: Event
    now: TicketNow | None = None


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


class InboxFrame(msgspec.Struct, frozen=True, tag_field="type", tag="inbox"):
    """So many of the person's notifications are unread, 100 at most; also when that is as many as before."""

    unread: int


class TimersFrame(msgspec.Struct, frozen=True, tag_field="type", tag="timers"):
    """One of the person's timers was started, paused, entered or discarded, in whichever window."""


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
decode_change = msgspec.json.Decoder(ChangeFrame).decode
decode_client_frame = msgspec.json.Decoder(ClientFrame).decode
PING = encode(PingFrame())
RESYNC = encode(ResyncFrame())
