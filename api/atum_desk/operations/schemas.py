"""What the page sends."""

from __future__ import annotations

import msgspec

from atum_desk.operations.models import Verb


class NewOperationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the machine shall do: back up and prove it, prove the newest backup, or measure."""

    verb: Verb
