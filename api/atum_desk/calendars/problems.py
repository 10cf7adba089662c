"""What can go wrong with calendars."""

from __future__ import annotations

from atum_desk.kernel.problems import Problem


class CalendarNotFound(Problem):
    """There is no such calendar."""

    status = 404
    code = "calendar_not_found"


class CalendarInUse(Problem):
    """This calendar is in use; choose another one there first."""

    status = 409
    code = "calendar_in_use"


class TooManyCalendars(Problem):
    """A workspace has {limit} calendars at most."""

    status = 409
    code = "too_many_calendars"


class CalendarNeverOpens(Problem):
    """This calendar has no opening hours, so no time passes in it."""

    status = 422
    code = "calendar_never_opens"


class MomentTooFar(Problem):
    """Calendars count from {first_year} to {last_year}, over {most_years} years at most."""

    status = 422
    code = "moment_too_far"


class CalendarFileUnreadable(Problem):
    """This calendar file cannot be used: {reason}."""

    status = 422
    code = "calendar_file_unreadable"
