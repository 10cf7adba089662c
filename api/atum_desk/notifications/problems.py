"""What can go wrong with notifications."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class ZoneUnknown(Problem):
    """There is no time zone {zone}."""

    status = 422
    code = "zone_unknown"

    def __init__(self, *, zone: str) -> None:
        super().__init__(zone=zone)


class PushSubscriptionUnfit(Problem):
    """This is no subscription of a browser: it has an https:// address and two keys."""

    status = 422
    code = "push_subscription_unfit"


class PushBrowserNotFound(Problem):
    """There is no such browser."""

    status = 404
    code = "push_browser_not_found"
