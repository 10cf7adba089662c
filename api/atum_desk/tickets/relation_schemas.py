"""Requests of links between tickets."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

LinkKind = Literal["parent", "child", "duplicate_of", "duplicate", "related", "problem", "incident"]


class LinkInput(msgspec.Struct, forbid_unknown_fields=True):
    """The number of the ticket to link to, and what it is to this one: its `parent`, its `problem`, ..."""

    number: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    kind: LinkKind


class ApartInput(msgspec.Struct, forbid_unknown_fields=True):
    """The number of the ticket that is not the same request."""

    number: Annotated[int, Meta(ge=1, le=2**31 - 1)]
