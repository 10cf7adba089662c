"""What can go wrong with notifications."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class ZoneUnknown(Problem):
    """There is no time zone {zone}."""

    status = 422
    code = "zone_unknown"

    def __init__(self, *, zone: str) -> None:
        super().__init__(zone=zone)
