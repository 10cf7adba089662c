"""What sentences about time name."""

from __future__ import annotations

from atum_desk.kernel.notices import Notice


class TimeActivityNamed(Notice, frozen=True):
    """An activity named {name}"""

    code = "exists.time_activity"

    name: str
