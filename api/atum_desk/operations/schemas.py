"""What the page sends."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from atum_desk.operations.models import Verb


class NewOperationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the machine shall do: back up and prove it, prove the newest backup, or measure."""

    verb: Verb


class DiscardedChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a parked change is not to be handled any more."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]
