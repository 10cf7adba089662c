"""The reasons for which somebody is notified: one table, from which everything else follows."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Reason = Literal["mentioned", "assigned", "reminder", "checklist", "replied", "team", "unassigned", "followed"]
# When what is told by mail leaves: minutes later and by ticket, or all of it at the full hour or once a day.
Frequency = Literal["at_once", "hourly", "daily"]
# What becomes of mail and push while somebody is away: it waits, goes to who stands in, or leaves as always.
InAbsence = Literal["hold", "deputy", "send"]


class Ways(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody is told: in the desk, by mail, by push to their browsers; `frequency` is that of the mail."""

    desk: bool
    mail: bool
    push: bool = False
    frequency: Frequency = "at_once"


# The strongest reason first: of one change somebody is told once, for the first that holds. With each how people
# are told who chose nothing.
REASONS: dict[Reason, Ways] = {
    # a note names them, or their team
    "mentioned": Ways(desk=True, mail=True, push=True),
    # a ticket was given to them
    "assigned": Ways(desk=True, mail=True, push=True),
    # the moment of a reminder has come
    "reminder": Ways(desk=True, mail=False, push=True),
    # an item of a checklist was given to them, or is due
    "checklist": Ways(desk=True, mail=True, push=False),
    # the requester, or somebody else from outside, answered on a ticket of theirs
    "replied": Ways(desk=True, mail=False, push=True),
    # a ticket that is nobody's came to a team of theirs
    "team": Ways(desk=True, mail=False),
    # a new ticket of a team of theirs is nobody's
    "unassigned": Ways(desk=False, mail=False),
    # a message, another status or another assignee on a ticket that they follow or that is theirs
    "followed": Ways(desk=True, mail=False),
}
assert tuple(REASONS) == get_args(Reason)
# These reach somebody also from a ticket that they mute.
PASS_MUTES: tuple[Reason, ...] = ("mentioned", "assigned", "reminder", "checklist")


class StoredKey(msgspec.Struct, frozen=True):
    """The key with which a workspace signs what it sends to push services; the private part is sealed."""

    public_key: str
    private_key: bytes


class Subscription(msgspec.Struct, frozen=True):
    """A browser's address at its push service, and the keys that only it opens with (RFC 8291)."""

    id: int
    endpoint: str
    p256dh: bytes
    auth: bytes


class PushedNews(msgspec.Struct, frozen=True, kw_only=True):
    """What a push to a browser says: the newest of `count` unread notifications on `tickets` tickets.

    `absent_name` is for whom the reader stands in. `unread` counts all of the reader's, up to 100.
    """

    count: int
    tickets: int
    ticket_id: int
    number: int
    subject: str
    reason: Reason
    actor: str | None
    message_kind: str | None
    text: str | None
    language: str
    with_content: bool
    absent_name: str | None
    unread: int
