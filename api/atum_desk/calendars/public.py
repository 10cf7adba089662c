"""What other slices may use of calendars."""

from atum_desk.calendars.business_time import add, elapsed, is_open, next_closing, next_opening
from atum_desk.calendars.models import Calendar, CalendarRules
from atum_desk.calendars.problems import CalendarNeverOpens, CalendarNotFound, MomentTooFar
from atum_desk.calendars.queries import get_calendar
from atum_desk.calendars.timetable import Timetable

__all__ = [
    "Calendar",
    "CalendarNeverOpens",
    "CalendarNotFound",
    "CalendarRules",
    "MomentTooFar",
    "Timetable",
    "add",
    "elapsed",
    "get_calendar",
    "is_open",
    "next_closing",
    "next_opening",
]
