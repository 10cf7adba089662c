"""What can go wrong with time entries."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class TimeEntryNotFound(Problem):
    """There is no such time entry, or it was deleted."""

    status = 404
    code = "time_entry_not_found"


class TimeEntryNotYours(Problem):
    """This is another person's time: they, or whoever may edit everybody's time, can change it."""

    status = 403
    code = "time_entry_not_yours"


class TimeActivityUnknown(Problem):
    """There is no such activity, or it is retired."""

    status = 422
    code = "time_activity_unknown"


class TimeActivityNotFound(Problem):
    """There is no such activity."""

    status = 404
    code = "time_activity_not_found"


class TooManyTimeActivities(Problem):
    """There are {limit} activities already, which is the most."""

    status = 409
    code = "too_many_time_activities"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)


class TooManyTimers(Problem):
    """You have {limit} timers already. Enter or discard some of them first."""

    status = 409
    code = "too_many_timers"

    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit)


class TimeInFuture(Problem):
    """This time begins in the future. Enter it once it was worked."""

    status = 422
    code = "time_in_future"


class TimeRangeWrong(Problem):
    """Choose a range of at most {days} days whose end is not before its beginning."""

    status = 422
    code = "time_range_wrong"

    def __init__(self, *, days: int) -> None:
        super().__init__(days=days)
