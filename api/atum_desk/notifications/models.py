"""The reasons for which somebody is notified: one table, from which everything else follows."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Reason = Literal["mentioned", "assigned", "replied", "team", "unassigned", "followed"]


class Ways(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody is told: in the desk, by mail, both or neither."""

    desk: bool
    mail: bool


# The strongest reason first: of one change somebody is told once, for the first that holds. With each how people
# are told who chose nothing.
REASONS: dict[Reason, Ways] = {
    # a note names them, or their team
    "mentioned": Ways(desk=True, mail=True),
    # a ticket was given to them
    "assigned": Ways(desk=True, mail=True),
    # the requester, or somebody else from outside, answered on a ticket of theirs
    "replied": Ways(desk=True, mail=False),
    # a ticket that is nobody's came to a team of theirs
    "team": Ways(desk=True, mail=False),
    # a new ticket of a team of theirs is nobody's
    "unassigned": Ways(desk=False, mail=False),
    # a message, another status or another assignee on a ticket that they follow or that is theirs
    "followed": Ways(desk=True, mail=False),
}
assert tuple(REASONS) == get_args(Reason)
