"""What other slices may use of time entries."""

from atum_desk.time_entries.problems import TimeRangeWrong
from atum_desk.time_entries.totals import DateRange, ListedTime, list_entries, range_of

__all__ = ["DateRange", "ListedTime", "TimeRangeWrong", "list_entries", "range_of"]
