"""Working hours: when a company writes, and when it answers."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

OPENS_AT_HOUR = 7.5
CLOSES_AT_HOUR = 18.0
DAYS = 90
# Monday is the busiest day; a little comes in at the weekend.
WEEKDAY_WEIGHTS = (1.25, 1.1, 1.0, 1.0, 0.85, 0.06, 0.04)
HOUR_WEIGHTS = (1, 1, 1, 1, 1, 2, 6, 22, 60, 78, 74, 60, 38, 56, 66, 58, 44, 26, 12, 6, 5, 4, 3, 2)
# Whatever the day, somebody has just written.
LATEST_MINUTES = (3, 9, 16, 27, 41, 66, 95, 130, 170, 215, 260, 320)


def arrivals(random_source: random.Random, now: datetime, count: int) -> list[datetime]:
    """Return so many moments of the last 90 days in order, denser in working hours."""
    latest = [now - timedelta(minutes=m) for m in LATEST_MINUTES[: max(1, count // 20)]]
    days = [now - timedelta(days=d) for d in range(DAYS)]
    weights = [WEEKDAY_WEIGHTS[day.weekday()] for day in days]
    moments: list[datetime] = []
    while len(moments) < count - len(latest):
        day = random_source.choices(days, weights)[0]
        hour = random_source.choices(range(24), HOUR_WEIGHTS)[0]
        moment = day.replace(
            hour=hour,
            minute=random_source.randrange(60),
            second=random_source.randrange(60),
            microsecond=random_source.randrange(1_000_000),
        )
        if moment < now - timedelta(minutes=LATEST_MINUTES[-1]):
            moments.append(moment)
    return sorted([*moments, *latest])


def working_time_after(moment: datetime, minutes: float) -> datetime:
    """Return the moment so many working minutes later."""
    left = timedelta(minutes=minutes)
    while True:
        moment = _next_opening(moment)
        closing = _at(moment, CLOSES_AT_HOUR)
        if moment + left < closing:
            return moment + left
        left -= closing - moment
        moment = _at(moment + timedelta(days=1), OPENS_AT_HOUR)


def _next_opening(moment: datetime) -> datetime:
    if moment >= _at(moment, CLOSES_AT_HOUR):
        moment = _at(moment + timedelta(days=1), OPENS_AT_HOUR)
    moment = max(moment, _at(moment, OPENS_AT_HOUR))
    while moment.weekday() > 4:
        moment = _at(moment + timedelta(days=1), OPENS_AT_HOUR)
    return moment


def _at(day: datetime, hour: float) -> datetime:
    return day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hour)
