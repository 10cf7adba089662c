"""The people of a ticket, as it shows them: who asked, and who takes part."""

from __future__ import annotations

from typing import Literal

import msgspec

from atum_desk.identity.public import NamedRef
from atum_desk.outbox.public import StoppedAddress


class RequesterRef(msgspec.Struct, frozen=True):
    """Who asked."""

    id: int
    name: str
    email: str | None
    organization: NamedRef | None
    time_zone: str | None = None
    stopped: list[StoppedAddress] = []
    vip: bool = False


# Stood in To or Cc of a mail; was named openly in a reply; was added by name; came by a merge, or by a split.
ParticipantReason = Literal["copied", "addressed", "added", "merged", "split"]


class Participant(msgspec.Struct, frozen=True):
    """Somebody who gets copies, and why; `reason` is null for who takes part since an earlier release."""

    id: int
    name: str
    email: str | None
    reason: ParticipantReason | None = None
