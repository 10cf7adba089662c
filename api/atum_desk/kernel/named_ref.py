"""What several features show of something that another one keeps."""

from __future__ import annotations

import msgspec


class NamedRef(msgspec.Struct, frozen=True):
    """Something by id and name."""

    id: int
    name: str
