"""What sentences about statuses name."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class StatusNamed(Notice, frozen=True):
    """A status named {name}"""

    code = "exists.status"

    name: str


class ResolutionNamed(Notice, frozen=True):
    """A reason named {name}"""

    code = "exists.resolution"

    name: str


class StatusesMissing(Notice, frozen=True):
    """these are missing: {keys}"""

    code = "status.missing_from_order"

    keys: list[str]


class StatusesUnknown(Notice, frozen=True):
    """unknown: {keys}"""

    code = "status.unknown_in_order"

    keys: list[str]


class NamedTwice(Notice, frozen=True):
    """one is named twice"""

    code = "status.named_twice"
