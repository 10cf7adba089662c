"""What holds for every calendar, held against a count minute by minute where that is possible."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from calendar_cases import ALWAYS, WORKDAYS, spans, timetable
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atum_desk.calendars.business_time import add, elapsed, is_open, next_closing, next_opening
from atum_desk.calendars.models import WEEKDAYS, CalendarRules, Holiday, SpecialDay, Week
from atum_desk.calendars.problems import CalendarNeverOpens, MomentTooFar
from atum_desk.calendars.timetable import MOST_YEARS, Timetable

# Whole hours and half an hour of change, at night and at midnight, on both sides of the equator, and none.
ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"),
    *("Africa/Cairo", "America/Santiago", "Asia/Kolkata"),
)
MOMENTS = st.datetimes(datetime(2023, 12, 28), datetime(2026, 1, 5), timezones=st.just(UTC))
CLOCK = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
DAY_SPANS = st.lists(st.tuples(CLOCK, CLOCK), max_size=3).map(spans)
DAYS = st.dates(date(2023, 12, 1), date(2026, 2, 1))
SPECIAL = st.lists(st.builds(SpecialDay, date=DAYS, spans=DAY_SPANS, yearly=st.booleans()), max_size=4)
CALENDARS = st.builds(
    CalendarRules,
    time_zone=st.sampled_from(ZONES),
    hours=st.builds(Week, **dict.fromkeys(WEEKDAYS, DAY_SPANS)),
    special_days=SPECIAL,
    imported_days=st.lists(st.builds(Holiday, date=DAYS), max_size=4),
    country=st.sampled_from([None, "DE", "EG"]),
).map(Timetable)
LAWS = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@LAWS
@given(CALENDARS, MOMENTS, st.integers(-3_000_000, 3_000_000))
def test_what_was_added_has_passed(calendar: Timetable, start: datetime, seconds: int) -> None:
    try:
        assert elapsed(calendar, start, add(calendar, start, seconds)) == seconds
    except CalendarNeverOpens:
        assert not calendar.ever_opens
    except MomentTooFar:
        assert elapsed(calendar, start, start + timedelta(days=365)) < 3_000_000


@LAWS
@given(CALENDARS, MOMENTS, st.integers(0, 400_000), st.integers(0, 400_000))
def test_more_time_never_ends_earlier(calendar: Timetable, start: datetime, one: int, more: int) -> None:
    try:
        first, second = add(calendar, start, one), add(calendar, start, one + more)
    except (CalendarNeverOpens, MomentTooFar):
        return
    # No time at all ends at the next opening, which may lie after what runs out as a span closes: never here.
    assert first <= second
    assert elapsed(calendar, first, second) == more


@LAWS
@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
def test_time_passes_part_by_part(calendar: Timetable, one: datetime, two: datetime, three: datetime) -> None:
    start, middle, end = sorted(moment.replace(microsecond=0) for moment in (one, two, three))
    parts = elapsed(calendar, start, middle) + elapsed(calendar, middle, end)
    assert elapsed(calendar, start, end) == parts == -elapsed(calendar, end, start)
    assert 0 <= parts <= (end - start).total_seconds()


@LAWS
@given(CALENDARS, MOMENTS)
def test_a_day_is_what_its_quarters_of_an_hour_are(calendar: Timetable, at: datetime) -> None:
    """Every span of these calendars starts and ends on a quarter of an hour, also in zones of half an hour."""
    start = at.replace(minute=0, second=0, microsecond=0)
    quarters = [start + timedelta(minutes=15 * place) for place in range(96)]
    opened = sum(900 for quarter in quarters if is_open(calendar, quarter))
    assert elapsed(calendar, start, start + timedelta(days=1)) == opened


@LAWS
@given(CALENDARS, MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: Timetable, at: datetime) -> None:
    try:
        opening = next_opening(calendar, at)
    except (CalendarNeverOpens, MomentTooFar):
        return
    assert opening >= at
    assert is_open(calendar, opening)
    if opening - at < timedelta(days=365):
        assert elapsed(calendar, at, opening) == 0
    closing = next_closing(calendar, at)
    if closing is not None:
        assert not is_open(calendar, closing)
        assert elapsed(calendar, opening, closing) == int((closing - opening).total_seconds())


def _local(text: str, zone: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


# The table of docs/calendars.md: calendar, from, to, seconds.
BERLIN = "Europe/Berlin"
NIGHT = {"fri": [["22:00", "06:00"]]}
CASES = {
    "a working day": (timetable(WORKDAYS, BERLIN), "2026-03-02T08:00", "2026-03-02T18:00", 28_800),
    "over a weekend": (timetable(WORKDAYS, BERLIN), "2026-03-06T16:00", "2026-03-09T10:00", 7_200),
    "a break at noon": (
        timetable({"mon": [["09:00", "12:00"], ["13:00", "17:00"]]}, BERLIN),
        *("2026-03-02T11:00", "2026-03-02T14:00", 7_200),
    ),
    "past midnight": (timetable(NIGHT, BERLIN), "2026-03-07T00:00", "2026-03-07T12:00", 21_600),
    "a night that starts on a holiday": (
        timetable(NIGHT, BERLIN, ["2026-03-06"]),
        *("2026-03-06T12:00", "2026-03-07T12:00", 0),
    ),
    "a night that ends on a holiday": (
        timetable(NIGHT, BERLIN, ["2026-03-07"]),
        *("2026-03-06T12:00", "2026-03-07T12:00", 28_800),
    ),
    "the hour that is skipped": (timetable(ALWAYS, BERLIN), "2026-03-29T00:00", "2026-03-30T00:00", 82_800),
    "the hour that comes twice": (timetable(ALWAYS, BERLIN), "2026-10-25T00:00", "2026-10-26T00:00", 90_000),
    "a span inside the skipped hour": (
        timetable({"sun": [["02:15", "02:45"]]}, BERLIN),
        *("2026-03-29T00:00", "2026-03-30T00:00", 1_800),
    ),
    "a span inside the hour that comes twice": (
        timetable({"sun": [["02:15", "02:45"]]}, BERLIN),
        *("2026-10-25T00:00", "2026-10-26T00:00", 1_800),
    ),
    "spans that overlap": (
        timetable({"mon": [["09:00", "13:00"], ["12:00", "17:00"]]}, BERLIN),
        *("2026-03-02T00:00", "2026-03-03T00:00", 28_800),
    ),
    "a public holiday": (
        timetable(WORKDAYS, BERLIN, country="DE", region="BY"),
        *("2026-01-05T12:00", "2026-01-07T12:00", 28_800),
    ),
    "a public holiday of another region": (
        timetable(WORKDAYS, BERLIN, country="DE", region="BE"),
        *("2026-01-05T12:00", "2026-01-07T12:00", 57_600),
    ),
    "hours on a public holiday": (
        timetable(WORKDAYS, BERLIN, special={"2026-01-06": [["10:00", "12:00"]]}, country="DE", region="BY"),
        *("2026-01-05T12:00", "2026-01-07T12:00", 36_000),
    ),
    "no opening hours": (timetable({}, BERLIN), "2026-01-01T00:00", "2026-12-31T00:00", 0),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case_of_the_docs_holds(name: str) -> None:
    calendar, start, end, seconds = CASES[name]
    assert elapsed(calendar, _local(start, BERLIN), _local(end, BERLIN)) == seconds


def test_time_that_runs_out_as_a_span_closes_ends_there_and_no_time_at_the_next_opening() -> None:
    calendar = timetable(WORKDAYS)
    friday = datetime(2026, 3, 6, 16, tzinfo=UTC)
    assert add(calendar, friday, 3_600) == datetime(2026, 3, 6, 17, tzinfo=UTC)
    assert add(calendar, friday, 3_601) == datetime(2026, 3, 9, 9, 0, 1, tzinfo=UTC)
    assert add(calendar, datetime(2026, 3, 6, 17, tzinfo=UTC), 0) == datetime(2026, 3, 9, 9, tzinfo=UTC)


def test_a_calendar_that_is_always_open_has_no_closing() -> None:
    assert next_closing(timetable(ALWAYS), datetime(2026, 3, 6, tzinfo=UTC)) is None


def test_a_night_over_new_year_closes_in_the_new_year() -> None:
    calendar = timetable({day: [["22:00", "06:00"]] for day in WEEKDAYS}, BERLIN)
    assert next_closing(calendar, _local("2026-12-31T23:00", BERLIN)) == _local("2027-01-01T06:00", BERLIN)


def test_a_calendar_without_hours_says_so_and_a_far_moment_is_refused_soon() -> None:
    at = datetime(2026, 3, 6, tzinfo=UTC)
    with pytest.raises(CalendarNeverOpens):
        add(timetable({}), at, 60)
    with pytest.raises(CalendarNeverOpens):
        next_opening(timetable({}), at)
    rare = timetable({"mon": [["09:00", "09:01"]]})
    with pytest.raises(MomentTooFar):
        add(rare, at, 10**12)
    with pytest.raises(MomentTooFar):
        elapsed(rare, at, at.replace(year=at.year + MOST_YEARS + 1))
    with pytest.raises(MomentTooFar):
        next_opening(timetable({}, special={"2025-01-01": [["09:00", "10:00"]]}), at)
    # No more years than a question may reach were computed.
    assert len(rare._years) <= MOST_YEARS + 1


def test_a_year_takes_little_more_than_to_know_its_midnights() -> None:
    """The figure of docs/calendars.md: nothing kept from before, the best of many, in what a machine needs anyway.

    A machine may be half as fast as another, or be slowed down: a figure in seconds says nothing.
    """
    split = {day: [["08:30", "12:00"], ["13:00", "17:30"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    start, end = datetime(2025, 1, 2, tzinfo=UTC), datetime(2025, 12, 31, tzinfo=UTC)
    zone, first_day = ZoneInfo("America/New_York"), datetime(2025, 1, 1)

    def year_of_calendar() -> None:
        elapsed(timetable(split, "America/New_York", ["2025-07-04", "2025-11-27"]), start, end)

    def midnights() -> None:
        for days in range(365):
            (first_day + timedelta(days)).replace(tzinfo=zone).timestamp()

    taken, reference = (min(_seconds_of(work) for _ in range(50)) for work in (year_of_calendar, midnights))
    print(f"elapsed over a year: {taken * 1000:.2f} ms, its midnights {reference * 1000:.2f} ms")
    assert taken < 1.5 * reference


def _seconds_of(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
